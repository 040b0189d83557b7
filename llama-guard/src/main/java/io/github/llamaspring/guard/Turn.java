package io.github.llamaspring.guard;

/**
 * An earlier message of a person in the conversation that a text belongs to, and its
 * answer. Of longer texts the first {@value #LONGEST} characters are kept.
 *
 * @param text what they wrote; untrusted
 * @param answer what they were told, for a judge; empty where that is not known
 * @param refused whether it was blocked, or the answer was a refusal
 */
public record Turn(String text, String answer, boolean refused) {

	/** About what a sentence encoder reads at once. */
	public static final int LONGEST = 1000;

	public Turn {
		text = clipped(text, LONGEST);
		answer = clipped(answer, LONGEST);
	}

	/**
	 * A message that was answered.
	 */
	public static Turn of(String text) {
		return new Turn(text, "", false);
	}

	/**
	 * A message that was blocked or refused.
	 */
	public static Turn refused(String text) {
		return new Turn(text, "", true);
	}

	private static String clipped(String text, int most) {
		if (text.length() <= most) {
			return text;
		}
		return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
	}

}
