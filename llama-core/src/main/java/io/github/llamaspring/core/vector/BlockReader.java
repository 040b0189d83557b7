package io.github.llamaspring.core.vector;

import java.lang.foreign.MemorySegment;

import io.github.llamaspring.core.gguf.GgmlType;
import io.github.llamaspring.core.kernel.Bits;

/**
 * Reads blocks of one GGUF type. Bits that lie in regular places are gathered by
 * {@link Long#compress}, one instruction where the processor has it. Source of the
 * layouts: ggml-common.h and ggml-quants.c of llama.cpp.
 */
interface BlockReader {

	long LOW_NIBBLES = 0x0F0F0F0F0F0F0F0FL;

	long CRUMBS = 0x0303030303030303L;

	long SINGLES = 0x0101010101010101L;

	/** Reads the half floats of a block. */
	void header(MemorySegment data, long block, Fields out);

	/** Reads 32 weights and the whole scales that belong to them. */
	void weights(MemorySegment data, long block, int sub, Fields out);

	static BlockReader of(GgmlType type) {
		return switch (type) {
			case Q4_0, IQ4_NL -> new Small(2, 0, false);
			case Q4_1 -> new Small(4, 0, true);
			case Q5_0 -> new Small(6, 2, false);
			case Q5_1 -> new Small(8, 4, true);
			case Q8_0 -> new Eight();
			case Q2_K -> new TwoK();
			case Q3_K -> new ThreeK();
			case Q4_K -> new FourOrFiveK(false);
			case Q5_K -> new FourOrFiveK(true);
			case Q6_K -> new SixK();
			case IQ4_XS -> new TableK();
			case F32, F16, BF16 -> throw new IllegalArgumentException(type + " is not packed");
		};
	}

	/** 16 bytes hold weights 0 to 15 in their low nibbles and 16 to 31 in the high. */
	static void splitNibbles(MemorySegment data, long at, Fields out) {
		long first = Bits.i64(data, at);
		long second = Bits.i64(data, at + 8);
		out.low0 = Long.compress(first, LOW_NIBBLES) | Long.compress(second, LOW_NIBBLES) << 32;
		out.low1 = Long.compress(first, ~LOW_NIBBLES) | Long.compress(second, ~LOW_NIBBLES) << 32;
	}

	/** One nibble of each of 32 bytes. */
	static void nibbles(MemorySegment data, long at, boolean upper, Fields out) {
		long mask = upper ? ~LOW_NIBBLES : LOW_NIBBLES;
		out.low0 = Long.compress(Bits.i64(data, at), mask) | Long.compress(Bits.i64(data, at + 8), mask) << 32;
		out.low1 = Long.compress(Bits.i64(data, at + 16), mask) | Long.compress(Bits.i64(data, at + 24), mask) << 32;
	}

	/** The masked bits of each of 32 bytes, {@code bits} of each byte. */
	static long gather(MemorySegment data, long at, long mask, int bits) {
		long all = 0;
		for (int i = 0; i < 4; i++) {
			all |= Long.compress(Bits.i64(data, at + 8 * i), mask) << 8 * bits * i;
		}
		return all;
	}

	/**
	 * Blocks of 32 with one half float, or two.
	 *
	 * @param nibbles where they begin
	 * @param fifth where the fifth bits are, or 0
	 * @param minimum whether a second half float follows the first
	 */
	record Small(int nibbles, int fifth, boolean minimum) implements BlockReader {

		@Override
		public void header(MemorySegment data, long block, Fields out) {
			out.scale = Bits.i16(data, block);
			out.minimum = this.minimum ? Bits.i16(data, block + 2) : 0;
		}

		@Override
		public void weights(MemorySegment data, long block, int sub, Fields out) {
			splitNibbles(data, block + this.nibbles, out);
			if (this.fifth > 0) {
				out.high = Bits.i32(data, block + this.fifth);
			}
		}

	}

	/** Bytes, their sign bits turned round. */
	record Eight() implements BlockReader {

		@Override
		public void header(MemorySegment data, long block, Fields out) {
			out.scale = Bits.i16(data, block);
		}

		@Override
		public void weights(MemorySegment data, long block, int sub, Fields out) {
			for (int i = 0; i < 4; i++) {
				out.bytes[i] = Bits.i64(data, block + 2 + 8 * i) ^ 0x8080808080808080L;
			}
		}

	}

