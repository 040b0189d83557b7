package io.github.llamaspring.core.chat;

import java.util.List;

import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.tokenizer.Tokenizer;

/** x. */
public final class ChatTemplate {

	public static ChatTemplate of(GgufFile f) {
		return new ChatTemplate();
	}

	public String render(List<ChatMessage> m, boolean b) {
		throw new IllegalStateException();
	}

	public int[] encode(List<ChatMessage> m, boolean b, Tokenizer t) {
		throw new IllegalStateException();
	}

}
