package io.github.llamaspring.core.encoder;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

import io.github.llamaspring.core.error.GgufFormatException;

/**
 * Reads a pack from its beginning to its end; nothing beyond it is ever touched.
 */
final class PackCursor {

	private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

	private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

	private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
		.withOrder(ByteOrder.LITTLE_ENDIAN);

	private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED
		.withOrder(ByteOrder.LITTLE_ENDIAN);

	private final String file;

	private final MemorySegment data;

	private long position;

	PackCursor(String file, MemorySegment data) {
		this.file = file;
		this.data = data;
	}

	String file() {
		return this.file;
	}

	GgufFormatException failure(String format, Object... arguments) {
		return new GgufFormatException(this.file + ", at byte " + this.position + ": " + format.formatted(arguments));
	}

	/** Moves on, and tells where it was. */
	long take(long bytes) {
		if (bytes < 0 || bytes > this.data.byteSize() - this.position) {
			throw failure("%d bytes are missing: the file is truncated or damaged",
					bytes - this.data.byteSize() + this.position);
		}
		long at = this.position;
		this.position += bytes;
		return at;
	}

	int u8() {
		return this.data.get(ValueLayout.JAVA_BYTE, take(1)) & 0xff;
	}

	int u16() {
		return this.data.get(SHORT, take(2)) & 0xffff;
	}

	int i32() {
		return this.data.get(INT, take(4));
	}

	long i64() {
		return this.data.get(LONG, take(8));
	}

	float f32() {
		return this.data.get(FLOAT, take(4));
	}

	int between(String what, int least, int most) {
		int value = i32();
		if (value < least || value > most) {
			throw failure("%s is %d (%d to %d are possible)", what, value, least, most);
		}
		return value;
	}

	int[] ints(int count) {
		return this.data.asSlice(take(4L * count), 4L * count).toArray(INT);
	}

	float[] floats(int count) {
		return this.data.asSlice(take(4L * count), 4L * count).toArray(FLOAT);
	}

	byte[] bytes(int count) {
		return this.data.asSlice(take(count), count).toArray(ValueLayout.JAVA_BYTE);
	}

	MemorySegment slice(long offset, long bytes) {
		if (offset < 0 || bytes < 0 || offset > this.data.byteSize() - bytes) {
			throw failure("%d bytes from byte %d on lie outside the file", bytes, offset);
		}
		return this.data.asSlice(offset, bytes);
	}

	float[] floatsAt(long offset, int count) {
		return slice(offset, 4L * count).toArray(FLOAT);
	}

}
