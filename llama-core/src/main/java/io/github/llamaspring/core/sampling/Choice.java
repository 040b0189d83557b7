package io.github.llamaspring.core.sampling;

/**
 * Draws one candidate by its probability at a temperature. The generator is SplitMix64
 * (Steele, Lea, Flood 2014), written out so that a seed means the same in every Java
 * version.
 */
final class Choice {

	private final double temperature;

	private long state;

	Choice(double temperature, long seed) {
		this.temperature = temperature;
		this.state = seed;
	}

	int choose(Candidates candidates) {
		double best = candidates.best();
		double total = 0;
		for (int i = 0; i < candidates.size(); i++) {
			total += weight(candidates, i, best);
		}
		double left = nextDouble() * total;
		int last = 0;
		for (int i = 0; i < candidates.size(); i++) {
			double weight = weight(candidates, i, best);
			if (weight > 0) {
				last = i;
				left -= weight;
				if (left < 0) {
					break;
				}
			}
		}
		return candidates.id(last);
	}

	/**
	 * StrictMath, as {@link Math#exp} may differ in the last bit between machines.
	 */
	private double weight(Candidates candidates, int index, double best) {
		return StrictMath.exp((candidates.logit(index) - best) / this.temperature);
	}

	/**
	 * A number from 0 to below 1.
	 */
	double nextDouble() {
		this.state += 0x9e3779b97f4a7c15L;
		long z = this.state;
		z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
		z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
		return ((z ^ (z >>> 31)) >>> 11) * 0x1p-53;
	}

}
