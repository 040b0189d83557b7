package io.github.llamaspring.core.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Unaligned little-endian reads from weights.
 */
final class Bits {

	private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
		.withOrder(ByteOrder.LITTLE_ENDIAN);

	private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

	private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

	private Bits() {
	}

	static int u8(MemorySegment data, long offset) {
		return data.get(ValueLayout.JAVA_BYTE, offset) & 0xFF;
	}

	static int i8(MemorySegment data, long offset) {
		return data.get(ValueLayout.JAVA_BYTE, offset);
	}

	static short i16(MemorySegment data, long offset) {
		return data.get(SHORT, offset);
	}

	static int i32(MemorySegment data, long offset) {
		return data.get(INT, offset);
	}

	static long i64(MemorySegment data, long offset) {
		return data.get(LONG, offset);
	}

	static float f32(MemorySegment data, long offset) {
		return Float.intBitsToFloat(i32(data, offset));
	}

	static float f16(MemorySegment data, long offset) {
		return Float.float16ToFloat(i16(data, offset));
	}

	static float bf16(MemorySegment data, long offset) {
		return Float.intBitsToFloat(i16(data, offset) << 16);
	}

	static void putI16(MemorySegment data, long offset, short value) {
		data.set(SHORT, offset, value);
	}

}
