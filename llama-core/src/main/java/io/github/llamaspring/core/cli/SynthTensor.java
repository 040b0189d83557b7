package io.github.llamaspring.core.cli;

import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.core.gguf.GgmlType;

/**
 * A tensor to be written.
 *
 * @param name its name
 * @param type how its elements are stored
 * @param shape lengths, the fastest-running dimension first
 * @param deviation standard deviation of its elements; 0 stands for a norm, whose
 * elements are about 1
 */
record SynthTensor(String name, GgmlType type, List<Integer> shape, double deviation) {

	/** The deviation of a norm. */
	private static final double NORM = 0;

	private static final double EMBEDDING = 0.7;

	/**
	 * The tensors of a model in their order. Deviations are those of trained models, so
	 * that activations stay finite.
	 */
	static List<SynthTensor> of(SynthShape shape, GgmlType type) {
		int dim = shape.dim();
		List<SynthTensor> all = new ArrayList<>();
		all.add(new SynthTensor("token_embd.weight", type, List.of(dim, SynthShape.VOCABULARY), EMBEDDING));
		for (int layer = 0; layer < shape.layers(); layer++) {
			String block = "blk." + layer + ".";
			all.add(norm(block + "attn_norm.weight", dim));
			all.add(matrix(block + "attn_q.weight", type, dim, dim));
			all.add(matrix(block + "attn_k.weight", type, dim, shape.keyDim()));
			all.add(matrix(block + "attn_v.weight", type, dim, shape.keyDim()));
			all.add(matrix(block + "attn_output.weight", type, dim, dim));
			all.add(norm(block + "ffn_norm.weight", dim));
			all.add(matrix(block + "ffn_gate.weight", type, dim, shape.ffnDim()));
			all.add(matrix(block + "ffn_up.weight", type, dim, shape.ffnDim()));
			all.add(matrix(block + "ffn_down.weight", type, shape.ffnDim(), dim));
		}
		all.add(norm("output_norm.weight", dim));
		// As llama.cpp quantises it.
		GgmlType output = (type == GgmlType.Q4_K) ? GgmlType.Q6_K : type;
		all.add(new SynthTensor("output.weight", output, List.of(dim, SynthShape.VOCABULARY), 2 / Math.sqrt(dim)));
		return all;
	}

	private static SynthTensor norm(String name, int length) {
		return new SynthTensor(name, GgmlType.F32, List.of(length), NORM);
	}

	private static SynthTensor matrix(String name, GgmlType type, int in, int out) {
		return new SynthTensor(name, type, List.of(in, out), 1 / Math.sqrt(in));
	}

	long elements() {
		return this.shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
	}

	long bytes() {
		return this.type.bytes(elements());
	}

	/**
	 * Bytes from its first to that of the next tensor.
	 */
	long paddedBytes() {
		return bytes() + SynthHeader.padding(bytes());
	}

}
