package io.github.llamaspring.guard.classify;

import java.util.function.Function;
import java.util.stream.Stream;

import java.util.Map;

import java.util.EnumMap;

import java.util.Locale;

/**
 * What a head looks for.
 */
public enum Head {

	/**
	 * Requests for and texts of harm; its finding carries the likeliest category, or
	 * U1.1f where none is clear.
	 */
	HARM(0.8),
	/** Attempts to take over the model, jailbreaks among them. */
	INJECTION(0.9),
	/** Insults, hate, threats. */
	TOXICITY(0.8);

	/** The rules of the heads' findings begin with it. */
	public static final String PREFIX = "classify.";

	/** Score of a finding at the head's lower threshold: the policy's default. */
	static final double GREY_SCORE = 0.5;

	private final double hitScore;

	Head(double hitScore) {
		this.hitScore = hitScore;
	}

	/**
	 * Score of a finding at the head's upper threshold: the policy's default for what is
	 * acted on.
	 */
	double hitScore() {
		return this.hitScore;
	}

	/**
	 * Id of the rule its findings name.
	 */
	public String rule() {
		return PREFIX + name().toLowerCase(Locale.ROOT);
	}

	/** Something for each head, all made side by side. */
	static <T> Map<Head, T> all(Function<Head, T> maker) {
		Map<Head, T> made = new EnumMap<>(Head.class);
		Stream.of(values()).parallel().map((head) -> Map.entry(head, maker.apply(head))).toList().forEach((entry) -> {
			made.put(entry.getKey(), entry.getValue());
		});
		return made;
	}

	String file() {
		return name().toLowerCase(Locale.ROOT) + ".head";
	}

}
