package io.github.llamaspring.core.vector;

import java.util.Objects;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * Activations as the kernels want them, for tokens that are computed together. Integer
 * kernels get whole numbers up to {@value #STEPS} with a scale for each 32, eight times
 * as fine as 8 bits; float kernels get the activations themselves. Mutable scratch.
 */
final class Panel {

	/** So fine that 4 products with numbers from -8 to 8 fit into 16 bits. */
	static final int STEPS = 1023;

	/** Half-float scales arrive 2^112 times too small; 2^12 of it is in the factor. */
	private static final float UNIT = 0x1p100f;

	private static final float TINY = 1e-30f;

	/** Adding it leaves the nearest whole number in the low bits. */
	private static final float ROUNDER = 0x1.8p23f;

	private static final int L = Lanes.L;

	private static final IntVector IOTA = IntVector.zero(Lanes.INTS).addIndex(1);

	private int columns;

	private final int[] @Nullable [] coefficients = new int[5][];

	private int[] starts = new int[0];

	private int[] totals = new int[0];

	private float[] scales = new float[0];

	private float[] sums = new float[0];

	private float[] values = new float[0];

	private float[] centers = new float[0];

	private float[] sixCenters = new float[0];

	/**
	 * Makes room for activations of {@code columns} elements, a multiple of 32.
	 */
	void reserve(int columns, int tokens, Need need) {
		int all = Math.multiplyExact(columns, tokens);
		if (need.integers()) {
			for (int bits = 1; bits <= 4; bits *= 2) {
				int[] present = this.coefficients[bits];
				if (need.has(bits) && (present == null || present.length < all)) {
					this.coefficients[bits] = new int[all];
				}
			}
			if (this.totals.length < all / 16) {
				this.starts = new int[all / 4];
				this.totals = new int[all / 16];
				this.sums = new float[all / 16];
				this.scales = new float[all / 32];
			}
		}
		if (need.floats() && this.values.length < all) {
			this.values = new float[all];
		}
		if (need.bytes() && this.centers.length < all / 32) {
			this.centers = new float[all / 32];
		}
		if (need.sixes() && this.sixCenters.length < all / 8) {
			this.sixCenters = new float[all / 8];
		}
	}

	/** Sets the width of the activations that follow. */
	void columns(int columns) {
		this.columns = columns;
	}

	/** What a thread needs to fill panels. */
	static final class Scratch {

		/** Whole numbers of activations, with room to look back. */
		private int[] whole = new int[0];

		private final int[] telescoped = new int[32];

		private int[] whole(int columns) {
			if (this.whole.length < 16 + columns) {
				this.whole = new int[16 + columns];
			}
			return this.whole;
		}

	}

	/**
	 * What kernels ask of a panel.
	 *
	 * @param integers whole numbers
	 * @param two also for fields of 2 bits
	 * @param one also for fields of 1 bit
	 * @param floats activations as they are
	 * @param bytes also for whole weights of 8 bits
	 * @param sixes also for whole weights of 6 bits
	 */
	record Need(boolean integers, boolean two, boolean one, boolean floats, boolean bytes, boolean sixes) {

		static final Need NONE = new Need(false, false, false, false, false, false);

		/** Activations as they are, and nothing else. */
		static final Need VALUES = new Need(false, false, false, true, false, false);

		static final Need ALL = new Need(true, true, true, true, true, true);

		/** Whether there are fields of so many bits. */
		boolean has(int bits) {
			return bits == 4 || (bits == 2 ? this.two : this.one);
		}

		Need and(PackedFormat format) {
			boolean integer = format.integer();
			return new Need(this.integers || integer,
					this.two || (integer && (format.low() == 2 || format.high() == 2)),
					this.one || (integer && format.high() == 1), this.floats || !integer,
					this.bytes || format.low() == 8, this.sixes || format.low() == 6);
		}

		/** What tiles need as well. */
		Need withTiles() {
			return isSome() ? new Need(this.integers, this.two, this.one, true, this.bytes, this.sixes) : this;
		}

		/** Whether any matrix is packed. */
		boolean isSome() {
			return this.integers || this.floats;
		}

	}

	int columns() {
		return this.columns;
	}

	/**
	 * Coefficients for fields of some bits: {@code [column / f][token][f]}, {@code f}
	 * being the fields of a 16-bit lane; each one twice in an int.
	 */
	int[] coefficients(int bits) {
		return Objects.requireNonNull(this.coefficients[bits]);
	}

	/**
	 * 2^15 less 8 times the sum of 4 whole numbers, twice in an int:
	 * {@code [column / 4][token]}.
	 */
	int[] starts() {
		return this.starts;
	}

	/** The sum of 16 whole numbers. */
	int[] totals() {
		return this.totals;
	}

	/** What the whole numbers are to be multiplied by: {@code [column / 32][token]}. */
	float[] scales() {
		return this.scales;
	}

	/** The sum of 16 activations as they were rounded. */
	float[] sums() {
		return this.sums;
	}

	/** Activations: {@code [column][token]}. */
	float[] values() {
		return this.values;
	}

	/** -1.5 times the sum of 32 activations: {@code [column / 32][token]}. */
	float[] centers() {
		return this.centers;
	}

	/**
	 * -512.5 times the sum of the even ones of 16 activations, and -8.5 times that of the
	 * odd ones: {@code [column / 16][2][token]}.
	 */
	float[] sixCenters() {
		return this.sixCenters;
	}

	/**
	 * Sets activations as floats.
	 * @param x {@code [token][columns]}
	 * @param token the first of these computed together
	 * @param together how many are computed together
	 * @param one which of them to set
	 * @param need whether a kernel asks for {@link #centers()} or {@link #sixCenters()}
	 */
	void setFloats(float[] x, int token, int together, int one, Need need) {
		int from = (token + one) * this.columns;
		int to = token * this.columns + one;
		if (together == 1) {
			System.arraycopy(x, from, this.values, to, this.columns);
		}
		else {
			for (int i = 0; i < this.columns; i++) {
				this.values[to + i * together] = x[from + i];
			}
		}
		if (need.bytes()) {
			setCenters(x, from, token * (this.columns / 32) + one, together);
		}
		if (need.sixes()) {
			setSixCenters(x, from, token * (this.columns / 8) + one, together);
		}
	}

	// Sums are written out in each method, for the reason that round(...) gives.

	private void setCenters(float[] x, int from, int block, int together) {
		for (int i = from; i < from + this.columns; i += 32, block += together) {
			float total = 0;
			for (int h = i; h < i + 32; h += 16) {
				FloatVector sum = FloatVector.fromArray(Lanes.FLOATS, x, h);
				for (int j = L; j < 16; j += L) {
					sum = sum.add(FloatVector.fromArray(Lanes.FLOATS, x, h + j));
				}
				sum = sum.add(sum.rearrange(Lanes.BY_8));
				sum = sum.add(sum.rearrange(Lanes.BY_4));
				sum = sum.add(sum.rearrange(Lanes.BY_2));
				sum = sum.add(sum.rearrange(Lanes.BY_1));
				total += sum.lane(0) / Lanes.TURNS;
			}
			this.centers[block] = -1.5f * total;
		}
	}

	/** The sums of even and of odd ones stand in turns, {@link Lanes#TURNS} times. */
	private void setSixCenters(float[] x, int from, int half, int together) {
		for (int i = from; i < from + this.columns; i += 16, half += 2 * together) {
			FloatVector sums = FloatVector.fromArray(Lanes.FLOATS, x, i);
			for (int j = L; j < 16; j += L) {
				sums = sums.add(FloatVector.fromArray(Lanes.FLOATS, x, i + j));
			}
			sums = sums.add(sums.rearrange(Lanes.BY_8));
			sums = sums.add(sums.rearrange(Lanes.BY_4));
			sums = sums.add(sums.rearrange(Lanes.BY_2));
			this.sixCenters[half] = -512.5f * (sums.lane(0) / Lanes.TURNS);
			this.sixCenters[half + together] = -8.5f * (sums.lane(1) / Lanes.TURNS);
		}
	}

	/**
	 * Sets activations as whole numbers; parameters as above.
	 */
	void setIntegers(float[] x, int token, int together, int one, Need need, Scratch scratch) {
		int[] whole = scratch.whole(this.columns);
		round(x, token, together, one, whole);
		for (int bits = 1; bits <= 4; bits *= 2) {
			int[] target = this.coefficients[bits];
			if (target != null && need.has(bits)) {
				telescope(bits, target, token * this.columns + one * 16 / bits, together, whole, scratch.telescoped);
			}
		}
	}

	// These two go over all blocks by themselves, and no further apart: a method for each
	// block would have to be met thousands of times until it is compiled, and more at
	// once than this is compiled badly.

	private void round(float[] x, int token, int together, int one, int[] whole) {
		int from = (token + one) * this.columns;
		int block = token * (this.columns / 32) + one;
		int half = token * (this.columns / 16) + one;
		int start = token * (this.columns / 4) + one;
		for (int at = 0; at < this.columns; at += 32, block += together) {
			float largest = 0;
			for (int h = from + at; h < from + at + 32; h += 16) {
				FloatVector most = FloatVector.fromArray(Lanes.FLOATS, x, h).abs();
				for (int i = L; i < 16; i += L) {
					most = most.max(FloatVector.fromArray(Lanes.FLOATS, x, h + i).abs());
				}
				largest = Math.max(largest, most.reduceLanes(VectorOperators.MAX));
			}
			float inverse = (largest > TINY) ? STEPS / largest : 0;
			// A number that is none shows in the scale, whatever the rounding makes of
			// it.
			float scale = (largest <= TINY) ? 0 : largest / STEPS * UNIT;
			this.scales[block] = scale;
			for (int h = at; h < at + 32; h += 16, half += together) {
				IntVector sum = IntVector.zero(Lanes.INTS);
				for (int i = 0; i < 16; i += L) {
					// To the nearest even.
					FloatVector shifted = FloatVector.fromArray(Lanes.FLOATS, x, from + h + i)
						.mul(inverse)
						.add(ROUNDER);
					IntVector rounded = shifted.reinterpretAsInts().sub(0x4B400000);
					rounded.intoArray(whole, 16 + h + i);
					sum = sum.add(rounded);
				}
				int total = sum.reduceLanes(VectorOperators.ADD);
				this.totals[half] = total;
				// Of the rounded numbers: so that what rounding does to a weight and to
				// its minimum, which mostly has the opposite sign, cancels out.
				this.sums[half] = total * scale;
			}
			for (int i = 16 + at; i < 48 + at; i += 4, start += together) {
				int value = 0x8000 - 8 * (whole[i] + whole[i + 1] + whole[i + 2] + whole[i + 3]);
				this.starts[start] = value << 16 | value & 0xFFFF;
			}
		}
	}

	/** {@code c[i] = x[i] - 2^bits x[i-1]}, but {@code x[i]} where a lane begins. */
	private void telescope(int bits, int[] target, int base, int together, int[] whole, int[] telescoped) {
		int fields = 16 / bits;
		int[] out = (together == 1) ? target : telescoped;
		for (int at = 0; at < this.columns; at += 32) {
			int to = (together == 1) ? base + at : 0;
			for (int i = 0; i < 32; i += L) {
				IntVector before = IntVector.fromArray(Lanes.INTS, whole, 15 + at + i)
					.lanewise(VectorOperators.LSHL, bits);
				VectorMask<Integer> follows = IOTA.add(i).and(fields - 1).compare(VectorOperators.NE, 0);
				IntVector c = IntVector.fromArray(Lanes.INTS, whole, 16 + at + i).sub(before, follows);
				c.lanewise(VectorOperators.LSHL, 16).or(c.and(0xFFFF)).intoArray(out, to + i);
			}
			if (together > 1) {
				for (int i = 0; i < 32; i += fields) {
					System.arraycopy(telescoped, i, target, base + (at + i) * together, fields);
				}
			}
		}
	}

}
