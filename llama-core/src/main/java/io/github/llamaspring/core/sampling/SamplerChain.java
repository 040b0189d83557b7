package io.github.llamaspring.core.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.github.llamaspring.core.error.LlamaException;

/**
 * The steps in the order that {@link SamplingOptions} documents. All scratch space is
 * made once: a step allocates nothing.
 */
final class SamplerChain implements Sampler {

	private final int vocabSize;

	private final float[] adjusted;

	private final Candidates candidates;

	private final LogitBias bias;

	private final Penalties penalties;

	private final List<CandidateFilter> filters;

	private final boolean greedy;

	private final Choice choice;

	SamplerChain(SamplingOptions options, int vocabSize) {
		if (vocabSize < 1) {
			throw new IllegalArgumentException("the vocabulary must hold at least one token, not " + vocabSize);
		}
		this.vocabSize = vocabSize;
		this.adjusted = new float[vocabSize];
		this.greedy = options.temperature() == 0;
		this.candidates = new Candidates(this.greedy ? 0 : vocabSize);
		this.bias = LogitBias.of(options.logitBias(), vocabSize);
		this.penalties = new Penalties(options.repetitionPenalty(), options.presencePenalty(),
				options.frequencyPenalty());
		this.filters = filters(options);
		Long seed = options.seed();
		this.choice = new Choice(options.temperature(), (seed != null) ? seed : ThreadLocalRandom.current().nextLong());
	}

	private static List<CandidateFilter> filters(SamplingOptions options) {
		List<CandidateFilter> filters = new ArrayList<>();
		if (options.topK() > 0) {
			filters.add(new TopK(options.topK()));
		}
		if (options.topP() < 1) {
			filters.add(new TopP(options.topP()));
		}
		if (options.minP() > 0) {
			filters.add(new MinP(options.minP()));
		}
		return List.copyOf(filters);
	}

	@Override
	public int sample(float[] logits) {
		if (logits.length != this.vocabSize) {
			throw new IllegalArgumentException("a sampler for " + this.vocabSize + " tokens was given " + logits.length
					+ " logits; make one per model");
		}
		copy(logits);
		this.bias.apply(this.adjusted);
		this.penalties.apply(this.adjusted);
		int best = best(this.adjusted);
		if (this.greedy) {
			return best;
		}
		this.candidates.load(this.adjusted);
		for (int i = 0; i < this.filters.size(); i++) {
			this.filters.get(i).apply(this.candidates);
		}
		return this.choice.choose(this.candidates);
	}

	private void copy(float[] logits) {
		for (int i = 0; i < logits.length; i++) {
			float logit = logits[i];
			if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
				throw new LlamaException("the model computed no usable logits (token " + i + " has " + logit
						+ "); the model file may be damaged: check its SHA-256 or fetch it again");
			}
			this.adjusted[i] = logit;
		}
	}

	/**
	 * The id of the highest logit, of equal ones the lowest.
	 */
	private static int best(float[] logits) {
		int best = -1;
		float max = Float.NEGATIVE_INFINITY;
		for (int i = 0; i < logits.length; i++) {
			if (logits[i] > max) {
				max = logits[i];
				best = i;
			}
		}
		if (best < 0) {
			throw new LlamaException("the model computed no usable logits, or logit_bias excludes every token: "
					+ "no token is left to choose from");
		}
		return best;
	}

	@Override
	public void accept(int token) {
		if (token < 0 || token >= this.vocabSize) {
			throw new IllegalArgumentException(
					"token " + token + " is outside the vocabulary of " + this.vocabSize + " tokens");
		}
		this.penalties.accept(token);
	}

}
