package io.github.llamaspring.core.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

import io.github.llamaspring.core.kernel.WeightMatrix;

/**
 * Puts the weights of a GGUF matrix where the kernels want them, group by group. The bits
 * of the weights stay as they are; half-float scales are multiplied by a power of two, so
 * that small ones are not subnormal, which processors compute slowly.
 */
final class Packer {

	private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);

	private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

	/** Powers of two that scales are raised by, where none becomes infinite. */
	private static final int RAISE = 6;

	private final WeightMatrix source;

	private final PackedFormat format;

	private final int interleave;

	private final MemorySegment target;

	private final BlockReader reader;

	private final int raise;

	private volatile boolean overflowed;

	private Packer(WeightMatrix source, PackedFormat format, int interleave, MemorySegment target, int raise) {
		this.source = source;
		this.format = format;
		this.interleave = interleave;
		this.target = target;
		this.raise = raise;
		this.reader = BlockReader.of(source.type());
	}

	/** A packer for a matrix whose scales are of usual size. */
	static Packer of(WeightMatrix source, PackedFormat format, int interleave, MemorySegment target) {
		return new Packer(source, format, interleave, target, RAISE);
	}

	/** One that takes scales of any size; to be used if {@link #overflowed()}. */
	Packer forLargeScales() {
		return new Packer(this.source, this.format, this.interleave, this.target, 0);
	}

	/** Whether a scale was too large to be raised: then what was packed is void. */
	boolean overflowed() {
		return this.overflowed;
	}

	/** What the packed weights are to be multiplied by. */
	float factor() {
		return 1f / (1 << this.raise);
	}

	/** Packs one group of 32 rows; groups can be packed in parallel. */
	void group(int group) {
		Fields fields = new Fields();
		int within = group % this.interleave;
		long base = (group - within) * PackedMatrix.groupBytes(this.format, this.source.cols())
				+ (long) within * PackedMatrix.LINE;
		int first = group * PackedMatrix.GROUP;
		int last = Math.min(first + PackedMatrix.GROUP, this.source.rows());
		int elements = this.format.blockElements();
		int blocks = this.source.cols() / elements;
		long blockBytes = this.source.type().blockBytes();
		long rowBytes = this.source.rowBytes();
		long packedBytes = (long) this.format.lines() * PackedMatrix.LINE * this.interleave;
		for (int b = 0; b < blocks; b++) {
			for (int row = first; row < last; row++) {
				block(fields, row * rowBytes + b * blockBytes, base + b * packedBytes, row - first);
			}
		}
	}

	private void block(Fields fields, long from, long to, int row) {
		long line = (long) PackedMatrix.LINE * this.interleave;
		this.reader.header(this.source.data(), from, fields);
		if (this.format.blockElements() == 32) {
			this.reader.weights(this.source.data(), from, 0, fields);
			weights(fields, to, line, row);
			scales(fields, to + this.format.linesOf32() * line, line, row);
			return;
		}
		put(to, row, half(fields.scale));
		long at = to + line;
		if (this.format.hasMinimum()) {
			put(at, row, (short) (half(fields.minimum) ^ 0x8000));
			at += line;
		}
		for (int s = 0; s < 8; s++) {
			this.reader.weights(this.source.data(), from, s, fields);
			weights(fields, at, line, row);
			at += this.format.linesOf32() * line;
			bytes(fields, at, row);
			at += line;
		}
	}

	private void scales(Fields fields, long at, long line, int row) {
		put(at, row, half(fields.scale));
		if (this.format.hasMinimum()) {
			put(at + line, row, half(fields.minimum));
		}
	}

	/** Small whole scales, in the order of {@link PackedFormat}. */
	private void bytes(Fields fields, long at, int row) {
		int lane = 4 * (row & 15);
		int upper = row >> 4;
		if (this.format.scalesPerHalf()) {
			this.target.set(ValueLayout.JAVA_BYTE, at + lane + upper, (byte) fields.small0);
			this.target.set(ValueLayout.JAVA_BYTE, at + lane + 2 + upper, (byte) fields.small1);
		}
		else if (this.format.hasMinimum()) {
			this.target.set(ValueLayout.JAVA_BYTE, at + lane + 2 * upper, (byte) fields.small0);
			this.target.set(ValueLayout.JAVA_BYTE, at + lane + 2 * upper + 1, (byte) fields.small1);
		}
		else {
			this.target.set(ValueLayout.JAVA_BYTE, at + lane + upper, (byte) fields.small0);
		}
	}

	private void weights(Fields fields, long at, long line, int row) {
		switch (this.format.low()) {
			case 4 -> {
				int high = this.format.high();
				long second = at + (4 + high) * line;
				for (int i = 0; i < 4; i++) {
					put(at + i * line, row, (short) (fields.low0 >>> 16 * i));
					put(second + i * line, row, (short) (fields.low1 >>> 16 * i));
				}
				high(fields, at + 4 * line, second + 4 * line, line, row);
			}
			case 2 -> {
				long second = at + (2 + this.format.high()) * line;
				for (int i = 0; i < 2; i++) {
					put(at + i * line, row, (short) (fields.low0 >>> 16 * i));
					put(second + i * line, row, (short) (fields.low0 >>> 32 + 16 * i));
				}
				high(fields, at + 2 * line, second + 2 * line, line, row);
			}
			case 6 -> {
				sixes(fields.low0, (int) fields.high, at, line, row);
				sixes(fields.low1, (int) (fields.high >>> 32), at + 6 * line, line, row);
			}
			default -> {
				long lane = at + 4 * (row & 15) + (row >> 4) * line;
				for (int i = 0; i < 8; i++) {
					this.target.set(INT, lane + 2 * i * line, fields.eight(i));
				}
			}
		}
	}

	/** 16 weights of 6 bits in three lanes; see {@code Format}. */
	private void sixes(long low, int high, long at, long line, int row) {
		long lane = at + 4 * (row & 15) + (row >> 4) * line;
		int last = four(low, high, 3);
		for (int i = 0; i < 3; i++) {
			this.target.set(INT, lane + 2 * i * line, four(low, high, i) << 8 | (last >>> (16 - 8 * i) & 0xFF));
		}
	}

	/** Four low fields and four high ones as one number of 24 bits. */
	private static int four(long low, int high, int i) {
		return Integer.expand((int) (low >>> 16 * i), 0x3CF3CF) | Integer.expand(high >>> 8 * i, 0xC30C30);
	}

	private void high(Fields fields, long first, long second, long line, int row) {
		if (this.format.high() == 1) {
			put(first, row, (short) fields.high);
			put(second, row, (short) (fields.high >>> 16));
		}
		else if (this.format.high() == 2) {
			for (int i = 0; i < 2; i++) {
				put(first + i * line, row, (short) (fields.high >>> 16 * i));
				put(second + i * line, row, (short) (fields.high >>> 32 + 16 * i));
			}
		}
	}

	/** The 16-bit lane of a row. */
	private void put(long line, int row, short value) {
		this.target.set(SHORT, line + 4 * (row & 15) + 2 * (row >> 4), value);
	}

	private short half(short scale) {
		int exponent = scale & 0x7C00;
		int raised = exponent + (this.raise << 10);
		if (exponent != 0 && raised < 0x7C00) {
			return (short) (scale + (this.raise << 10));
		}
		if ((scale & 0x7FFF) == 0 || this.raise == 0) {
			return scale;
		}
		if (exponent != 0) {
			this.overflowed = true;
			return scale;
		}
		return Float.floatToFloat16(Float.float16ToFloat(scale) * (1 << this.raise));
	}

}
