package io.github.llamaspring.core.transformer;

/**
 * Activations of one forward pass: {@code [entry][width]} for each kind. Mutable, owned
 * by one {@link LlamaTransformer}.
 */
final class Workspace {

	/** The residual stream. */
	final float[] x;

	final float[] query;

	final float[] key;

	final float[] value;

	/** Weighted values of all query heads. */
	final float[] attended;

	final float[] gate;

	final float[] up;

	/** Of one entry. */
	final float[] logits;

	/** Rotation of each entry's position. */
	final float[] ropeTable;

	/**
	 * Bytes of a workspace, about.
	 */
	static long bytes(LlamaConfig config, int entries) {
		long width = 2L * config.dim() + 2L * config.queryDim() + 2L * config.keyDim() + 2L * config.ffnDim()
				+ 2L * config.headDim();
		return entries * width * Float.BYTES;
	}

	Workspace(LlamaConfig config, int entries, int ropeTableSize) {
		this.x = new float[entries * config.dim()];
		this.query = new float[entries * config.queryDim()];
		this.key = new float[entries * config.keyDim()];
		this.value = new float[entries * config.keyDim()];
		this.attended = new float[entries * config.queryDim()];
		this.gate = new float[entries * config.ffnDim()];
		this.up = new float[entries * config.ffnDim()];
		this.logits = new float[config.vocabularySize()];
		this.ropeTable = new float[entries * ropeTableSize];
	}

}
