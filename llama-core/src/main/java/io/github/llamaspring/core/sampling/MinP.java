package io.github.llamaspring.core.sampling;

/**
 * Keeps the tokens with at least this share of the best one's probability (Nguyen et al.
 * 2024).
 *
 * @param p above 0, at most 1
 */
record MinP(float p) implements CandidateFilter {

	@Override
	public void apply(Candidates candidates) {
		candidates.keepAtLeast(candidates.best() + StrictMath.log(this.p));
	}

}
