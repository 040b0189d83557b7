package io.github.llamaspring.core.transformer;

import org.jspecify.annotations.Nullable;

/**
 * Rotates adjacent pairs of a head's elements by an angle that grows with the position
 * (GGUF files of this architecture have their query and key rows permuted for adjacent
 * pairs). Sources: Su et al. 2021 (RoPE), Peng et al. 2023 (YaRN), {@code ggml_rope} of
 * llama.cpp. Immutable.
 */
final class RotaryEmbedding {

	/** Rotations within the original context below and above which YaRN mixes. */
	private static final double BETA_FAST = 32;

	private static final double BETA_SLOW = 1;

	private final int dimensions;

	/** Angle per position of each pair. */
	private final double[] frequencies;

	private final float magnitude;

	/**
	 * Prepares the frequencies.
	 * @param factors Llama-3's divisor of each frequency, or null
	 */
	RotaryEmbedding(RopeConfig config, float @Nullable [] factors) {
		this.dimensions = config.dimensions();
		this.frequencies = new double[this.dimensions / 2];
		for (int i = 0; i < this.frequencies.length; i++) {
			double frequency = Math.pow(config.theta(), -2.0 * i / this.dimensions);
			this.frequencies[i] = scaled(config, (factors != null) ? frequency / factors[i] : frequency, i);
		}
		this.magnitude = config.attentionFactor()
				* ((config.scaling() == RopeConfig.Scaling.YARN && config.factor() > 1)
						? (float) (1 + 0.1 * Math.log(config.factor())) : 1);
	}

	private static double scaled(RopeConfig config, double frequency, int pair) {
		return switch (config.scaling()) {
			case NONE -> frequency;
			case LINEAR -> frequency / config.factor();
			case YARN -> {
				double low = Math.max(0, Math.floor(correction(config, BETA_FAST)));
				double high = Math.min(config.dimensions() - 1, Math.ceil(correction(config, BETA_SLOW)));
				double ramp = Math.clamp((pair - low) / Math.max(0.001, high - low), 0, 1);
				yield frequency / config.factor() * ramp + frequency * (1 - ramp);
			}
		};
	}

	/**
	 * The pair that makes this many rotations within the original context.
	 */
	private static double correction(RopeConfig config, double rotations) {
		return config.dimensions() * Math.log(config.originalContextLength() / (rotations * 2 * Math.PI))
				/ (2 * Math.log(config.theta()));
	}

	/**
	 * Floats of the table of one position.
	 */
	int tableSize() {
		return 2 * this.dimensions;
	}

	/**
	 * The factors of a position's rotation, an element each: those of the element itself
	 * (cosines), then those of its partner (sines, negative for the first of a pair), as
	 * {@link io.github.llamaspring.core.kernel.AttentionKernels#rotate} takes them.
	 */
	void fillTable(int position, float[] table, int offset) {
		int sines = offset + this.dimensions;
		for (int i = 0; i < this.frequencies.length; i++) {
			double angle = position * this.frequencies[i];
			float cos = (float) Math.cos(angle) * this.magnitude;
			float sin = (float) Math.sin(angle) * this.magnitude;
			table[offset + 2 * i] = cos;
			table[offset + 2 * i + 1] = cos;
			table[sines + 2 * i] = -sin;
			table[sines + 2 * i + 1] = sin;
		}
	}

}
