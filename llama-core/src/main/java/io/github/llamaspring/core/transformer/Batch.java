package io.github.llamaspring.core.transformer;

import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What one forward pass computes: entries of (sequence, position, token), those of one
 * sequence one after another with ascending positions. Reusable; used by one thread at a
 * time.
 */
public final class Batch {

	/** Entries of the largest batch. */
	public static final int CAPACITY = 256;

	private final @Nullable KvCache[] sequences = new KvCache[CAPACITY];

	private final int[] positions = new int[CAPACITY];

	private final int[] tokens = new int[CAPACITY];

	private final float[] @Nullable [] logits = new float[CAPACITY][];

	private int size;

	public void clear() {
		Arrays.fill(this.sequences, 0, this.size, null);
		Arrays.fill(this.logits, 0, this.size, null);
		this.size = 0;
	}

	/**
	 * Adds an entry.
	 * @param logits receives the logits of the token that follows, one a token of the
	 * vocabulary; null if nobody needs them
	 */
	public void add(KvCache sequence, int position, int token, float @Nullable [] logits) {
		this.sequences[this.size] = sequence;
		this.positions[this.size] = position;
		this.tokens[this.size] = token;
		this.logits[this.size] = logits;
		this.size++;
	}

	public int size() {
		return this.size;
	}

	KvCache sequence(int entry) {
		return Objects.requireNonNull(this.sequences[entry]);
	}

	int position(int entry) {
		return this.positions[entry];
	}

	int token(int entry) {
		return this.tokens[entry];
	}

	float @Nullable [] logits(int entry) {
		return this.logits[entry];
	}

	/**
	 * The entry after the last one of the same sequence, at most {@code start + most}.
	 */
	int endOfRun(int start, int most) {
		int end = start + 1;
		while (end < this.size && end < start + most && this.sequences[end] == this.sequences[start]) {
			end++;
		}
		return end;
	}

}
