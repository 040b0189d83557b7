package io.github.llamaspring.core.sampling;

/**
 * Keeps the k best tokens.
 *
 * @param k at least 1
 */
record TopK(int k) implements CandidateFilter {

	@Override
	public void apply(Candidates candidates) {
		if (this.k < candidates.size()) {
			candidates.sortBest(this.k);
			candidates.truncate(this.k);
		}
	}

}
