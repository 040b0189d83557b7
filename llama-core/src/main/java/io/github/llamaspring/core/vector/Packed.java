package io.github.llamaspring.core.vector;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

import io.github.llamaspring.core.gguf.GgmlType;

/**
 * A packed matrix, its memory, and what it was made from.
 *
 * @param matrix the matrix
 * @param memory its memory
 * @param type of the source
 * @param sourceSample {@link #sample} of the source
 */
record Packed(PackedMatrix matrix, NativeMemory.Region memory, GgmlType type, int sourceSample) {

	private static final int SAMPLES = 4;

	private static final long SAMPLE_BYTES = 4096;

	/**
	 * A checksum of the first bytes, the last, and some between: seven gigabytes would
	 * take a second to add up. It tells matrices apart, and finds a file that was cut,
	 * whose parts were never written, or that holds something else; not a single bit that
	 * a disk has lost.
	 */
	static int sample(MemorySegment data) {
		CRC32C sum = new CRC32C();
		long bytes = Math.min(SAMPLE_BYTES, data.byteSize());
		for (int i = 0; i < SAMPLES; i++) {
			long from = (data.byteSize() - bytes) / (SAMPLES - 1) * i;
			sum.update(data.asSlice(from, bytes).asByteBuffer());
		}
		return (int) sum.getValue();
	}

	/** As a directory has it. */
	PackHeader.Entry entry(long offset) {
		return new PackHeader.Entry(this.type.id(), this.matrix.rows(), this.matrix.cols(), this.matrix.factor(),
				offset, this.memory.segment().byteSize(), this.sourceSample, sample(this.memory.segment()));
	}

}
