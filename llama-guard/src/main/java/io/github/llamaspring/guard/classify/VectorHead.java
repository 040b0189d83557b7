package io.github.llamaspring.guard.classify;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;

/**
 * A head on sentence vectors: {@code p = sigmoid(slope * z + offset)} with
 * {@code z = output * relu(hidden * (v - center) * SPREAD + hiddenBias) + outputBias}.
 * Immutable and thread-safe.
 *
 * @param center the mean of the vectors it was trained on, {@code [dim]}: E5's vectors
 * lie around it, not around zero
 * @param hidden {@code [unit][dim]}
 * @param hiddenBias {@code [unit]}
 * @param output {@code [unit]}
 * @param outputBias added to their sum
 * @param slope of the calibration
 * @param offset of the calibration
 */
record VectorHead(float[] center, float[][] hidden, float[] hiddenBias, float[] output, float outputBias, float slope,
		float offset) {

	/** Brings the small differences between vectors to the order of 1. */
	static final float SPREAD = 8;

	private static final int MAGIC = 0x4C475648; // "LGVH"

	private static final int VERSION = 1;

	private static final int MOST = 1 << 14;

	/** What the calibration turns into a probability. */
	double logit(float[] vector) {
		if (vector.length != this.center.length) {
			throw new IllegalArgumentException("a vector of %d numbers, where the head was trained on %d: use the"
				.formatted(vector.length, this.center.length) + " sentence encoder that it was trained with");
		}
		double sum = this.outputBias;
		for (int unit = 0; unit < this.hidden.length; unit++) {
			float[] weights = this.hidden[unit];
			double dot = 0;
			for (int i = 0; i < weights.length; i++) {
				dot += (double) weights[i] * (vector[i] - this.center[i]);
			}
			sum += this.output[unit] * Math.max(0, dot * SPREAD + this.hiddenBias[unit]);
		}
		return sum;
	}

	/** How probable it is that a text is of the head's kind, 0 to 1. */
	double probability(float[] vector) {
		return 1 / (1 + Math.exp(-(this.slope * logit(vector) + this.offset)));
	}

	VectorHead calibrated(float newSlope, float newOffset) {
		return new VectorHead(this.center, this.hidden, this.hiddenBias, this.output, this.outputBias, newSlope,
				newOffset);
	}

	/** Magic, version, sizes, numbers, CRC-32 of these. */
	byte[] bytes() throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (DataOutputStream out = new DataOutputStream(bytes)) {
			out.writeInt(MAGIC);
			out.writeInt(VERSION);
			out.writeInt(this.center.length);
			out.writeInt(this.hidden.length);
			write(out, this.center);
			for (float[] row : this.hidden) {
				write(out, row);
			}
			write(out, this.hiddenBias);
			write(out, this.output);
			write(out, this.outputBias, this.slope, this.offset);
			out.writeInt(crc(bytes.toByteArray(), bytes.size()));
		}
		return bytes.toByteArray();
	}

	private static int crc(byte[] bytes, int length) {
		CRC32 crc = new CRC32();
		crc.update(bytes, 0, length);
		return (int) crc.getValue();
	}

	private static void write(DataOutputStream out, float... values) throws IOException {
		for (float value : values) {
			out.writeFloat(value);
		}
	}

	/**
	 * Reads what {@link #bytes()} wrote.
	 * @param name for messages
	 * @throws IOException if it is something else, of another version, cut or damaged
	 */
	static VectorHead read(String name, byte[] bytes) throws IOException {
		try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
			if (bytes.length < 20 || in.readInt() != MAGIC) {
				throw new IOException(name + " is no head on sentence vectors");
			}
			int version = in.readInt();
			if (version != VERSION) {
				throw new IOException(name + " is of version " + version + ", where " + VERSION + " is read");
			}
			int dim = in.readInt();
			int units = in.readInt();
			if (dim < 1 || dim > MOST || units < 1 || units > MOST
					|| bytes.length != 20 + 4L * (dim + (long) units * dim + 2L * units + 3)) {
				throw new IOException("%s is cut or damaged: %d bytes for %d units on %d numbers".formatted(name,
						bytes.length, units, dim));
			}
			int crc = crc(bytes, bytes.length - 4);
			VectorHead head = new VectorHead(read(in, dim), rows(in, units, dim), read(in, units), read(in, units),
					in.readFloat(), in.readFloat(), in.readFloat());
			if (in.readInt() != crc) {
				throw new IOException(name + " is damaged: its checksum differs");
			}
			return head;
		}
	}

	private static float[][] rows(DataInputStream in, int count, int length) throws IOException {
		float[][] rows = new float[count][];
		for (int i = 0; i < count; i++) {
			rows[i] = read(in, length);
		}
		return rows;
	}

	private static float[] read(DataInputStream in, int length) throws IOException {
		float[] values = new float[length];
		for (int i = 0; i < length; i++) {
			values[i] = in.readFloat();
		}
		return values;
	}

}
