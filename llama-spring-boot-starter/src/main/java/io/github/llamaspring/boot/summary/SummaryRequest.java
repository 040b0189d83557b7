package io.github.llamaspring.boot.summary;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What to summarise, and how.
 *
 * @param text the document, of any length; untrusted
 * @param words about how long the summary shall be; 0 leaves that to the model
 * @param focus what the reader wants to know, in their own words; null for everything
 * @param language name of the language of the summary, such as {@code German}; null for
 * that of the document
 */
public record SummaryRequest(String text, int words, @Nullable String focus, @Nullable String language) {

	public SummaryRequest {
		Objects.requireNonNull(text, "text");
		if (text.isBlank()) {
			throw new IllegalArgumentException("The text to summarise must not be blank");
		}
		if (words < 0 || words > 10_000) {
			throw new IllegalArgumentException("words must be from 0 (the model's choice) to 10000, not " + words);
		}
	}

	public static SummaryRequest of(String text) {
		return new SummaryRequest(text, 0, null, null);
	}

	public SummaryRequest withWords(int value) {
		return new SummaryRequest(this.text, value, this.focus, this.language);
	}

	public SummaryRequest withFocus(@Nullable String value) {
		return new SummaryRequest(this.text, this.words, value, this.language);
	}

	public SummaryRequest withLanguage(@Nullable String value) {
		return new SummaryRequest(this.text, this.words, this.focus, value);
	}

}
