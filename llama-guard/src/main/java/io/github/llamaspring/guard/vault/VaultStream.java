package io.github.llamaspring.guard.vault;

import org.jspecify.annotations.Nullable;

/**
 * A text in which placeholders become values again while it is written, also where a
 * placeholder is cut across pieces, has other case, blanks or markdown in it. Held back
 * is only what may still become a placeholder the conversation knows: never longer than
 * the longest of them and a few signs. What comes out does not depend on how the text was
 * cut. Restored values are not looked at again. Used by one thread at a time.
 */
public final class VaultStream {

	private final @Nullable Vault vault;

	private final String conversation;

	private final Disclosure disclosure;

	private final BracketRun run = new BracketRun(this::mayBegin, new BracketRun.Sink() {

		@Override
		public void plain(String text) {
			VaultStream.this.out.append(text);
		}

		@Override
		public void closed(String raw, String key) {
			String value = value(key);
			VaultStream.this.out.append((value != null) ? value : raw);
		}
	});

	private StringBuilder out = new StringBuilder();

	VaultStream(@Nullable Vault vault, String conversation, Disclosure disclosure) {
		this.vault = vault;
		this.conversation = conversation;
		this.disclosure = disclosure;
	}

	/**
	 * A text that passes as it is.
	 */
	public static VaultStream passing() {
		return new VaultStream(null, "", Disclosure.TO_USER);
	}

	private @Nullable ConversationValues values() {
		return (this.vault != null) ? this.vault.find(this.conversation) : null;
	}

	private boolean mayBegin(String prefix) {
		ConversationValues values = values();
		return values != null && values.anyBegins(prefix);
	}

	private @Nullable String value(String key) {
		ConversationValues values = values();
		return (values != null) ? values.value(key, this.disclosure) : null;
	}

	/**
	 * Takes the next piece.
	 * @return what may be shown now
	 */
	public String feed(String text) {
		if (this.vault == null) {
			return text;
		}
		for (int i = 0; i < text.length(); i++) {
			this.run.take(text.charAt(i));
		}
		return taken();
	}

	/**
	 * Takes the end of the text.
	 * @return the rest
	 */
	public String finish() {
		this.run.end();
		return taken();
	}

	/**
	 * Characters held back now.
	 */
	public int held() {
		return this.run.held();
	}

	private String taken() {
		String text = this.out.toString();
		this.out = new StringBuilder();
		return text;
	}

}
