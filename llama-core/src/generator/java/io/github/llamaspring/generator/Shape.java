package io.github.llamaspring.generator;

/**
 * How many tokens and groups of 32 rows a kernel computes together; and names for what it
 * has once for each.
 *
 * @param tokens computed together
 * @param groups computed together
 */
record Shape(int tokens, int groups) {

	/** The kernel's name, such as {@code q4_0_1x2}. */
	String name(Format format, boolean ahead) {
		return "%s_%dx%d%s".formatted(format.id(), this.tokens, this.groups, ahead ? "_ahead" : "");
	}

	/** Emits something for each token and group. */
	void each(Each action) {
		for (int t = 0; t < this.tokens; t++) {
			for (int g = 0; g < this.groups; g++) {
				action.run(t, g);
			}
		}
	}

	/** What is added to an offset for a group. */
	static String offset(int g) {
		return (g == 0) ? "" : " + group";
	}

	/** Behind the names of what belongs to a token and a group. */
	static String id(int token, int group) {
		return "_%d_%d".formatted(token, group);
	}

	/** What to emit. */
	interface Each {

		void run(int token, int group);

	}

}
