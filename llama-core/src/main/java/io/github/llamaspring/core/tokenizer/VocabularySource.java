package io.github.llamaspring.core.tokenizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import io.github.llamaspring.core.error.GgufFormatException;
import io.github.llamaspring.core.gguf.GgufFile;
import org.jspecify.annotations.Nullable;

/**
 * What a GGUF says about its vocabulary, unchecked.
 *
 * @param file its name, for messages
 * @param model {@code tokenizer.ggml.model}
 * @param pre {@code tokenizer.ggml.pre}
 * @param pieces {@code tokenizer.ggml.tokens}
 * @param scores {@code tokenizer.ggml.scores}, null if absent
 * @param types {@code tokenizer.ggml.token_type}, null if absent
 * @param merges {@code tokenizer.ggml.merges}, null if absent
 * @param ids ids of the special tokens by the middle of their key, as {@code bos} of
 * {@code tokenizer.ggml.bos_token_id}
 * @param addBos {@code tokenizer.ggml.add_bos_token}
 * @param addSpacePrefix {@code tokenizer.ggml.add_space_prefix}
 */
record VocabularySource(String file, String model, @Nullable String pre, List<String> pieces, float @Nullable [] scores,
		int @Nullable [] types, @Nullable List<String> merges, Map<String, Long> ids, Optional<Boolean> addBos,
		Optional<Boolean> addSpacePrefix) {

	static final String PREFIX = "tokenizer.ggml.";

	private static final List<String> IDS = List.of("bos", "eos", "eot", "eom", "unknown");

	static VocabularySource from(GgufFile file) {
		Map<String, Long> ids = new HashMap<>();
		for (String name : IDS) {
			OptionalLong id = file.integer(PREFIX + name + "_token_id");
			if (id.isPresent()) {
				ids.put(name, id.getAsLong());
			}
		}
		return new VocabularySource(file.describe(),
				file.string(PREFIX + "model").orElseThrow(() -> missing(file, "model")),
				file.string(PREFIX + "pre").orElse(null),
				file.strings(PREFIX + "tokens").orElseThrow(() -> missing(file, "tokens")),
				file.floats(PREFIX + "scores").orElse(null), file.integers(PREFIX + "token_type").orElse(null),
				file.strings(PREFIX + "merges").orElse(null), ids, file.bool(PREFIX + "add_bos_token"),
				file.bool(PREFIX + "add_space_prefix"));
	}

	private static GgufFormatException missing(GgufFile file, String key) {
		return new GgufFormatException("%s has no key '%s': it holds no tokenizer; use a complete model file"
			.formatted(file.describe(), PREFIX + key));
	}

	GgufFormatException failure(String key, String message, Object... arguments) {
		return new GgufFormatException(
				"%s: key '%s' %s".formatted(this.file, PREFIX + key, message.formatted(arguments)));
	}

}
