package io.github.llamaspring.core.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.llamaspring.core.GenerationRequest;
import io.github.llamaspring.core.GenerationRequest.ChatPrompt;
import io.github.llamaspring.core.GenerationRequest.Prompt;
import io.github.llamaspring.core.GenerationRequest.TextPrompt;
import io.github.llamaspring.core.GenerationRequest.TokenPrompt;
import io.github.llamaspring.core.GenerationResult;
import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.LlamaSession;
import io.github.llamaspring.core.TokenListener;
import io.github.llamaspring.core.TokenProbability;
import io.github.llamaspring.core.sampling.SamplingOptions;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code generate MODEL}: text from a prompt, tokens or messages.
 */
final class GenerateCommand extends Command {

	@Override
	Set<String> flags() {
		return Set.of("--special", "--json", "--jsonl");
	}

	@Override
	Set<String> valued() {
		return Set.of("--prompt", "--prompt-ids", "--max-tokens", "--temperature", "--top-k", "--top-p", "--min-p",
				"--repetition-penalty", "--presence-penalty", "--frequency-penalty", "--logit-bias", "--seed", "--stop",
				"--top-logprobs");
	}

	@Override
	void run(String reference, Arguments arguments, Console console) {
		GenerationRequest defaults = fromOptions(arguments);
		if (arguments.has("--jsonl")) {
			serve(reference, arguments, defaults, console);
			return;
		}
		if (arguments.has("--top-logprobs") && !arguments.has("--json")) {
			throw new UsageException("option --top-logprobs needs --json or --jsonl");
		}
		GenerationRequest request = withPrompt(defaults, prompt(arguments));
		try (LlamaModel model = load(reference, arguments, console)) {
			if (arguments.has("--json")) {
				console.json(json(generate(model, request, null)));
				return;
			}
			GenerationResult result = generate(model, request, printing(console));
			console.println("");
			console.note(
					"[%s, %d prompt tokens at %.1f/s, %d tokens at %.1f/s]".formatted(result.finishReason().wireName(),
							result.usage().promptTokens(), result.timings().prefillTokensPerSecond(),
							result.usage().completionTokens(), result.timings().decodeTokensPerSecond()));
		}
	}

	private static void serve(String reference, Arguments arguments, GenerationRequest defaults, Console console) {
		if (arguments.has("--prompt") || arguments.has("--prompt-ids")) {
			throw new UsageException(
					"with --jsonl the prompts come from the requests, not from --prompt or --prompt-ids");
		}
		boolean special = arguments.has("--special");
		try (LlamaModel model = load(reference, arguments, console)) {
			console.serve((request) -> json(generate(model, fromJson(request, defaults, special), null)));
		}
	}

	/**
	 * A listener that shows text as it comes.
	 */
	static TokenListener printing(Console console) {
		return new TokenListener() {

			@Override
			public void onToken(int id, String text) {
				console.print(text);
			}

			@Override
			public void onEnd(String text) {
				console.print(text);
			}

		};
	}

	/**
	 * Each request has a session of its own: no request depends on the ones before.
	 */
	private static GenerationResult generate(LlamaModel model, GenerationRequest request,
			@Nullable TokenListener listener) {
		try (LlamaSession session = model.newSession()) {
			return session.generate(request, listener, null);
		}
	}

	private static Prompt prompt(Arguments arguments) {
		if (arguments.has("--prompt") == arguments.has("--prompt-ids")) {
			throw new UsageException("give either --prompt or --prompt-ids");
		}
		if (arguments.has("--special") && arguments.has("--prompt-ids")) {
			throw new UsageException("option --special is about --prompt; --prompt-ids are used as they are");
		}
		return arguments.value("--prompt")
			.<Prompt>map((text) -> new TextPrompt(text, arguments.has("--special")))
			.orElseGet(() -> new TokenPrompt(Arrays.stream(arguments.value("--prompt-ids").orElse("").split(","))
				.map((id) -> Arguments.number("--prompt-ids", id, Integer::valueOf))
				.toList()));
	}

	private static GenerationRequest withPrompt(GenerationRequest r, Prompt prompt) {
		return new GenerationRequest(prompt, r.maxTokens(), r.sampling(), r.stop(), r.topLogprobs(), r.force());
	}

