package io.github.llamaspring.core.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Single half floats in the lines of {@link AttentionKernels}.
 */
final class HalfLines {

	private static final float LEAST_NORMAL = 0x1p-14f;

	private static final float LARGEST = 65504;

	private static final int HALF = AttentionKernels.LANES / 2;

	private HalfLines() {
	}

	/** Where the half float of a lane lies in its line, in bytes. */
	static long place(int lane) {
		return (lane < HALF) ? 4L * lane : 4L * (lane - HALF) + 2;
	}

	/** To nearest even, within what lines may hold. */
	static short half(float value) {
		float magnitude = Math.abs(value);
		// Also false for NaN.
		if (!(magnitude >= LEAST_NORMAL && magnitude <= Float.MAX_VALUE)) {
			return 0;
		}
		return Float.floatToFloat16(Math.max(-LARGEST, Math.min(LARGEST, value)));
	}

	static boolean across(float[] x, int offset, int n, MemorySegment lines, long byteOffset, int lane) {
		long at = byteOffset + place(lane);
		boolean finite = true;
		for (int i = 0; i < n; i++) {
			float value = x[offset + i];
			finite &= Math.abs(value) <= Float.MAX_VALUE;
			Bits.putI16(lines, at + (long) AttentionKernels.LINE_BYTES * i, half(value));
		}
		return finite;
	}

	static boolean along(float[] x, int offset, int n, MemorySegment lines, long byteOffset, long lineStride) {
		boolean finite = true;
		for (int start = 0; start < n; start += AttentionKernels.LANES) {
			long line = byteOffset + start / AttentionKernels.LANES * lineStride;
			for (int lane = 0; lane < Math.min(AttentionKernels.LANES, n - start); lane++) {
				float value = x[offset + start + lane];
				finite &= Math.abs(value) <= Float.MAX_VALUE;
				Bits.putI16(lines, line + place(lane), half(value));
			}
		}
		return finite;
	}

}
