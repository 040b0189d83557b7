package io.github.llamaspring.guard.feedback;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.classify.Heads;

/**
 * What a person says of a verdict. It holds the text: without it nothing can be learnt.
 * Texts about harm to children are not taken.
 *
 * @param id its own
 * @param time when it was given
 * @param event the audit event of the verdict; null without
 * @param text the text, at most {@value #LONGEST} UTF-16 units
 * @param language ISO 639-1 code of its language
 * @param stage where it comes from
 * @param action what the guard did; null where that is not known
 * @param categories what the guard found
 * @param opinion whether that was right
 * @param label what the text is
 * @param category the policy's item of a harmful text; empty where it has none or is not
 * harmful
 * @param reviewer who says so, in words that mean something to the application; null
 * without
 * @param note for people, at most {@value #LONGEST_NOTE} UTF-16 units; null without
 */
public record Feedback(UUID id, Instant time, @Nullable UUID event, String text, String language, Stage stage,
		@Nullable Action action, List<String> categories, Opinion opinion, Label label, String category,
		@Nullable String reviewer, @Nullable String note) {

	public static final int LONGEST = 100_000;

	public static final int LONGEST_NOTE = 2_000;

	/** Longest category and reviewer. */
	public static final int LONGEST_NAME = 200;

	private static final String CHILDREN = "U1.1b";

	private static final List<String> LANGUAGES = List.of(Locale.getISOLanguages());

	/**
	 * @throws IllegalArgumentException saying what can't be taken
	 */
	public Feedback {
		Objects.requireNonNull(id, "id");
		Objects.requireNonNull(time, "time");
		Objects.requireNonNull(stage, "stage");
		Objects.requireNonNull(opinion, "opinion");
		Objects.requireNonNull(label, "label");
		categories = List.copyOf(categories);
		if (text.isBlank() || text.length() > LONGEST) {
			throw new IllegalArgumentException("the text of feedback must have 1 to " + LONGEST + " characters, not "
					+ (text.isBlank() ? 0 : text.length()));
		}
		if (!LANGUAGES.contains(language)) {
			throw new IllegalArgumentException("the language of feedback must be an ISO 639-1 code such as de, not "
					+ language.substring(0, Math.min(40, language.length())));
		}
		if (category.length() > LONGEST_NAME || (reviewer != null && reviewer.length() > LONGEST_NAME)) {
			throw new IllegalArgumentException(
					"the category and the reviewer of feedback have at most " + LONGEST_NAME + " characters");
		}
		if (label != Label.HARMFUL && !category.isEmpty()) {
			throw new IllegalArgumentException("only harmful texts have a category, not " + label.word() + " ones");
		}
		if (note != null && note.length() > LONGEST_NOTE) {
			throw new IllegalArgumentException("a note has at most " + LONGEST_NOTE + " characters");
		}
		if (category.equals(CHILDREN) || categories.contains(CHILDREN)) {
			throw new IllegalArgumentException(
					"texts about harm to children (" + CHILDREN + ") are not kept, nor is feedback on them");
		}
	}

	/**
	 * The language of a text: the one that is named, such as {@code de-AT}, or else a
	 * guess.
	 */
	public static String languageOf(String text, @Nullable String named) {
		String code = (named != null) ? named.substring(0, Math.min(2, named.length())).toLowerCase(Locale.ROOT) : "";
		return LANGUAGES.contains(code) ? code : Heads.builtIn().language(text);
	}

	/** Without the text. */
	@Override
	public String toString() {
		return "Feedback[" + this.id + ", " + this.time + ", " + this.opinion + " "
				+ Arrays.toString(new Object[] { this.action, this.label, this.category }) + "]";
	}

}
