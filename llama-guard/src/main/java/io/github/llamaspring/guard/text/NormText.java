package io.github.llamaspring.guard.text;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A text with its views. Used by one thread.
 */
public final class NormText {

	private final String raw;

	private final boolean open;

	private final Deadline deadline;

	private final TextBuffers buffers = TextBuffers.take();

	private final TokenView words;

	private final @Nullable TokenView undone;

	private boolean released;

	private @Nullable CleanText clean;

	private @Nullable Decoder decoder;

	private NormText(String raw, boolean open, Deadline deadline) {
		this.raw = raw;
		this.open = open;
		this.deadline = deadline;
		Tokenizer tokenizer = Tokenizer.plain(raw, deadline, this.buffers);
		this.words = tokenizer.view();
		this.undone = tokenizer.undone();
	}

	/**
	 * A whole text.
	 */
	public static NormText whole(String raw) {
		return whole(raw, Deadline.NONE);
	}

	/**
	 * A whole text that may be looked at only for some time.
	 * @throws Deadline.Expired if that is over
	 */
	public static NormText whole(String raw, Deadline deadline) {
		return new NormText(raw, false, deadline);
	}

	/**
	 * The beginning of a text that goes on.
	 */
	public static NormText open(String raw) {
		return new NormText(raw, true, Deadline.NONE);
	}

	public String raw() {
		return this.raw;
	}

	/**
	 * Whether more text may come.
	 */
	public boolean isOpen() {
		return this.open;
	}

	/**
	 * Asked by whoever walks through the text.
	 */
	public Deadline deadline() {
		return this.deadline;
	}

	/**
	 * The folded words.
	 */
	public TokenView words() {
		checkUse();
		return this.words;
	}

	/**
	 * The folded words with writing tricks undone; null where there are none.
	 */
	public @Nullable TokenView undone() {
		checkUse();
		return this.undone;
	}

	/**
	 * The words, and where there are writing tricks also without these.
	 */
	public List<TokenView> views() {
		TokenView other = undone();
		return (other != null) ? List.of(this.words, other) : List.of(this.words);
	}

	/**
	 * The characters without the invisible ones.
	 */
	public CleanText clean() {
		checkUse();
		CleanText result = this.clean;
		if (result == null) {
			result = CleanText.of(this.raw, this.deadline, this.buffers);
			this.clean = result;
		}
		return result;
	}

	/**
	 * The parts in which something is encoded, decoded.
	 */
	public List<DecodedText> decoded() {
		return decoder().parts();
	}

	/**
	 * Where something encoded starts that more text may continue; -1 where there is no
	 * such thing.
	 */
	public int encodedFrom() {
		return decoder().openFrom();
	}

	/**
	 * Gives back what the views were written into, so that the next text need not make it
	 * anew. Whoever is done with a text may call this; nobody has to. The views and those
	 * of the decoded parts must not be used any more.
	 */
	public void release() {
		if (this.released) {
			return;
		}
		this.released = true;
		if (this.decoder != null) {
			this.decoder.parts().forEach((part) -> part.text().release());
		}
		this.buffers.giveBack(this.raw.length());
	}

	private void checkUse() {
		if (this.released) {
			throw new IllegalStateException("the text was released: its views belong to another one now");
		}
	}

	private Decoder decoder() {
		Decoder result = this.decoder;
		if (result == null) {
			result = Decoder.of(this);
			this.decoder = result;
		}
		return result;
	}

}
