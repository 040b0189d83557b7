package io.github.llamaspring.core.vector;

/**
 * How packed weights lie in memory, and how one token's kernels read them.
 *
 * @param interleave groups of rows that share one ascending stream: 1 or 2
 * @param groups groups that are multiplied at once: 1 or 2
 * @param ahead bytes by which memory is asked for before it is read, or 0
 */
record Layout(int interleave, int groups, long ahead) {

	/** What is usual where nothing is measured. */
	static final Layout USUAL = new Layout(2, 2, 0);

	Layout {
		if (interleave < 1 || interleave > 2 || groups < 1 || groups > 2 || ahead < 0 || ahead > Prefetch.AHEAD) {
			throw new IllegalArgumentException("no layout: %d %d %d".formatted(interleave, groups, ahead));
		}
	}

	/**
	 * Reads what {@link #toString} wrote.
	 * @throws IllegalArgumentException if that is no layout
	 */
	static Layout parse(String text) {
		String[] parts = text.split(" ");
		if (parts.length != 3) {
			throw new IllegalArgumentException("no layout: " + text);
		}
		return new Layout(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
	}

	@Override
	public String toString() {
		return this.interleave + " " + this.groups + " " + this.ahead;
	}

}
