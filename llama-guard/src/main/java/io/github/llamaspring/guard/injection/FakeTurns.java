package io.github.llamaspring.guard.injection;

import java.util.List;

import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

/**
 * Finds the marks of chat templates in a text: whoever writes them plays the system. They
 * are punctuation, which word patterns don't see.
 */
final class FakeTurns {

	private static final List<String> MARKS = List.of("<<sys>>", "<</sys>>", "[inst]", "[/inst]", "<|im_start|>",
			"<|im_end|>", "<|system|>", "<|assistant|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>",
			"<|begin_of_text|>", "<|endoftext|>");

	private FakeTurns() {
	}

	static void detect(NormText text, MatchSink sink) {
		String clean = text.clean().text();
		for (int i = 0; i < clean.length(); i++) {
			text.deadline().step();
			char c = clean.charAt(i);
			if (c == '<' || c == '[') {
				tryMarks(text, clean, i, sink);
			}
		}
	}

	private static void tryMarks(NormText text, String clean, int at, MatchSink sink) {
		for (String mark : MARKS) {
			if (clean.regionMatches(true, at, mark, 0, mark.length())) {
				sink.match(new Match("injection.fake-turn", "INJECTION", 0.95, text.clean().rawStart(at),
						text.clean().rawEnd(at + mark.length())));
			}
			else if (text.isOpen() && clean.length() - at < mark.length()
					&& clean.regionMatches(true, at, mark, 0, clean.length() - at)) {
				sink.undecided(text.clean().rawStart(at));
			}
		}
	}

}
