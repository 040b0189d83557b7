package io.github.llamaspring.guard.feedback;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.audit.TextCipher;

/**
 * Feedback in a file, one JSON object a line, readable for its owner only. For one
 * process at a time; thread-safe.
 */
public final class JsonLinesFeedbackStore implements FeedbackStore {

	private final Path file;

	private final @Nullable TextCipher cipher;

	/**
	 * @param file made with the first feedback; its folder must be there
	 * @param cipher encrypts texts and notes; null writes them as they are
	 */
	public JsonLinesFeedbackStore(Path file, @Nullable TextCipher cipher) {
		this.file = file.toAbsolutePath();
		this.cipher = cipher;
	}

	@Override
	public synchronized void add(Feedback feedback) {
		String line = FeedbackJson.write(feedback, this.cipher) + "\n";
		try (FileChannel out = FileChannel.open(this.file,
				Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE), forOwnerOnly())) {
			long end = out.size();
			out.position(end);
			// what a crash cut off shall not take the next line along
			ByteBuffer bytes = ByteBuffer
				.wrap((endsLine(out, end) ? line : "\n" + line).getBytes(StandardCharsets.US_ASCII));
			while (bytes.hasRemaining()) {
				out.write(bytes);
			}
			out.force(false);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("feedback can't be written to " + this.file, ex);
		}
	}

	private static boolean endsLine(FileChannel file, long end) throws IOException {
		ByteBuffer last = ByteBuffer.allocate(1);
		return end == 0 || file.read(last, end - 1) < 1 || last.get(0) == '\n';
	}

	private static FileAttribute<?>[] forOwnerOnly() {
		return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
				? new FileAttribute<?>[] {
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")) }
				: new FileAttribute<?>[0];
	}

	/**
	 * @throws IllegalStateException naming file and line, where it can't be read
	 */
	@Override
	public synchronized void forEach(Consumer<? super Feedback> action) {
		lines((line, number) -> action.accept(read(line, number)));
	}

	private void lines(Line each) {
		try (BufferedReader reader = Files.newBufferedReader(this.file, StandardCharsets.US_ASCII)) {
			int number = 1;
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				if (!line.isBlank()) {
					each.accept(line, number);
				}
				number++;
			}
		}
		catch (NoSuchFileException ex) {
			// nothing yet
		}
		catch (IOException ex) {
			throw new UncheckedIOException("the feedback in " + this.file + " can't be read", ex);
		}
	}

	private Feedback read(String line, int number) {
		try {
			return FeedbackJson.read(line, this.cipher);
		}
		catch (RuntimeException ex) {
			throw new IllegalStateException(this.file + ", line " + number + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * The file is written anew without it and takes the old one's place at once.
	 */
	@Override
	public synchronized boolean delete(UUID id) {
		String start = "{\"id\":\"" + id + "\"";
		boolean[] found = new boolean[1];
		lines((line, number) -> found[0] |= line.startsWith(start));
		if (!found[0]) {
			return false;
		}
		Path draft = this.file.resolveSibling(this.file.getFileName() + ".new");
		try {
			Files.deleteIfExists(draft);
			Files.createFile(draft, forOwnerOnly());
			try (BufferedWriter out = Files.newBufferedWriter(draft, StandardCharsets.US_ASCII)) {
				lines((line, number) -> {
					if (!line.startsWith(start)) {
						out.write(line + "\n");
					}
				});
			}
			Files.move(draft, this.file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
			return true;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("feedback can't be removed from " + this.file, ex);
		}
	}

	@FunctionalInterface
	private interface Line {

		void accept(String line, int number) throws IOException;

	}

}
