package io.github.llamaspring.core;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Facts about a model file and how it is computed here.
 *
 * @param name the file's {@code general.name}, or the file name
 * @param architecture such as {@code llama}
 * @param parameters number of weights
 * @param tensorTypes how many tensors have which type
 * @param tokenizer such as {@code llama} or {@code gpt2}
 * @param contextLength positions the model was trained for, 0 if the file does not say
 * @param memoryBytes bytes of the weights
 * @param neededBytes memory that loading needs at least, beside mapped files: packed
 * weights, activations, keys and values of the first positions; 0 if the file holds no
 * model that this engine computes
 * @param kernel the kernels in use, such as {@code vector-512}
 * @param accelerator what long prompts are computed with, such as
 * {@code oneDNN 3.13.0 bf16}, or {@code none}
 * @param cpu the processor's name
 * @param threads threads that compute
 */
public record ModelInfo(String name, @Nullable String architecture, long parameters, Map<String, Integer> tensorTypes,
		@Nullable String tokenizer, int contextLength, long memoryBytes, long neededBytes, String kernel,
		String accelerator, String cpu, int threads) {
}
