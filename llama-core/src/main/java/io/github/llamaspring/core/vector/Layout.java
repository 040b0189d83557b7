package io.github.llamaspring.core.vector;

/**
 * How packed weights lie in memory, and how one token's kernels read them.
 *
 * @param interleave groups of rows that share one ascending stream: 1 or 2
 * @param groups groups that are multiplied at once: 1 or 2
 * @param prefetched whether memory is asked for before it is read
 */
record Layout(int interleave, int groups, boolean prefetched) {

	/** What is usual where nothing is measured. */
	static final Layout USUAL = new Layout(2, 2, false);

	private static final String PREFETCHED = "prefetched";

	Layout {
		if (interleave < 1 || interleave > 2 || groups < 1 || groups > 2) {
			throw new IllegalArgumentException("no layout: %d %d".formatted(interleave, groups));
		}
	}

	/**
	 * Reads what {@link #toString} wrote.
	 * @throws IllegalArgumentException if that is no layout
	 */
	static Layout parse(String text) {
		String[] parts = text.split(" ");
		boolean prefetched = parts.length == 3 && PREFETCHED.equals(parts[2]);
		if (parts.length != 2 && !prefetched) {
			throw new IllegalArgumentException("no layout: " + text);
		}
		return new Layout(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), prefetched);
	}

	@Override
	public String toString() {
		return this.interleave + " " + this.groups + (this.prefetched ? " " + PREFETCHED : "");
	}

}
