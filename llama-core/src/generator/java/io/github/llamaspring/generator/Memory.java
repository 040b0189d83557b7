package io.github.llamaspring.generator;

/**
 * How kernels reach the weights.
 */
enum Memory {

	/**
	 * Offsets are addresses in the segment of all memory, a constant: no bounds or
	 * liveness checks are left. Needs native access.
	 */
	ADDRESS("NativeMemory.ALL", "NativeMemory.ALL"),

	/** Offsets lie within the segments passed. */
	SEGMENT("data", "tile");

	/** Fewer lines are not worth a call. */
	private static final int LEAST_LINES = 16;

	private final String weights;

	private final String tile;

	Memory(String weights, String tile) {
		this.weights = weights;
		this.tile = tile;
	}

	String load(String type, String species, String offset) {
		return "%sVector.fromMemorySegment(%s, %s, %s, LE)".formatted(type, species, this.weights, offset);
	}

	/**
	 * Whether there are kernels that ask for memory before they read it: with addresses,
	 * and for one token, because for several computing takes longer than reading.
	 */
	boolean asksAhead(Shape shape) {
		return this == ADDRESS && shape.tokens() == 1;
	}

	/**
	 * At the begin of a block {@code i} of 32 columns: asks for as many lines further on
	 * as it will read, or in every other block for twice as many.
	 */
	void askAhead(Code code, Format format, Shape shape) {
		int scales = (format.scales() == Format.Scales.HALF_AND_MINIMUM) ? 2 : 1;
		int lines = shape.groups() * (format.linesOf32() + scales);
		if (lines >= LEAST_LINES) {
			code.line("Prefetch.lines(o + Prefetch.AHEAD, %d);", lines);
		}
		else {
			code.line("if ((i & 1) == 0) {").line("Prefetch.lines(o + Prefetch.AHEAD, %d);", 2 * lines).line("}");
		}
	}

	String loadTile(String offset) {
		return "FloatVector.fromMemorySegment(F, %s, %s, LE)".formatted(this.tile, offset);
	}

	String storeTile(String vector, String offset) {
		return "%s.intoMemorySegment(%s, %s, LE);".formatted(vector, this.tile, offset);
	}

}
