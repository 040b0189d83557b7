package io.github.llamaspring.core.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

import io.github.llamaspring.core.GenerationRequest;
import io.github.llamaspring.core.GenerationResult;
import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.LlamaSession;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.gguf.GgufTensor;
import io.github.llamaspring.core.tokenizer.Tokenizer;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code bench MODEL -p N -g N -r REPS}: medians of prompt processing and decoding speed,
 * as llama-bench measures them: an empty context, random tokens, no sampling.
 */
final class BenchCommand extends Command {

	@Override
	Set<String> flags() {
		return Set.of("--json");
	}

	@Override
	Set<String> valued() {
		return Set.of("-p", "-g", "-r");
	}

	@Override
	void run(String reference, Arguments arguments, Console console) {
		int wantedPrompt = positive(arguments, "-p", 512);
		int wantedGenerated = positive(arguments, "-g", 128);
		int repetitions = positive(arguments, "-r", 5);
		Path file = resolve(reference, console);
		try (LlamaModel model = LlamaModel.load(file, options(arguments))) {
			int context = model.contextLength();
			if (context < 2) {
				throw new IllegalArgumentException("a context of %d tokens is too short to measure".formatted(context));
			}
			int promptTokens = clamped("-p", wantedPrompt, context, console);
			int generated = clamped("-g", wantedGenerated, context - 1, console);
			int vocabulary = vocabularySize(file);
			double[] prefill = new double[repetitions];
			double[] decode = new double[repetitions];
			// Two runs before the first counted one, so that the compiler is done.
			for (int i = -2; i < repetitions; i++) {
				double prefillSpeed = prefill(model, randomTokens(promptTokens, vocabulary));
				double decodeSpeed = decode(model, randomTokens(generated + 2, vocabulary));
				if (i >= 0) {
					prefill[i] = prefillSpeed;
					decode[i] = decodeSpeed;
				}
				console.note("%s: prefill %.1f tok/s, decode %.1f tok/s"
					.formatted((i < 0) ? "warm-up" : "run " + (i + 1), prefillSpeed, decodeSpeed));
			}
			ObjectNode json = Console.object();
			json.put("prefill_tps", median(prefill));
			json.put("decode_tps", median(decode));
			json.put("decode_gbps", median(decode) * bytesPerToken(file) / 1e9);
			json.put("cpu", model.info().cpu());
			json.put("kernel", model.info().kernel());
			json.put("threads", model.info().threads());
			if (arguments.has("--json")) {
				console.json(json);
			}
			else {
				console.println("prefill %.2f tok/s, decode %.2f tok/s (%.2f GB/s), %s, %d threads, %s".formatted(
						median(prefill), median(decode), json.get("decode_gbps").doubleValue(), model.info().kernel(),
						model.info().threads(), model.info().cpu()));
			}
		}
	}

	private static int positive(Arguments arguments, String option, int other) {
		int value = arguments.integer(option, other);
		if (value < 1 || value > 1_000_000) {
			throw new UsageException("option " + option + ": " + value + " is out of 1 to 1000000");
		}
		return value;
	}

	private static int clamped(String option, int wanted, int most, Console console) {
		if (wanted > most) {
			console.note("note: %s %d instead of %d, which the context of the model cannot hold".formatted(option, most,
					wanted));
		}
		return Math.min(wanted, most);
	}

	private static double prefill(LlamaModel model, List<Integer> tokens) {
		GenerationRequest request = GenerationRequest.ofTokens(tokens).withMaxTokens(0);
		return generate(model, request).timings().prefillTokensPerSecond();
	}

	/**
	 * Decodes two tokens fewer: the first is the prompt, and the second comes from it.
	 */
	private static double decode(LlamaModel model, List<Integer> tokens) {
		GenerationRequest request = GenerationRequest.ofTokens(tokens.subList(0, 1))
			.withMaxTokens(tokens.size() - 1)
			.withForce(tokens.subList(1, tokens.size()));
		return generate(model, request).timings().decodeTokensPerSecond();
	}

	private static GenerationResult generate(LlamaModel model, GenerationRequest request) {
		try (LlamaSession session = model.newSession()) {
			return session.generate(request, null, null);
		}
	}

	private static List<Integer> randomTokens(int count, int vocabulary) {
		return new Random(42).ints(count, 0, vocabulary).boxed().toList();
	}

	/**
	 * The ids below exist as pieces and as rows.
	 */
	private static int vocabularySize(Path path) {
		try (GgufFile file = GgufFile.open(path)) {
			GgufTensor embedding = file.tensor("token_embd.weight");
			int rows = (embedding != null) ? (int) embedding.shape()[1] : Integer.MAX_VALUE;
			return Math.min(rows, Tokenizer.of(file).size());
		}
	}

	private static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	/**
	 * Bytes of weights that one token reads: all but the embedding, of which it reads one
	 * row, unless the output uses it too.
	 */
	private static long bytesPerToken(Path path) {
		try (GgufFile file = GgufFile.open(path)) {
			GgufTensor embedding = file.tensor("token_embd.weight");
			long bytes = file.tensors().stream().mapToLong((tensor) -> tensor.data().byteSize()).sum();
			boolean tied = file.tensor("output.weight") == null;
			return (embedding == null || tied) ? bytes : bytes - embedding.data().byteSize();
		}
	}

}
