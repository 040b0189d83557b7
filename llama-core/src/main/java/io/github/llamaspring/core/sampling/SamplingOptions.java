package io.github.llamaspring.core.sampling;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How a token is chosen from the logits. Steps are applied in this order: logit bias,
 * penalties, top-k, top-p, min-p, temperature, choice.
 *
 * @param temperature 0 takes the most probable token
 * @param topK keep the k best tokens; 0 keeps all
 * @param topP keep the smallest set of best tokens with this total probability; 1 keeps
 * all
 * @param minP keep tokens with at least this share of the best one's probability; 0 keeps
 * all
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens seen
 * before; 1 changes nothing
 * @param presencePenalty taken off once for a token seen before
 * @param frequencyPenalty taken off for each time a token was seen before
 * @param logitBias added to the logits of these tokens
 * @param seed same seed, same text; null takes a random one
 */
public record SamplingOptions(float temperature, int topK, float topP, float minP, float repetitionPenalty,
		float presencePenalty, float frequencyPenalty, Map<Integer, Float> logitBias, @Nullable Long seed) {

	/** The engine's defaults. */
	public static final SamplingOptions DEFAULTS = new SamplingOptions(0.8f, 40, 0.95f, 0.05f, 1f, 0f, 0f, Map.of(),
			null);

	public SamplingOptions {
		logitBias = Map.copyOf(logitBias);
		require(temperature >= 0 && temperature <= 100, "temperature", temperature, "from 0 to 100");
		require(topK >= 0, "top_k", topK, "0 (off) or more");
		require(topP > 0 && topP <= 1, "top_p", topP, "above 0 and at most 1");
		require(minP >= 0 && minP <= 1, "min_p", minP, "from 0 to 1");
		require(repetitionPenalty > 0 && repetitionPenalty <= 100, "repetition_penalty", repetitionPenalty,
				"above 0 and at most 100");
		require(Math.abs(presencePenalty) <= 100, "presence_penalty", presencePenalty, "from -100 to 100");
		require(Math.abs(frequencyPenalty) <= 100, "frequency_penalty", frequencyPenalty, "from -100 to 100");
	}

	private static void require(boolean ok, String name, Number value, String range) {
		if (!ok) {
			throw new IllegalArgumentException(name + " must be " + range + ", not " + value);
		}
	}

	public SamplingOptions withTemperature(float value) {
		return new SamplingOptions(value, this.topK, this.topP, this.minP, this.repetitionPenalty, this.presencePenalty,
				this.frequencyPenalty, this.logitBias, this.seed);
	}

	public SamplingOptions withTopK(int value) {
		return new SamplingOptions(this.temperature, value, this.topP, this.minP, this.repetitionPenalty,
				this.presencePenalty, this.frequencyPenalty, this.logitBias, this.seed);
	}

	public SamplingOptions withTopP(float value) {
		return new SamplingOptions(this.temperature, this.topK, value, this.minP, this.repetitionPenalty,
				this.presencePenalty, this.frequencyPenalty, this.logitBias, this.seed);
	}

	public SamplingOptions withMinP(float value) {
		return new SamplingOptions(this.temperature, this.topK, this.topP, value, this.repetitionPenalty,
				this.presencePenalty, this.frequencyPenalty, this.logitBias, this.seed);
	}

	public SamplingOptions withRepetitionPenalty(float value) {
		return new SamplingOptions(this.temperature, this.topK, this.topP, this.minP, value, this.presencePenalty,
				this.frequencyPenalty, this.logitBias, this.seed);
	}

	public SamplingOptions withPresencePenalty(float value) {
		return new SamplingOptions(this.temperature, this.topK, this.topP, this.minP, this.repetitionPenalty, value,
				this.frequencyPenalty, this.logitBias, this.seed);
	}

	public SamplingOptions withFrequencyPenalty(float value) {
		return new SamplingOptions(this.temperature, this.topK, this.topP, this.minP, this.repetitionPenalty,
				this.presencePenalty, value, this.logitBias, this.seed);
	}

	public SamplingOptions withLogitBias(Map<Integer, Float> value) {
		return new SamplingOptions(this.temperature, this.topK, this.topP, this.minP, this.repetitionPenalty,
				this.presencePenalty, this.frequencyPenalty, value, this.seed);
	}

	public SamplingOptions withSeed(@Nullable Long value) {
		return new SamplingOptions(this.temperature, this.topK, this.topP, this.minP, this.repetitionPenalty,
				this.presencePenalty, this.frequencyPenalty, this.logitBias, value);
	}

	/**
	 * The same options but always the most probable token.
	 */
	public SamplingOptions greedy() {
		return withTemperature(0);
	}

}
