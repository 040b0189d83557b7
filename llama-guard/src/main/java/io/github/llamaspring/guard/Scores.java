package io.github.llamaspring.guard;

/**
 * Calibrated probabilities of the statistical heads, 0 to 1. They order texts within a
 * language; what is acted on are the findings, whose scores are measured against the
 * policy. In the verdict on a stream, the highest of its finished sentences.
 *
 * @param harm that the text asks for or is harm
 * @param injection that it tries to take over the model
 * @param toxicity that it insults, threatens or hates
 */
public record Scores(double harm, double injection, double toxicity) {

	/** Where no head looked. */
	public static final Scores NONE = new Scores(0, 0, 0);

}
