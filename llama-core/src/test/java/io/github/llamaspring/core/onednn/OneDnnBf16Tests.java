package io.github.llamaspring.core.onednn;

import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OneDnnBf16Tests {

	@Test
	void roundsToTheNearestAndTiesToEven() {
		Random random = new Random(1);
		for (int i = 0; i < 100_000; i++) {
			float x = Float.intBitsToFloat(random.nextInt() & ((i % 3 == 0) ? 0xFFFF8000 : -1));
			if (!Float.isFinite(x) || Math.abs(x) > 3e38f) {
				continue;
			}
			short half = Bf16.fromFloat(x);
			BigDecimal error = error(x, half);
			BigDecimal above = error(x, (short) (half + 1));
			assertThat(error).isLessThanOrEqualTo(above);
			if ((half & 0x7FFF) != 0) {
				assertThat(error).isLessThanOrEqualTo(error(x, (short) (half - 1)));
			}
			if (error.equals(above)) {
				assertThat(half & 1).isZero();
			}
		}
	}

	private static BigDecimal error(float x, short half) {
		return new BigDecimal(x).subtract(new BigDecimal(Bf16.toFloat(half))).abs();
	}

	@Test
	void vectorsDoAsSingleFloats() {
		Random random = new Random(2);
		float[] x = new float[1003];
		for (int i = 0; i < x.length; i++) {
			x[i] = Float.intBitsToFloat(random.nextInt());
		}
		x[5] = Float.POSITIVE_INFINITY;
		x[6] = Float.NEGATIVE_INFINITY;
		x[7] = Float.intBitsToFloat(0x7F800001);
		x[8] = Float.intBitsToFloat(-1);
		x[9] = -0f;
		short[] target = new short[x.length];
		Bf16.fromFloats(x, 3, MemorySegment.ofArray(target), 2, x.length - 3);
		assertThat(target[0]).isZero();
		for (int i = 3; i < x.length; i++) {
			assertThat(target[i - 2]).as("%x", Float.floatToRawIntBits(x[i])).isEqualTo(Bf16.fromFloat(x[i]));
		}
		assertThat(Bf16.toFloat(target[3])).isEqualTo(Float.POSITIVE_INFINITY);
		assertThat(Bf16.toFloat(target[5])).isNaN();
		assertThat(Bf16.toFloat(target[6])).isNaN();
	}

}
