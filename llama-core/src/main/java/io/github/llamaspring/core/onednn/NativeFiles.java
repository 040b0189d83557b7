package io.github.llamaspring.core.onednn;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.zip.CRC32;

import org.jspecify.annotations.Nullable;

/**
 * Brings the libraries out of their jar. They stay in a private folder of the user's
 * cache, about 93 MB; size and CRC-32 as the jar states them tell a whole file from half
 * of one, and the folder's owner and permissions keep others away from it.
 */
final class NativeFiles {

	private static final String RESOURCES = "org/bytedeco/dnnl/linux-x86_64/";

	/** oneDNN finds the OpenMP runtime beside itself. */
	private static final String OPENMP = "libgomp.so.1";

	private static final String DNNL = "libdnnl.so.3";

	private static final int BUFFER = 1 << 20;

	private NativeFiles() {
	}

	/**
	 * Where oneDNN's library is, OpenMP's beside it.
	 * @throws OneDnnException if the class path does not hold them
	 * @throws IOException if neither the cache nor a temporary folder takes them
	 */
	static Path extract(ClassLoader loader) throws IOException {
		URL dnnl = loader.getResource(RESOURCES + DNNL);
		URL openMp = loader.getResource(RESOURCES + OPENMP);
		if (dnnl == null || openMp == null) {
			throw new OneDnnException("its natives are not on the class path (org.bytedeco:dnnl, linux-x86_64)");
		}
		Source library = Source.of(dnnl);
		Source runtime = Source.of(openMp);
		Path folder = folder(String.format(Locale.ROOT, "onednn-%08x-%08x", library.crc(), runtime.crc()));
		runtime.bring(folder.resolve(OPENMP));
		Path target = folder.resolve(DNNL);
		library.bring(target);
		return target;
	}

	private static Path folder(String name) throws IOException {
		for (Path cache : caches()) {
			Path folder = privateFolder(cache.resolve("llama-spring").resolve(name));
			if (folder != null) {
				return folder;
			}
		}
		Path temporary = Files.createTempDirectory("llama-onednn");
		temporary.toFile().deleteOnExit();
		temporary.resolve(DNNL).toFile().deleteOnExit();
		temporary.resolve(OPENMP).toFile().deleteOnExit();
		return temporary;
	}

	private static List<Path> caches() {
		String xdg = System.getenv("XDG_CACHE_HOME");
		if (xdg != null && Path.of(xdg).isAbsolute()) {
			return List.of(Path.of(xdg));
		}
		String home = System.getProperty("user.home", "");
		return Path.of(home).isAbsolute() ? List.of(Path.of(home, ".cache")) : List.of();
	}

	/** Null if the folder cannot be, or others could write there. */
	static @Nullable Path privateFolder(Path folder) {
		try {
			Files.createDirectories(folder.getParent());
			if (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
				Files.createDirectory(folder,
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
			}
			Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
			boolean others = permissions.contains(PosixFilePermission.GROUP_WRITE)
					|| permissions.contains(PosixFilePermission.OTHERS_WRITE);
			boolean usable = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && Files.isWritable(folder);
			return (usable && !others && ours(folder)) ? folder : null;
		}
		catch (IOException | UnsupportedOperationException ex) {
			return null;
		}
	}

	private static boolean ours(Path folder) throws IOException {
		Path probe = Files.createTempFile(folder, "probe", null);
		try {
			return Files.getOwner(probe).equals(Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS));
		}
		finally {
			Files.delete(probe);
		}
	}

	/** A library in its jar, with its size and checksum as stated there. */
	record Source(URL url, long size, long crc) {

		static Source of(URL url) throws IOException {
			URLConnection connection = url.openConnection();
			if (connection instanceof JarURLConnection jar) {
				JarEntry entry = jar.getJarEntry();
				if (entry != null && entry.getSize() > 0 && entry.getCrc() != -1) {
					return new Source(url, entry.getSize(), entry.getCrc());
				}
			}
			throw new OneDnnException("its natives are not in a jar that states their size and checksum: " + url);
		}

		/** Leaves a right file alone, and replaces any other in one step. */
		void bring(Path target) throws IOException {
			if (isWhole(target)) {
				return;
			}
			Path part = Files.createTempFile(target.getParent(), "part", null);
			try {
				try (InputStream in = this.url.openStream()) {
					Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
				}
				if (!isWhole(part)) {
					throw new IOException("the jar's " + target.getFileName() + " is damaged: " + this.url);
				}
				Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
			}
			finally {
				Files.deleteIfExists(part);
			}
		}

		private boolean isWhole(Path file) throws IOException {
			if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) != this.size) {
				return false;
			}
			CRC32 actual = new CRC32();
			ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
			try (FileChannel channel = FileChannel.open(file)) {
				while (channel.read(buffer) >= 0) {
					actual.update(buffer.flip());
					buffer.clear();
				}
			}
			return actual.getValue() == this.crc;
		}

	}

}
