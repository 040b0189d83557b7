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

	private final String weights;

	private final String tile;

	Memory(String weights, String tile) {
		this.weights = weights;
		this.tile = tile;
	}

	String load(String type, String species, String offset) {
		return "%sVector.fromMemorySegment(%s, %s, %s, LE)".formatted(type, species, this.weights, offset);
	}

	String loadTile(String offset) {
		return "FloatVector.fromMemorySegment(F, %s, %s, LE)".formatted(this.tile, offset);
	}

	String storeTile(String vector, String offset) {
		return "%s.intoMemorySegment(%s, %s, LE);".formatted(vector, this.tile, offset);
	}

}
