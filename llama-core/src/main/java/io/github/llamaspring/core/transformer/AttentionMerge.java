package io.github.llamaspring.core.transformer;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

import io.github.llamaspring.core.kernel.AttentionKernels;

/**
 * The results of ranges of tiles, and their sum: who finishes the last range of a task
 * merges them. Mutable, shared by the threads of a region.
 */
final class AttentionMerge {

	private final AttentionKernels kernels;

	private final float factor;

	private final int width;

	private int ranges;

	/** Most slots of a task in the batch at hand. */
	private int slots;

	/** Of each task, how many ranges are not finished. */
	private AtomicIntegerArray left = new AtomicIntegerArray(0);

	/** Running maxima: {@code [task][slot][range, padded]}. */
	private float[] max = {};

	/** Running sums: {@code [task][range][slot]}. */
	private float[] sum = {};

	/** Weighted values: {@code [task][range][slot][width]}. */
	private float[] weighted = {};

	AttentionMerge(AttentionKernels kernels, LlamaConfig config) {
		this.kernels = kernels;
		this.factor = AttentionWorker.factor(config);
		this.width = KvCache.columns(config) * AttentionKernels.LANES;
	}

	/**
	 * Makes room for a batch; memory is taken only for one larger than those before.
	 */
	void prepare(int tasks, int ranges, int slots) {
		this.ranges = ranges;
		this.slots = slots;
		int sums = Math.multiplyExact(tasks * ranges, slots);
		int maxima = Math.multiplyExact(tasks * slots, padded());
		if (this.left.length() < tasks) {
			this.left = new AtomicIntegerArray(tasks);
		}
		if (this.max.length < maxima) {
			this.max = new float[maxima];
		}
		if (this.sum.length < sums) {
			this.sum = new float[sums];
			this.weighted = new float[Math.multiplyExact(sums, this.width)];
		}
	}

	private int padded() {
		return (this.ranges + AttentionKernels.LANES - 1) / AttentionKernels.LANES * AttentionKernels.LANES;
	}

	/** Before each region. */
	void start(int tasks) {
		for (int task = 0; task < tasks; task++) {
			this.left.set(task, this.ranges);
		}
	}

	/**
	 * Takes a range's results.
	 * @return whether it was the last one: the worker holds the merged results then
	 */
	boolean finish(int task, int range, int slots, AttentionWorker worker) {
		int at = (task * this.ranges + range) * this.slots;
		System.arraycopy(worker.sum, 0, this.sum, at, slots);
		System.arraycopy(worker.weighted, 0, this.weighted, at * this.width, slots * this.width);
		for (int slot = 0; slot < slots; slot++) {
			this.max[(task * this.slots + slot) * padded() + range] = worker.max[slot];
		}
		if (this.left.decrementAndGet(task) > 0) {
			return false;
		}
		for (int slot = 0; slot < slots; slot++) {
			merge(task, slot, worker);
		}
		return true;
	}

	private void merge(int task, int slot, AttentionWorker worker) {
		int weights = (task * this.slots + slot) * padded();
		Arrays.fill(this.max, weights + this.ranges, weights + padded(), Float.NEGATIVE_INFINITY);
		this.kernels.powerSum(this.max, weights, padded(), this.kernels.max(this.max, weights, padded()), this.factor);
		Arrays.fill(worker.weighted, slot * this.width, (slot + 1) * this.width, 0);
		float total = 0;
		for (int range = 0; range < this.ranges; range++) {
			float weight = this.max[weights + range] / AttentionKernels.COEFFICIENT_SCALE;
			int at = (task * this.ranges + range) * this.slots + slot;
			total += weight * this.sum[at];
			for (int i = 0; i < this.width; i++) {
				worker.weighted[slot * this.width + i] += weight * this.weighted[at * this.width + i];
			}
		}
		worker.sum[slot] = total;
	}

}
