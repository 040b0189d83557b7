package io.github.llamaspring.core.cli;

/**
 * Shapes of real Llama models: of Llama 2, of TinyLlama, and a tiny one for tests.
 */
enum SynthShape {

	LLAMA_13B("13b", 5120, 40, 40, 40, 13824, 4096), LLAMA_7B("7b", 4096, 32, 32, 32, 11008, 4096),
	LLAMA_1B("1b", 2048, 22, 32, 4, 5632, 2048), TINY("tiny", 512, 4, 8, 4, 1536, 1024);

	static final int VOCABULARY = 32_000;

	private final String title;

	private final int dim;

	private final int layers;

	private final int heads;

	private final int kvHeads;

	private final int ffnDim;

	private final int contextLength;

	SynthShape(String title, int dim, int layers, int heads, int kvHeads, int ffnDim, int contextLength) {
		this.title = title;
		this.dim = dim;
		this.layers = layers;
		this.heads = heads;
		this.kvHeads = kvHeads;
		this.ffnDim = ffnDim;
		this.contextLength = contextLength;
	}

	static SynthShape of(String title) {
		for (SynthShape shape : values()) {
			if (shape.title.equals(title)) {
				return shape;
			}
		}
		throw new UsageException("'" + title + "' is none of the shapes 13b, 7b, 1b, tiny");
	}

	String title() {
		return this.title;
	}

	int dim() {
		return this.dim;
	}

	int layers() {
		return this.layers;
	}

	int heads() {
		return this.heads;
	}

	int kvHeads() {
		return this.kvHeads;
	}

	int keyDim() {
		return this.dim / this.heads * this.kvHeads;
	}

	int ffnDim() {
		return this.ffnDim;
	}

	int contextLength() {
		return this.contextLength;
	}

}
