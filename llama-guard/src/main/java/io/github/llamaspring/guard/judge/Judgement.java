package io.github.llamaspring.guard.judge;

import java.util.List;

/**
 * What a judge says.
 *
 * @param status whether there is an answer at all
 * @param unsafe the probability that it is unsafe, 0 to 1; 0 without an answer
 * @param codes what it violates, such as {@code O3} of Llama Guard 1; empty where safe
 * @param reason of a failure, for the log: never holds the text; else empty
 */
public record Judgement(Status status, double unsafe, List<String> codes, String reason) {

	/** How it went. */
	public enum Status {

		OK,
		/** No answer in time. */
		TIMEOUT,
		/** No answer, or one outside of the judge's grammar. */
		ERROR

	}

	public Judgement {
		codes = List.copyOf(codes);
		if (!(unsafe >= 0 && unsafe <= 1)) {
			throw new IllegalArgumentException("a probability lies between 0 and 1, not at " + unsafe);
		}
	}

	/**
	 * An answer.
	 */
	public static Judgement of(double unsafe, List<String> codes) {
		return new Judgement(Status.OK, unsafe, codes, "");
	}

	/**
	 * No answer.
	 */
	public static Judgement error(String reason) {
		return new Judgement(Status.ERROR, 0, List.of(), reason);
	}

	/**
	 * No answer in time.
	 */
	public static Judgement timeout() {
		return new Judgement(Status.TIMEOUT, 0, List.of(), "no answer in time");
	}

}
