package io.github.llamaspring.guard;

/**
 * Calibrated probabilities of the statistical heads; 0 where there is no such head.
 */
public record Scores(double harm, double injection, double toxicity) {

	/** Where no head exists. */
	public static final Scores NONE = new Scores(0, 0, 0);

}
