package io.github.llamaspring.core.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import io.github.llamaspring.core.store.FetchProgress.Phase;

/**
 * SHA-256 of files. What was verified is noted in the cache folder with the file's length
 * and time, so that a start does not read the whole model again; a file that changed is
 * verified anew.
 */
final class Checksums {

	private final Path notes;

	Checksums(Path cacheFolder) {
		this.notes = cacheFolder.resolve("verified");
	}

	static boolean isSha256(String text) {
		return text.matches("[0-9a-fA-F]{64}");
	}

	static String sha256(String text) {
		return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
	}

	/**
	 * Whether the file has this SHA-256.
	 */
	boolean matches(Path file, String sha256, Progress progress) throws IOException, InterruptedException {
		Path note = notePath(file);
		if (Files.isRegularFile(note) && Files.size(note) < 1000 && Files.readString(note).equals(note(file, sha256))) {
			return true;
		}
		if (!sha256(file, progress).equals(sha256)) {
			return false;
		}
		remember(file, sha256);
		return true;
	}

	private Path notePath(Path file) {
		return this.notes.resolve(sha256(file.toAbsolutePath().toString()).substring(0, 32));
	}

	private static String note(Path file, String sha256) throws IOException {
		return sha256 + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
	}

	/**
	 * Notes that a file was verified.
	 */
	void remember(Path file, String sha256) {
		try {
			Files.createDirectories(this.notes);
			Files.writeString(notePath(file), note(file, sha256));
		}
		catch (IOException ex) {
			System.getLogger(Checksums.class.getName())
				.log(System.Logger.Level.DEBUG, "cannot note the verified file; it is verified at each start", ex);
		}
	}

	static String sha256(Path file, Progress progress) throws IOException, InterruptedException {
		MessageDigest digest = digest();
		long total = Files.size(file);
		long done = 0;
		progress.phase(Phase.VERIFYING, 0, total);
		byte[] buffer = new byte[1 << 18];
		try (InputStream in = Files.newInputStream(file)) {
			for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
				digest.update(buffer, 0, n);
				done += n;
				progress.step(Phase.VERIFYING, done, total);
			}
		}
		catch (ClosedByInterruptException ex) {
			throw new InterruptedException();
		}
		return HexFormat.of().formatHex(digest.digest());
	}

	private static MessageDigest digest() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform must have SHA-256", ex);
		}
	}

}
