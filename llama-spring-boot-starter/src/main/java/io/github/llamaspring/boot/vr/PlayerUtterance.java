package io.github.llamaspring.boot.vr;

/**
 * What a player said.
 *
 * @param text their words; untrusted
 */
public record PlayerUtterance(String text) {

	public PlayerUtterance {
		if (text.isBlank()) {
			throw new IllegalArgumentException("An utterance must not be blank");
		}
	}

	public static PlayerUtterance of(String text) {
		return new PlayerUtterance(text);
	}

}
