package io.github.llamaspring.core.gguf;

/**
 * Kinds of metadata values; the order of the constants is their number in the file.
 */
enum GgufValueType {

	UINT8(1), INT8(1), UINT16(2), INT16(2), UINT32(4), INT32(4), FLOAT32(4), BOOL(1), STRING(8), ARRAY(12), UINT64(8),
	INT64(8), FLOAT64(8);

	private static final GgufValueType[] VALUES = values();

	/** Bytes of a value; of a string or an array the least it can take. */
	private final int bytes;

	GgufValueType(int bytes) {
		this.bytes = bytes;
	}

	int bytes() {
		return this.bytes;
	}

	static GgufValueType read(GgufReader in) {
		int number = in.i32();
		if (number < 0 || number >= VALUES.length) {
			throw in.failure("unknown value type %d", number);
		}
		return VALUES[number];
	}

	/**
	 * One number or boolean: integers as {@link Long}, reals as {@link Double}.
	 */
	Object readScalar(GgufReader in) {
		return switch (this) {
			case UINT8 -> (long) Byte.toUnsignedInt(in.i8());
			case INT8 -> (long) in.i8();
			case UINT16 -> (long) Short.toUnsignedInt(in.i16());
			case INT16 -> (long) in.i16();
			case UINT32 -> Integer.toUnsignedLong(in.i32());
			case INT32 -> (long) in.i32();
			case UINT64, INT64 -> in.i64();
			case FLOAT32 -> (double) Float.intBitsToFloat(in.i32());
			case FLOAT64 -> Double.longBitsToDouble(in.i64());
			case BOOL -> in.i8() != 0;
			case STRING, ARRAY -> throw in.failure("%s where a number belongs", this);
		};
	}

	boolean isInteger() {
		return switch (this) {
			case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
			default -> false;
		};
	}

}
