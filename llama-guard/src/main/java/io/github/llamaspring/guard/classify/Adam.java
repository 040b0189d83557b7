package io.github.llamaspring.guard.classify;

/**
 * Numbers that are learned by Adam (Kingma and Ba 2015).
 */
final class Adam {

	private static final float FIRST = 0.9f;

	private static final float SECOND = 0.999f;

	/** What is learned. */
	final float[] values;

	/** Whoever computes it adds to it; an update takes it away. */
	final float[] gradient;

	private final float[] first;

	private final float[] second;

	private final float decay;

	private int step;

	Adam(float[] values, float decay) {
		this.values = values;
		this.gradient = new float[values.length];
		this.first = new float[values.length];
		this.second = new float[values.length];
		this.decay = decay;
	}

	void update(double rate) {
		this.step++;
		float scale = (float) (rate / (1 - StrictMath.pow(FIRST, this.step)));
		float root = (float) (1 / (1 - StrictMath.pow(SECOND, this.step)));
		for (int i = 0; i < this.values.length; i++) {
			float g = this.gradient[i] + this.decay * this.values[i];
			this.gradient[i] = 0;
			float m = FIRST * this.first[i] + (1 - FIRST) * g;
			float s = SECOND * this.second[i] + (1 - SECOND) * g * g;
			this.first[i] = m;
			this.second[i] = s;
			this.values[i] -= scale * m / ((float) Math.sqrt(s * root) + 1e-8f);
		}
	}

}
