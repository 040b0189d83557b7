package io.github.llamaspring.core.sampling;

/**
 * Keeps the smallest set of best tokens whose probabilities add up to p ("nucleus
 * sampling", Holtzman et al. 2019). Sorts no more tokens than it needs: first a few, then
 * four times as many, until they reach p.
 *
 * @param p above 0, below 1
 */
record TopP(float p) implements CandidateFilter {

	private static final int FIRST = 64;

	@Override
	public void apply(Candidates candidates) {
		double best = candidates.best();
		double total = 0;
		for (int i = 0; i < candidates.size(); i++) {
			total += StrictMath.exp(candidates.logit(i) - best);
		}
		double wanted = this.p * total;
		double sum = 0;
		int kept = 0;
		for (int sorted = FIRST; kept < candidates.size() && sum < wanted; sorted *= 4) {
			candidates.sortBest(Math.min(sorted, candidates.size()));
			int end = Math.min(sorted, candidates.size());
			while (kept < end && sum < wanted) {
				sum += StrictMath.exp(candidates.logit(kept++) - best);
			}
		}
		candidates.truncate(Math.max(1, kept));
	}

}
