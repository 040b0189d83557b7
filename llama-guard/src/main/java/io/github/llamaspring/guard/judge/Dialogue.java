package io.github.llamaspring.guard.judge;

import java.util.List;

/**
 * What a judge is shown.
 *
 * @param judged whose words are judged: those of the last turn
 * @param turns in turn, the person's first; the text is untrusted
 */
public record Dialogue(Role judged, List<String> turns) {

	/** Who speaks. */
	public enum Role {

		USER, AGENT

	}

	public Dialogue {
		turns = List.copyOf(turns);
		if (turns.isEmpty() || turns.size() % 2 != ((judged == Role.USER) ? 1 : 0)) {
			throw new IllegalArgumentException("turns alternate from the person's on and end with those of " + judged
					+ ", not after " + turns.size());
		}
	}

	/**
	 * Something a person wrote.
	 */
	public static Dialogue ofUser(String text) {
		return new Dialogue(Role.USER, List.of(text));
	}

	/**
	 * An answer.
	 * @param question what it answers; empty where that is not known
	 */
	public static Dialogue ofAgent(String question, String answer) {
		return new Dialogue(Role.AGENT, List.of(question, answer));
	}

}
