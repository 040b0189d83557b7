package io.github.llamaspring.core.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

import io.github.llamaspring.core.gguf.GgmlType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Every type against values that llama.cpp's own Python package decoded; see
 * {@code src/test/python/kernel_golden.py}.
 */
class GoldenBlocksTest {

	@Test
	void coversEveryType() {
		assertThat(golden()).extracting(Golden::type).containsExactlyInAnyOrder(GgmlType.values());
	}

	@ParameterizedTest
	@MethodSource("golden")
	void scalarDecodesAsLlamaCpp(Golden golden) {
		assertThat(decoded(Kernels.scalar(), golden)).containsExactly(golden.floats());
	}

	@ParameterizedTest
	@MethodSource("golden")
	void vectorDecodesAsLlamaCpp(Golden golden) {
		float[] decoded = decoded(Kernels.vector(), golden);
		for (int i = 0; i < decoded.length; i++) {
			// A fused multiply-add rounds once where the reference rounds twice.
			double tolerance = golden.hasMinimum() ? 1e-6 * golden.largestNear(i) : 0;
			assertThat((double) decoded[i]).as("element %d", i).isCloseTo(golden.floats()[i], within(tolerance));
		}
	}

	private static float[] decoded(Kernels kernels, Golden golden) {
		float[] out = new float[golden.floats().length + 3];
		kernels.row(golden.matrix(), 0, out, 3);
		return java.util.Arrays.copyOfRange(out, 3, out.length);
	}

	static List<Golden> golden() {
		try (InputStream in = GoldenBlocksTest.class.getResourceAsStream("blocks.bin.gz");
				GZIPInputStream unpacked = new GZIPInputStream(in)) {
			ByteBuffer all = ByteBuffer.wrap(unpacked.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
			List<Golden> golden = new ArrayList<>();
			while (all.hasRemaining()) {
				golden.add(next(all));
			}
			return golden;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Golden next(ByteBuffer all) {
		GgmlType type = GgmlType.of(all.getInt()).orElseThrow();
		float[] floats = new float[all.getInt()];
		byte[] bytes = new byte[all.getInt()];
		all.get(bytes);
		for (int i = 0; i < floats.length; i++) {
			floats[i] = all.getFloat();
		}
		return new Golden(type, bytes, floats);
	}

	record Golden(GgmlType type, byte[] bytes, float[] floats) {

		WeightMatrix matrix() {
			MemorySegment data = Arena.ofAuto().allocate(this.bytes.length);
			MemorySegment.copy(this.bytes, 0, data, ValueLayout.JAVA_BYTE, 0, this.bytes.length);
			return new WeightMatrix(this.type, data, 1, this.floats.length);
		}

		boolean hasMinimum() {
			return switch (this.type) {
				case Q4_1, Q5_1, Q2_K, Q4_K, Q5_K -> true;
				default -> false;
			};
		}

		/** The largest magnitude in the block of element {@code i}. */
		double largestNear(int i) {
			int from = i / this.type.blockElements() * this.type.blockElements();
			double largest = 0;
			for (int j = from; j < from + this.type.blockElements(); j++) {
				largest = Math.max(largest, Math.abs(this.floats[j]));
			}
			return largest;
		}

		@Override
		public String toString() {
			return this.type.toString();
		}

	}

}