	/** Q2_K. */
	record TwoK() implements BlockReader {

		@Override
		public void header(MemorySegment data, long block, Fields out) {
			out.scale = Bits.i16(data, block + 80);
			out.minimum = Bits.i16(data, block + 82);
		}

		@Override
		public void weights(MemorySegment data, long block, int sub, Fields out) {
			out.low0 = gather(data, block + 16 + 32 * (sub >> 2), CRUMBS << 2 * (sub & 3), 2);
			out.small0 = Bits.u8(data, block + 2 * sub);
			out.small1 = Bits.u8(data, block + 2 * sub + 1);
		}

	}

	/** Q3_K. */
	record ThreeK() implements BlockReader {

		@Override
		public void header(MemorySegment data, long block, Fields out) {
			out.scale = Bits.i16(data, block + 108);
		}

		@Override
		public void weights(MemorySegment data, long block, int sub, Fields out) {
			out.low0 = gather(data, block + 32 + 32 * (sub >> 2), CRUMBS << 2 * (sub & 3), 2);
			out.high = gather(data, block, SINGLES << sub, 1);
			out.small0 = scale(data, block + 96, 2 * sub);
			out.small1 = scale(data, block + 96, 2 * sub + 1);
		}

		/** One of 16 six-bit scales in 12 bytes: low four bits, then the high two. */
		private static int scale(MemorySegment data, long scales, int i) {
			int low = Bits.u8(data, scales + (i & 7)) >> ((i >> 3) << 2) & 15;
			int high = Bits.u8(data, scales + 8 + (i & 3)) >> ((i >> 2) << 1) & 3;
			return (low | high << 4) - 32;
		}

	}

	/**
	 * Q4_K and Q5_K.
	 *
	 * @param five whether there are fifth bits
	 */
	record FourOrFiveK(boolean five) implements BlockReader {

		@Override
		public void header(MemorySegment data, long block, Fields out) {
			out.scale = Bits.i16(data, block);
			out.minimum = Bits.i16(data, block + 2);
		}

		@Override
		public void weights(MemorySegment data, long block, int sub, Fields out) {
			nibbles(data, block + (this.five ? 48 : 16) + 32 * (sub >> 1), (sub & 1) == 1, out);
			if (this.five) {
				out.high = gather(data, block + 16, SINGLES << sub, 1);
			}
			long scales = block + 4;
			if (sub < 4) {
				out.small0 = Bits.u8(data, scales + sub) & 63;
				out.small1 = Bits.u8(data, scales + sub + 4) & 63;
			}
			else {
				int both = Bits.u8(data, scales + sub + 4);
				out.small0 = both & 15 | Bits.u8(data, scales + sub - 4) >> 6 << 4;
				out.small1 = both >> 4 | Bits.u8(data, scales + sub) >> 6 << 4;
			}
		}

	}

	/** Q6_K. */
	record SixK() implements BlockReader {

		@Override
		public void header(MemorySegment data, long block, Fields out) {
			out.scale = Bits.i16(data, block + 208);
		}

		@Override
		public void weights(MemorySegment data, long block, int sub, Fields out) {
			int half = sub >> 2;
			int quarter = sub & 3;
			nibbles(data, block + 64 * half + 32 * (quarter & 1), quarter > 1, out);
			out.high = gather(data, block + 128 + 32 * half, CRUMBS << 2 * quarter, 2);
			out.small0 = Bits.i8(data, block + 192 + 2 * sub);
			out.small1 = Bits.i8(data, block + 192 + 2 * sub + 1);
		}

	}

	/** IQ4_XS. */
	record TableK() implements BlockReader {

		@Override
		public void header(MemorySegment data, long block, Fields out) {
			out.scale = Bits.i16(data, block);
		}

		@Override
		public void weights(MemorySegment data, long block, int sub, Fields out) {
			splitNibbles(data, block + 8 + 16 * sub, out);
			int low = Bits.u8(data, block + 4 + (sub >> 1)) >> ((sub & 1) << 2) & 15;
			int high = Bits.i16(data, block + 2) >> (sub << 1) & 3;
			out.small0 = (low | high << 4) - 32;
		}

	}

}
