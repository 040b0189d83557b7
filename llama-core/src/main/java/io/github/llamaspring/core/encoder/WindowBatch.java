package io.github.llamaspring.core.encoder;

/**
 * Windows that go through the network together, one behind the other, and their mean
 * states. Mutable and not thread-safe; filled, computed by
 * {@link BertEncoder#encode(WindowBatch)}, read and cleared.
 */
public final class WindowBatch {

	private final EncoderConfig config;

	private final int[] tokens;

	/** Where each window begins, and the end of the last one. */
	private final int[] starts;

	/** Place of each token in its window. */
	private final int[] positions;

	private int size;

	private final float[] means;

	/**
	 * A batch without windows.
	 * @param capacity tokens at most, no fewer than a window's
	 */
	public WindowBatch(EncoderConfig config, int capacity) {
		this.config = config;
		this.tokens = new int[capacity];
		this.positions = new int[capacity];
		int least = Math.max(1, config.frame());
		this.starts = new int[capacity / least + 1];
		this.means = new float[capacity / least * config.dim()];
	}

	/** Whether a window of so many tokens of a text finds room. */
	public boolean fits(int textTokens) {
		return count() + framed(textTokens) <= this.tokens.length;
	}

	private int framed(int textTokens) {
		return Math.max(1, textTokens + this.config.frame());
	}

	/**
	 * Adds a window: a part of a text's tokens between the first and the last token.
	 * @throws IndexOutOfBoundsException if it does not fit
	 */
	public void add(int[] ids, int from, int to) {
		int start = count();
		int at = start;
		if (this.config.first() != EncoderConfig.NONE) {
			this.tokens[at++] = this.config.first();
		}
		System.arraycopy(ids, from, this.tokens, at, to - from);
		at += to - from;
		if (this.config.last() != EncoderConfig.NONE) {
			this.tokens[at++] = this.config.last();
		}
		if (at == start) {
			this.tokens[at++] = 0; // even of nothing there is a mean
		}
		for (int i = start; i < at; i++) {
			this.positions[i] = i - start;
		}
		this.starts[++this.size] = at;
	}

	/** Number of windows. */
	public int size() {
		return this.size;
	}

	/** Number of tokens. */
	public int count() {
		return this.starts[this.size];
	}

	public void clear() {
		this.size = 0;
	}

	int token(int index) {
		return this.tokens[index];
	}

	/** Place of a token in its window. */
	int position(int index) {
		return this.positions[index];
	}

	int start(int window) {
		return this.starts[window];
	}

	/** Tokens of a window that are the text's, or 1 if there are none. */
	public int textTokens(int window) {
		return Math.max(1, this.starts[window + 1] - this.starts[window] - this.config.frame());
	}

	/** {@code [window][dim]}: the mean of the states of a window's tokens. */
	public float[] means() {
		return this.means;
	}

}
