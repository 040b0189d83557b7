package io.github.llamaspring.core.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Unaligned little-endian reads from weights.
 */
public final class Bits {

	private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
		.withOrder(ByteOrder.LITTLE_ENDIAN);

	private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

	private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

	private Bits() {
	}

	public static int u8(MemorySegment data, long offset) {
		return data.get(ValueLayout.JAVA_BYTE, offset) & 0xFF;
	}

	public static int i8(MemorySegment data, long offset) {
		return data.get(ValueLayout.JAVA_BYTE, offset);
	}

	public static short i16(MemorySegment data, long offset) {
		return data.get(SHORT, offset);
	}

	public static int i32(MemorySegment data, long offset) {
		return data.get(INT, offset);
	}

	public static long i64(MemorySegment data, long offset) {
		return data.get(LONG, offset);
	}

	public static float f32(MemorySegment data, long offset) {
		return Float.intBitsToFloat(i32(data, offset));
	}

	public static float f16(MemorySegment data, long offset) {
		return Float.float16ToFloat(i16(data, offset));
	}

	public static float bf16(MemorySegment data, long offset) {
		return Float.intBitsToFloat(i16(data, offset) << 16);
	}

	public static void putI16(MemorySegment data, long offset, short value) {
		data.set(SHORT, offset, value);
	}

}
