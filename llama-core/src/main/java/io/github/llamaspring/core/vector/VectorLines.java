package io.github.llamaspring.core.vector;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

import io.github.llamaspring.core.kernel.AttentionKernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of coefficients times lines of half floats, one vector of ints of each line: two
 * sums for each row stay in registers. The scalar formula is that of
 * {@link AttentionKernels#multiply}; small flat loops, because the compiler gives up on
 * larger ones.
 * <p>
 * The compiler unrolls such loops and mixes their loads: lines that are read in any other
 * order than the memory's come at two thirds of its rate. A fence costs no instruction
 * and keeps the order.
 */
final class VectorLines {

	/** Where the second half of a line's lanes goes. */
	private static final int HIGH = AttentionKernels.LANES / 2;

	private static final long LINE = AttentionKernels.LINE_BYTES;

	/** Of a half's bits, moved by 13 places, the sign, the exponent and the fraction. */
	private static final int HALF = 0x8FFFE000;

	private VectorLines() {
	}

	static void one(MemorySegment lines, long at, int count, float[] c, int c0, float[] out, int o0, boolean add) {
		FloatVector low0 = FloatVector.zero(Lanes.FLOATS);
		FloatVector high0 = low0;
		FloatVector low1 = low0;
		FloatVector high1 = low0;
		int i = 0;
		for (; i < count - 1; i += 2) {
			VarHandle.loadLoadFence();
			IntVector even = IntVector.fromMemorySegment(Lanes.INTS, lines, at + LINE * i, ByteOrder.LITTLE_ENDIAN);
			VarHandle.loadLoadFence();
			IntVector odd = IntVector.fromMemorySegment(Lanes.INTS, lines, at + LINE * (i + 1),
					ByteOrder.LITTLE_ENDIAN);
			FloatVector a = FloatVector.broadcast(Lanes.FLOATS, c[c0 + i]);
			FloatVector b = FloatVector.broadcast(Lanes.FLOATS, c[c0 + i + 1]);
			low0 = even.lanewise(VectorOperators.LSHL, 16)
				.lanewise(VectorOperators.ASHR, 3)
				.and(HALF)
				.reinterpretAsFloats()
				.fma(a, low0);
			high0 = even.lanewise(VectorOperators.ASHR, 3).and(HALF).reinterpretAsFloats().fma(a, high0);
			low1 = odd.lanewise(VectorOperators.LSHL, 16)
				.lanewise(VectorOperators.ASHR, 3)
				.and(HALF)
				.reinterpretAsFloats()
				.fma(b, low1);
			high1 = odd.lanewise(VectorOperators.ASHR, 3).and(HALF).reinterpretAsFloats().fma(b, high1);
		}
		if (i < count) {
			IntVector last = IntVector.fromMemorySegment(Lanes.INTS, lines, at + LINE * i, ByteOrder.LITTLE_ENDIAN);
			FloatVector a = FloatVector.broadcast(Lanes.FLOATS, c[c0 + i]);
			low0 = last.lanewise(VectorOperators.LSHL, 16)
				.lanewise(VectorOperators.ASHR, 3)
				.and(HALF)
				.reinterpretAsFloats()
				.fma(a, low0);
			high0 = last.lanewise(VectorOperators.ASHR, 3).and(HALF).reinterpretAsFloats().fma(a, high0);
		}
		low0 = low0.add(low1);
		high0 = high0.add(high1);
		if (add) {
			low0.add(FloatVector.fromArray(Lanes.FLOATS, out, o0)).intoArray(out, o0);
			high0.add(FloatVector.fromArray(Lanes.FLOATS, out, o0 + HIGH)).intoArray(out, o0 + HIGH);
		}
		else {
			low0.intoArray(out, o0);
			high0.intoArray(out, o0 + HIGH);
		}
	}

	static void two(MemorySegment lines, long at, int count, float[] c, int c0, int cStride, float[] out, int o0,
			int outStride, boolean add) {
		int c1 = c0 + cStride;
		FloatVector low0 = FloatVector.zero(Lanes.FLOATS);
		FloatVector high0 = low0;
		FloatVector low1 = low0;
		FloatVector high1 = low0;
		for (int i = 0; i < count; i++) {
			VarHandle.loadLoadFence();
			IntVector line = IntVector.fromMemorySegment(Lanes.INTS, lines, at + LINE * i, ByteOrder.LITTLE_ENDIAN);
			FloatVector low = line.lanewise(VectorOperators.LSHL, 16)
				.lanewise(VectorOperators.ASHR, 3)
				.and(HALF)
				.reinterpretAsFloats();
			FloatVector high = line.lanewise(VectorOperators.ASHR, 3).and(HALF).reinterpretAsFloats();
			FloatVector a0 = FloatVector.broadcast(Lanes.FLOATS, c[c0 + i]);
			low0 = low.fma(a0, low0);
			high0 = high.fma(a0, high0);
			FloatVector a1 = FloatVector.broadcast(Lanes.FLOATS, c[c1 + i]);
			low1 = low.fma(a1, low1);
			high1 = high.fma(a1, high1);
		}
		int o1 = o0 + outStride;
		if (add) {
			low0.add(FloatVector.fromArray(Lanes.FLOATS, out, o0)).intoArray(out, o0);
			high0.add(FloatVector.fromArray(Lanes.FLOATS, out, o0 + HIGH)).intoArray(out, o0 + HIGH);
			low1.add(FloatVector.fromArray(Lanes.FLOATS, out, o1)).intoArray(out, o1);
			high1.add(FloatVector.fromArray(Lanes.FLOATS, out, o1 + HIGH)).intoArray(out, o1 + HIGH);
		}
		else {
			low0.intoArray(out, o0);
			high0.intoArray(out, o0 + HIGH);
			low1.intoArray(out, o1);
			high1.intoArray(out, o1 + HIGH);
		}
	}

	static void three(MemorySegment lines, long at, int count, float[] c, int c0, int cStride, float[] out, int o0,
			int outStride, boolean add) {
		int c1 = c0 + cStride;
		int c2 = c1 + cStride;
		FloatVector low0 = FloatVector.zero(Lanes.FLOATS);
		FloatVector high0 = low0;
		FloatVector low1 = low0;
		FloatVector high1 = low0;
		FloatVector low2 = low0;
		FloatVector high2 = low0;
		for (int i = 0; i < count; i++) {
			VarHandle.loadLoadFence();
			IntVector line = IntVector.fromMemorySegment(Lanes.INTS, lines, at + LINE * i, ByteOrder.LITTLE_ENDIAN);
			FloatVector low = line.lanewise(VectorOperators.LSHL, 16)
				.lanewise(VectorOperators.ASHR, 3)
				.and(HALF)
				.reinterpretAsFloats();
			FloatVector high = line.lanewise(VectorOperators.ASHR, 3).and(HALF).reinterpretAsFloats();
			FloatVector a0 = FloatVector.broadcast(Lanes.FLOATS, c[c0 + i]);
			low0 = low.fma(a0, low0);
			high0 = high.fma(a0, high0);
			FloatVector a1 = FloatVector.broadcast(Lanes.FLOATS, c[c1 + i]);
			low1 = low.fma(a1, low1);
			high1 = high.fma(a1, high1);
			FloatVector a2 = FloatVector.broadcast(Lanes.FLOATS, c[c2 + i]);
			low2 = low.fma(a2, low2);
			high2 = high.fma(a2, high2);
		}
		int o1 = o0 + outStride;
		int o2 = o1 + outStride;
		if (add) {
			low0.add(FloatVector.fromArray(Lanes.FLOATS, out, o0)).intoArray(out, o0);
			high0.add(FloatVector.fromArray(Lanes.FLOATS, out, o0 + HIGH)).intoArray(out, o0 + HIGH);
			low1.add(FloatVector.fromArray(Lanes.FLOATS, out, o1)).intoArray(out, o1);
			high1.add(FloatVector.fromArray(Lanes.FLOATS, out, o1 + HIGH)).intoArray(out, o1 + HIGH);
			low2.add(FloatVector.fromArray(Lanes.FLOATS, out, o2)).intoArray(out, o2);
			high2.add(FloatVector.fromArray(Lanes.FLOATS, out, o2 + HIGH)).intoArray(out, o2 + HIGH);
		}
		else {
			low0.intoArray(out, o0);
			high0.intoArray(out, o0 + HIGH);
			low1.intoArray(out, o1);
			high1.intoArray(out, o1 + HIGH);
			low2.intoArray(out, o2);
			high2.intoArray(out, o2 + HIGH);
		}
	}

	static void four(MemorySegment lines, long at, int count, float[] c, int c0, int cStride, float[] out, int o0,
			int outStride, boolean add) {
		int c1 = c0 + cStride;
		int c2 = c1 + cStride;
		int c3 = c2 + cStride;
		FloatVector low0 = FloatVector.zero(Lanes.FLOATS);
		FloatVector high0 = low0;
		FloatVector low1 = low0;
		FloatVector high1 = low0;
		FloatVector low2 = low0;
		FloatVector high2 = low0;
		FloatVector low3 = low0;
		FloatVector high3 = low0;
		for (int i = 0; i < count; i++) {
			VarHandle.loadLoadFence();
			IntVector line = IntVector.fromMemorySegment(Lanes.INTS, lines, at + LINE * i, ByteOrder.LITTLE_ENDIAN);
			FloatVector low = line.lanewise(VectorOperators.LSHL, 16)
				.lanewise(VectorOperators.ASHR, 3)
				.and(HALF)
				.reinterpretAsFloats();
			FloatVector high = line.lanewise(VectorOperators.ASHR, 3).and(HALF).reinterpretAsFloats();
			FloatVector a0 = FloatVector.broadcast(Lanes.FLOATS, c[c0 + i]);
			low0 = low.fma(a0, low0);
			high0 = high.fma(a0, high0);
			FloatVector a1 = FloatVector.broadcast(Lanes.FLOATS, c[c1 + i]);
			low1 = low.fma(a1, low1);
			high1 = high.fma(a1, high1);
			FloatVector a2 = FloatVector.broadcast(Lanes.FLOATS, c[c2 + i]);
			low2 = low.fma(a2, low2);
			high2 = high.fma(a2, high2);
			FloatVector a3 = FloatVector.broadcast(Lanes.FLOATS, c[c3 + i]);
			low3 = low.fma(a3, low3);
			high3 = high.fma(a3, high3);
		}
		int o1 = o0 + outStride;
		int o2 = o1 + outStride;
		int o3 = o2 + outStride;
		if (add) {
			low0.add(FloatVector.fromArray(Lanes.FLOATS, out, o0)).intoArray(out, o0);
			high0.add(FloatVector.fromArray(Lanes.FLOATS, out, o0 + HIGH)).intoArray(out, o0 + HIGH);
			low1.add(FloatVector.fromArray(Lanes.FLOATS, out, o1)).intoArray(out, o1);
			high1.add(FloatVector.fromArray(Lanes.FLOATS, out, o1 + HIGH)).intoArray(out, o1 + HIGH);
			low2.add(FloatVector.fromArray(Lanes.FLOATS, out, o2)).intoArray(out, o2);
			high2.add(FloatVector.fromArray(Lanes.FLOATS, out, o2 + HIGH)).intoArray(out, o2 + HIGH);
			low3.add(FloatVector.fromArray(Lanes.FLOATS, out, o3)).intoArray(out, o3);
			high3.add(FloatVector.fromArray(Lanes.FLOATS, out, o3 + HIGH)).intoArray(out, o3 + HIGH);
		}
		else {
			low0.intoArray(out, o0);
			high0.intoArray(out, o0 + HIGH);
			low1.intoArray(out, o1);
			high1.intoArray(out, o1 + HIGH);
			low2.intoArray(out, o2);
			high2.intoArray(out, o2 + HIGH);
			low3.intoArray(out, o3);
			high3.intoArray(out, o3 + HIGH);
		}
	}

}
