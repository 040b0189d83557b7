package io.github.llamaspring.core.sampling;

import java.util.Arrays;

/**
 * The tokens that may be chosen. Logit and id are packed in one long, so that the natural
 * order of longs is best first, equal logits by ascending id:
 *
 * <pre>
 * bits 63..32  the logit's bits, made to fall as the logit rises
 * bits 31..0   the token's id
 * </pre>
 */
final class Candidates {

	private final long[] keys;

	private int size;

	/** How many keys at the start are known to be the best ones, in order. */
	private int sorted;

	Candidates(int capacity) {
		this.keys = new long[capacity];
	}

	static long key(float logit, int id) {
		int bits = Float.floatToRawIntBits(logit + 0f); // turns -0 into 0
		int rising = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
		return ((long) ~rising << 32) | id;
	}

	static int id(long key) {
		return (int) key;
	}

	static float logit(long key) {
		int rising = ~(int) (key >> 32);
		return Float.intBitsToFloat(rising ^ ((rising >> 31) & Integer.MAX_VALUE));
	}

	/**
	 * Starts anew with all tokens that are not excluded by a logit of minus infinity.
	 */
	void load(float[] logits) {
		this.size = 0;
		this.sorted = 0;
		for (int id = 0; id < logits.length; id++) {
			if (logits[id] != Float.NEGATIVE_INFINITY) {
				this.keys[this.size++] = key(logits[id], id);
			}
		}
	}

	int size() {
		return this.size;
	}

	int id(int index) {
		return id(this.keys[index]);
	}

	float logit(int index) {
		return logit(this.keys[index]);
	}

	/**
	 * The highest logit.
	 */
	float best() {
		long best = this.keys[0];
		for (int i = 1; i < this.size && this.sorted == 0; i++) {
			best = Math.min(best, this.keys[i]);
		}
		return logit(best);
	}

	/**
	 * Moves the {@code count} best candidates to the start, in order.
	 */
	void sortBest(int count) {
		if (count > this.sorted) {
			select(count);
			Arrays.sort(this.keys, this.sorted, count);
			this.sorted = count;
		}
	}

	void truncate(int count) {
		this.size = Math.min(this.size, count);
		this.sorted = Math.min(this.sorted, this.size);
	}

	/**
	 * Takes out the candidates with a lower logit than this; the order stays.
	 */
	void keepAtLeast(double logit) {
		int kept = 0;
		int keptSorted = 0;
		for (int i = 0; i < this.size; i++) {
			if (logit(i) >= logit) {
				this.keys[kept++] = this.keys[i];
				keptSorted += (i < this.sorted) ? 1 : 0;
			}
		}
		this.size = kept;
		this.sorted = keptSorted;
	}

	/**
	 * Quickselect (Hoare): afterwards the {@code count} smallest keys are the first ones.
	 * Keys are distinct. After too many bad pivots it sorts, so that no logits make it
	 * quadratic.
	 */
	private void select(int count) {
		int low = this.sorted;
		int high = this.size - 1;
		for (int round = 0; low < high; round++) {
			if (round == 64) {
				Arrays.sort(this.keys, low, high + 1);
				return;
			}
			long pivot = median(this.keys[low], this.keys[(low + high) >>> 1], this.keys[high]);
			int i = low;
			int j = high;
			while (i <= j) {
				while (this.keys[i] < pivot) {
					i++;
				}
				while (this.keys[j] > pivot) {
					j--;
				}
				if (i <= j) {
					long swapped = this.keys[i];
					this.keys[i++] = this.keys[j];
					this.keys[j--] = swapped;
				}
			}
			if (count - 1 <= j) {
				high = j;
			}
			else if (count - 1 >= i) {
				low = i;
			}
			else {
				return;
			}
		}
	}

	private static long median(long a, long b, long c) {
		return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
	}

}
