package io.github.llamaspring.guard.classify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A labelled text.
 *
 * @param text the text
 * @param language ISO 639-1
 * @param label harmful, benign, jailbreak, injection, toxic, nontoxic or pii
 * @param category item of the policy; empty where unknown
 * @param source the file it comes from
 * @param output whether a model wrote it
 * @param pair id of the pair of contrasting texts it belongs to, else null
 */
public record Example(String text, String language, String label, String category, String source, boolean output,
		@Nullable String pair) {

	/**
	 * Harmless rows of these: replies to attacks, test cases with slurs in harmless use,
	 * tweets found by slurs.
	 */
	private static final List<String> BORDER = List.of("own_", "out_gptfuzz", "tox_hatecheck", "tox_mhc",
			"tox_davidson");

	/** The source of what people said of verdicts. */
	public static final String FEEDBACK = "feedback";

	/**
	 * Which split it belongs to. Depends on the text alone (of a pair: on the pair's id),
	 * so that a text that occurs twice never stands on both sides.
	 */
	public Split split() {
		if (this.pair != null) {
			return (share("pair|" + this.pair) < 0.5) ? Split.TRAINING : Split.CONTRAST;
		}
		if (isFeedback()) {
			return Split.TRAINING;
		}
		if (this.source.startsWith("ordinary")) {
			return Split.ORDINARY;
		}
		// Our own texts share ideas across rows and languages: a tenth would flatter.
		return (!isOwn() && share("split|" + this.text) < 0.1) ? Split.IN_DOMAIN : Split.TRAINING;
	}

	/**
	 * Whether somebody said so of a verdict. Such rows are trained on, all of them; they
	 * set no thresholds, for they are where the model was wrong, not what people write
	 * every day.
	 */
	boolean isFeedback() {
		return this.source.equals(FEEDBACK);
	}

	/** Whether it was written for this project, by one author. */
	boolean isOwn() {
		return this.source.startsWith("own_");
	}

	/**
	 * What this text is to a head: 1 what it looks for, 0 not, -1 says nothing about it.
	 */
	public int truth(Head head) {
		return switch (head) {
			case HARM -> this.label.equals("harmful") ? 1 : isOrdinary() ? 0 : -1;
			case INJECTION -> (this.label.equals("injection") || this.label.equals("jailbreak")) ? 1
					: (isOrdinary() || this.label.equals("harmful")) ? 0 : -1;
			case TOXICITY -> this.label.equals("toxic") ? 1 : isOrdinary() ? 0 : -1;
		};
	}

	/**
	 * Whether nothing is wrong with it.
	 */
	public boolean isOrdinary() {
		return this.label.equals("benign") || this.label.equals("nontoxic") || this.label.equals("pii");
	}

	/**
	 * Whether it is of a kind people write every day. Others that are
	 * {@linkplain #isOrdinary ordinary} stand at the border: they were made or collected
	 * because they sound like harm.
	 */
	public boolean isEveryday() {
		return this.pair == null && !isFeedback() && BORDER.stream().noneMatch(this.source::startsWith);
	}

	/** A number from 0 to below 1 that depends on the words alone. */
	static double share(String words) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-1").digest(words.getBytes(StandardCharsets.UTF_8));
			int top = ((hash[0] & 0xFF) << 16) | ((hash[1] & 0xFF) << 8) | (hash[2] & 0xFF);
			return top / (double) (1 << 24);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("this Java lacks SHA-1", ex);
		}
	}

	/**
	 * Parts of the data.
	 */
	public enum Split {

		/** Models are fitted, calibrated and given thresholds with it. */
		TRAINING,
		/** A random tenth of each source, never trained on. */
		IN_DOMAIN,
		/** Half of the contrast pairs, never trained on. */
		CONTRAST,
		/** Everyday texts with strong words (files named ordinary*), never trained on. */
		ORDINARY

	}

}
