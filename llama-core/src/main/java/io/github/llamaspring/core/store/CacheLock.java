package io.github.llamaspring.core.store;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.core.store.FetchProgress.Phase;

/**
 * Lets one thread of one process at a time fetch a file. A file lock belongs to the whole
 * JVM, so threads of one JVM first queue at a lock of their own. The lock file stays:
 * taking it away while another process opens it would let two in.
 */
final class CacheLock {

	private static final Map<Path, ReentrantLock> IN_THIS_JVM = new ConcurrentHashMap<>();

	private static final long POLL_MILLIS = 100;

	private final ReentrantLock threadLock;

	private final FileChannel channel;

	private CacheLock(ReentrantLock threadLock, FileChannel channel) {
		this.threadLock = threadLock;
		this.channel = channel;
	}

	/**
	 * Waits until the file may be fetched.
	 * @param target the file to fetch
	 * @param part what grows while another process fetches it
	 */
	static CacheLock acquire(Path target, Path part, Progress progress) throws IOException, InterruptedException {
		ReentrantLock threadLock = IN_THIS_JVM.computeIfAbsent(target.toAbsolutePath(), (path) -> new ReentrantLock());
		while (!threadLock.tryLock(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
			waiting(part, progress);
		}
		boolean done = false;
		try {
			FileChannel channel = lockFile(target.resolveSibling(target.getFileName() + ".lock"), part, progress);
			done = true;
			return new CacheLock(threadLock, channel);
		}
		finally {
			if (!done) {
				threadLock.unlock();
			}
		}
	}

	private static FileChannel lockFile(Path file, Path part, Progress progress)
			throws IOException, InterruptedException {
		FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		boolean done = false;
		try {
			while (tryLock(channel) == null) {
				waiting(part, progress);
				Thread.sleep(POLL_MILLIS);
			}
			done = true;
			return channel;
		}
		catch (ClosedByInterruptException ex) {
			throw new InterruptedException();
		}
		finally {
			if (!done) {
				channel.close();
			}
		}
	}

	private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
		try {
			return channel.tryLock();
		}
		catch (OverlappingFileLockException ex) {
			return null; // another class loader's copy of this class holds it
		}
	}

	private static void waiting(Path part, Progress progress) throws IOException {
		progress.step(Phase.WAITING, Files.exists(part) ? Files.size(part) : 0, -1);
	}

	void close() {
		try {
			this.channel.close();
		}
		catch (IOException ex) {
			System.getLogger(CacheLock.class.getName())
				.log(System.Logger.Level.WARNING, "cannot close a lock file", ex);
		}
		finally {
			this.threadLock.unlock();
		}
	}

}
