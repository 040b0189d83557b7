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
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code bench MODEL -p N -g N -r REPS}: medians of prompt processing and decoding speed,
 * as llama-bench measures them: an empty context, random tokens, no sampling.
 */
final class BenchCommand extends Command {

	@Override
	Set<String> valued() {
		return Set.of("-p", "-g", "-r");
	}

	@Override
	void run(String reference, Arguments arguments, Console console) {
		int promptTokens = positive(arguments, "-p", 512);
		int generated = positive(arguments, "-g", 128);
		int repetitions = positive(arguments, "-r", 5);
		Path file = resolve(reference, console);
		try (LlamaModel model = LlamaModel.load(file, options(arguments))) {
			double[] prefill = new double[repetitions];
			double[] decode = new double[repetitions];
			// Two runs before the first counted one, so that the compiler is done.
			for (int i = -2; i < repetitions; i++) {
				double prefillSpeed = prefill(model, promptTokens);
				double decodeSpeed = decode(model, generated);
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

	private static double prefill(LlamaModel model, int tokens) {
		GenerationRequest request = GenerationRequest.ofTokens(randomTokens(tokens)).withMaxTokens(0);
		return generate(model, request).timings().prefillTokensPerSecond();
	}

	private static double decode(LlamaModel model, int tokens) {
		// One more than counted: the first token comes from the prompt.
		GenerationRequest request = GenerationRequest.ofTokens(randomTokens(1))
			.withMaxTokens(tokens + 1)
			.withForce(randomTokens(tokens + 1));
		return generate(model, request).timings().decodeTokensPerSecond();
	}

	private static GenerationResult generate(LlamaModel model, GenerationRequest request) {
		try (LlamaSession session = model.newSession()) {
			return session.generate(request, null, null);
		}
	}

	private static List<Integer> randomTokens(int count) {
		// The first pieces of a vocabulary exist in every model.
		return new Random(42).ints(count, 3, 200).boxed().toList();
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
