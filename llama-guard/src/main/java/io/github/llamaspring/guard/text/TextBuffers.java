package io.github.llamaspring.guard.text;

/**
 * What the views of a text are written into; the next text uses it again. Belongs to one
 * text.
 */
final class TextBuffers {

	private static final Pool<TextBuffers> POOL = new Pool<>(TextBuffers::new);

	/** Those of longer texts are not kept. */
	private static final int MOST_UNITS = 1 << 15;

	private static final int[] NONE = {};

	private final TokenView words = new TokenView();

	private final TokenView undone = new TokenView();

	private final TokenView joined = new TokenView();

	private final StringBuilder word = new StringBuilder(2 * TokenView.MAX_WORD);

	private final StringBuilder clean = new StringBuilder(0);

	private int[] cleanAt = NONE;

	private TextBuffers() {
	}

	static TextBuffers take() {
		return POOL.take();
	}

	/**
	 * @param units of the text it was used for
	 */
	void giveBack(int units) {
		if (units <= MOST_UNITS && this.word.capacity() <= MOST_UNITS) {
			POOL.giveBack(this);
		}
	}

	TokenView words(int units) {
		return this.words.cleared(units);
	}

	TokenView undone(int units) {
		return this.undone.cleared(units);
	}

	TokenView joined(int units) {
		return this.joined.cleared(units);
	}

	StringBuilder word() {
		this.word.setLength(0);
		return this.word;
	}

	StringBuilder clean(int units) {
		this.clean.setLength(0);
		this.clean.ensureCapacity(units);
		return this.clean;
	}

	int[] cleanAt(int units) {
		if (this.cleanAt.length < units) {
			this.cleanAt = new int[units];
		}
		return this.cleanAt;
	}

}
