package io.github.llamaspring.core.gguf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What tells a state of a GGUF file from others.
 *
 * @param bytes length of all parts
 * @param modified when a part was changed last, in milliseconds since 1970
 * @param sha256 of each part's length, header and {@value #SAMPLES} samples of
 * {@value #SAMPLE_BYTES} bytes spread over its data; hexadecimal
 */
public record GgufFingerprint(long bytes, long modified, String sha256) {

	private static final int SAMPLES = 64;

	private static final int SAMPLE_BYTES = 4096;

	static GgufFingerprint of(List<GgufPart> parts, long modified) {
		MessageDigest digest = digest();
		long bytes = 0;
		for (GgufPart part : parts) {
			bytes += part.file().byteSize();
			digest.update(ByteBuffer.allocate(2 * Long.BYTES)
				.putLong(part.file().byteSize())
				.putLong(part.headerBytes())
				.flip());
			update(digest, part.file(), 0, part.headerBytes());
			long last = Math.max(part.headerBytes(), part.file().byteSize() - SAMPLE_BYTES);
			for (int i = 0; i < SAMPLES; i++) {
				long from = part.headerBytes() + (last - part.headerBytes()) * i / (SAMPLES - 1);
				update(digest, part.file(), from, Math.min(from + SAMPLE_BYTES, part.file().byteSize()));
			}
		}
		return new GgufFingerprint(bytes, modified, HexFormat.of().formatHex(digest.digest()));
	}

	private static void update(MessageDigest digest, MemorySegment file, long from, long to) {
		for (long at = from; at < to; at += Integer.MAX_VALUE) {
			digest.update(file.asSlice(at, Math.min(to - at, Integer.MAX_VALUE)).asByteBuffer());
		}
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
