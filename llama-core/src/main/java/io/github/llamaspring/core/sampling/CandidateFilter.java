package io.github.llamaspring.core.sampling;

/**
 * Takes unlikely tokens out of the candidates; always leaves at least the best one.
 */
interface CandidateFilter {

	void apply(Candidates candidates);

}