	/**
	 * Everything but the prompt, from the options.
	 */
	static GenerationRequest fromOptions(Arguments arguments) {
		SamplingOptions d = SamplingOptions.DEFAULTS;
		Map<Integer, Float> biases = new LinkedHashMap<>();
		for (String bias : arguments.all("--logit-bias")) {
			String[] parts = bias.split("=", 2);
			if (parts.length < 2) {
				throw new UsageException("option --logit-bias: '" + bias + "' is not ID=VALUE");
			}
			biases.put(Arguments.number("--logit-bias", parts[0], Integer::valueOf),
					Arguments.number("--logit-bias", parts[1], Float::valueOf));
		}
		SamplingOptions sampling = new SamplingOptions(arguments.real("--temperature", d.temperature()),
				arguments.integer("--top-k", d.topK()), arguments.real("--top-p", d.topP()),
				arguments.real("--min-p", d.minP()), arguments.real("--repetition-penalty", d.repetitionPenalty()),
				arguments.real("--presence-penalty", d.presencePenalty()),
				arguments.real("--frequency-penalty", d.frequencyPenalty()), biases,
				arguments.value("--seed").map((seed) -> Arguments.number("--seed", seed, Long::valueOf)).orElse(null));
		return new GenerationRequest(new TokenPrompt(List.of()), arguments.integer("--max-tokens", 128), sampling,
				arguments.all("--stop"), arguments.integer("--top-logprobs", 0), null);
	}

	private static GenerationRequest fromJson(JsonRequest json, GenerationRequest d, boolean special) {
		SamplingOptions s = d.sampling();
		SamplingOptions sampling = new SamplingOptions(json.real("temperature", s.temperature()),
				json.integer("top_k", s.topK()), json.real("top_p", s.topP()), json.real("min_p", s.minP()),
				json.real("repetition_penalty", s.repetitionPenalty()),
				json.real("presence_penalty", s.presencePenalty()),
				json.real("frequency_penalty", s.frequencyPenalty()), json.biases("logit_bias").orElse(s.logitBias()),
				json.longInteger("seed").orElse(s.seed()));
		return new GenerationRequest(prompt(json, special), json.integer("max_tokens", d.maxTokens()), sampling,
				json.texts("stop").orElse(d.stop()), json.integer("top_logprobs", d.topLogprobs()),
				json.integers("force").orElse(null));
	}

	private static Prompt prompt(JsonRequest json, boolean special) {
		List<Prompt> prompts = new ArrayList<>();
		json.text("prompt").ifPresent((text) -> prompts.add(new TextPrompt(text, json.flag("special", special))));
		json.integers("prompt_ids").ifPresent((ids) -> prompts.add(new TokenPrompt(ids)));
		json.messages("messages").ifPresent((messages) -> prompts.add(new ChatPrompt(messages)));
		if (prompts.size() != 1) {
			throw new IllegalArgumentException("give exactly one of 'prompt', 'prompt_ids' and 'messages'");
		}
		return prompts.getFirst();
	}

	/**
	 * A result. {@code top} has an entry for each id, or none where no probabilities were
	 * asked for.
	 */
	private static ObjectNode json(GenerationResult result) {
		ObjectNode json = Console.object();
		result.ids().forEach(json.putArray("ids")::add);
		json.put("text", result.text());
		json.put("finish_reason", result.finishReason().wireName());
		json.putObject("usage")
			.put("prompt_tokens", result.usage().promptTokens())
			.put("completion_tokens", result.usage().completionTokens())
			.put("cached_tokens", result.usage().cachedTokens());
		json.putObject("timings")
			.put("load_ms", result.timings().loadMillis())
			.put("ttft_ms", result.timings().timeToFirstTokenMillis())
			.put("prefill_tps", result.timings().prefillTokensPerSecond())
			.put("decode_tps", result.timings().decodeTokensPerSecond());
		ArrayNode top = json.putArray("top");
		for (List<TokenProbability> best : result.top()) {
			ArrayNode step = top.addArray();
			best.forEach((token) -> step.addArray().add(token.id()).add(token.probability()));
		}
		return json;
	}

}
