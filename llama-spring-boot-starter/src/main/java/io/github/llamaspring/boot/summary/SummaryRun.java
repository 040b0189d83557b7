package io.github.llamaspring.boot.summary;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;

import io.github.llamaspring.boot.engine.TokenSplitter;
import io.github.llamaspring.boot.guard.GuardedEngine;
import io.github.llamaspring.boot.guard.GuardedResult;
import io.github.llamaspring.boot.resilience.EngineBusyException;
import io.github.llamaspring.boot.resilience.GateRequest;
import io.github.llamaspring.boot.resilience.Outcome;
import io.github.llamaspring.core.GenerationRequest;
import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.Usage;
import io.github.llamaspring.core.chat.ChatMessage;
import io.github.llamaspring.core.error.ContextLengthExceededException;
import io.github.llamaspring.core.sampling.SamplingOptions;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * One summary from start to end, on the calling thread. Each stage cuts the text into
 * parts that fit, and summarises each; the joined summaries are the text of the next
 * stage, at most half as long, until one part is left.
 */
final class SummaryRun {

	/** More parts are left out; at about 3 s a part this is a quarter of an hour. */
	private static final int MOST_CHUNKS = 256;

	private static final int MOST_STAGES = 12;

	private static final int SMALLEST_CHUNK = 32;

	private static final int ATTEMPTS = 5;

	private final LlamaModel model;

	private final GuardedEngine guarded;

	private final SamplingOptions sampling;

	private final int maxTokens;

	private final SummaryRequest request;

	private final Consumer<SummaryEvent> events;

	private final String affinity = UUID.randomUUID().toString();

	private Usage usage = new Usage(0, 0, 0);

	private int chunks;

	private int withheld;

	private boolean truncated;

	private boolean timedOut;

	private @Nullable Verdict lastWithheld;

	SummaryRun(LlamaModel model, GuardedEngine guarded, SamplingOptions sampling, int maxTokens, SummaryRequest request,
			Consumer<SummaryEvent> events) {
		this.model = model;
		this.guarded = guarded;
		this.sampling = sampling;
		this.maxTokens = Math.min(maxTokens, Math.max(model.contextLength() / 4, 1));
		this.request = request;
		this.events = events;
	}

	void run() {
		String focus = this.request.focus();
		if (focus != null) {
			Verdict verdict = this.guarded.moderation().check(focus, GuardContext.of(Stage.INPUT));
			if (verdict.action().withholds()) {
				complete(blocked(verdict));
				return;
			}
			focus = verdict.text();
		}
		SummaryPrompt prompt = new SummaryPrompt(this.request.words(), focus, this.request.language());
		TokenSplitter splitter = new TokenSplitter(this.model::countTokens, room(prompt));
		List<String> parts = splitter.split(this.request.text());
		this.chunks = parts.size();
		this.events.accept(new SummaryEvent.Planned(this.chunks, this.model.countTokens(this.request.text())));
		if (parts.size() > MOST_CHUNKS) {
			this.truncated = true;
			parts = parts.subList(0, MOST_CHUNKS);
		}
		parts = moderated(parts);
		for (int stage = 1; parts.size() > 1; stage++) {
			parts = splitter.split(String.join("\n\n", stage(stage, parts, prompt)));
			if (stage == MOST_STAGES && parts.size() > 1) {
				this.truncated = true;
				parts = parts.subList(0, 1);
			}
		}
		complete(parts.isEmpty() ? nothing() : last(parts.getFirst(), prompt));
	}

	/**
	 * Tokens of the document that fit beside the instructions and the summary.
	 */
	private int room(SummaryPrompt prompt) {
		int room = this.model.contextLength() - this.maxTokens - this.model.countTokens(prompt.of("")) - 8;
		if (room < SMALLEST_CHUNK) {
			throw new ContextLengthExceededException(this.model.contextLength() - room + SMALLEST_CHUNK,
					this.model.contextLength(),
					"A context of %d tokens leaves no room for a document: raise llama.context-length"
						.formatted(this.model.contextLength()));
		}
		return room;
	}

	private List<String> moderated(List<String> parts) {
		List<String> released = new ArrayList<>();
		for (String part : parts) {
			Verdict verdict = this.guarded.moderation().check(part, GuardContext.of(Stage.CONTEXT));
			if (verdict.action().withholds()) {
				this.withheld++;
				this.lastWithheld = verdict;
			}
			else if (!verdict.text().isBlank()) {
				released.add(verdict.text());
			}
		}
		return released;
	}

	private List<String> stage(int stage, List<String> parts, SummaryPrompt prompt) {
		List<String> summaries = new ArrayList<>();
		long start = System.nanoTime();
		for (int i = 0; i < parts.size(); i++) {
			// at most half as long as the part, so that the stages come to an end
			int most = Math.clamp(this.model.countTokens(parts.get(i)) / 2, 16, this.maxTokens);
			GuardedResult result = generate(prompt.of(parts.get(i)), parts.get(i), most, (_) -> {
			});
			if (Outcome.TIMEOUT.equals(result.finishReason())) {
				this.timedOut = true;
				this.truncated = true;
			}
			if (result.blocked()) {
				this.withheld++;
				this.lastWithheld = result.verdict();
			}
			else if (!result.text().isBlank()) {
				summaries.add(result.text().strip());
				if (stage == 1) {
					this.events.accept(new SummaryEvent.Partial(i, result.text().strip()));
				}
			}
			Duration each = Duration.ofNanos((System.nanoTime() - start) / (i + 1));
			this.events.accept(
					new SummaryEvent.Progress(stage, i + 1, parts.size(), each.multipliedBy(parts.size() - i - 1L)));
		}
		return summaries;
	}

	private Summary last(String text, SummaryPrompt prompt) {
		GuardedResult result = generate(prompt.of(text), text, this.maxTokens,
				(piece) -> this.events.accept(new SummaryEvent.Delta(piece)));
		if (result.blocked() && result.text().isEmpty()) {
			return blocked(result.verdict());
		}
		return new Summary(result.text().strip(), result.blocked(), result.finishReason(), this.chunks, this.withheld,
				this.truncated, this.usage, result.verdict());
	}

	/**
	 * Nothing is left to summarise: all was withheld, or the model found no words.
	 */
	private Summary nothing() {
		Verdict verdict = this.lastWithheld;
		return (verdict != null) ? blocked(verdict)
				: new Summary("", false, this.timedOut ? Outcome.TIMEOUT : "stop", this.chunks, 0, this.truncated,
						this.usage, this.guarded.moderation().check("", GuardContext.of(Stage.OUTPUT)));
	}

	private Summary blocked(Verdict verdict) {
		return new Summary(Objects.requireNonNullElse(verdict.message(), ""), true, GuardedResult.CONTENT_FILTER,
				this.chunks, this.withheld, this.truncated, this.usage, verdict);
	}

	private void complete(Summary summary) {
		this.events.accept(new SummaryEvent.Completed(summary));
	}

	private GuardedResult generate(List<ChatMessage> messages, String source, int most, Consumer<String> released) {
		GenerationRequest generation = GenerationRequest.ofChat(messages)
			.withMaxTokens(most)
			.withSampling(this.sampling);
		GuardedResult result = submit(new GateRequest(generation, this.affinity, null), source, released);
		Usage step = result.usage();
		this.usage = new Usage(this.usage.promptTokens() + step.promptTokens(),
				this.usage.completionTokens() + step.completionTokens(),
				this.usage.cachedTokens() + step.cachedTokens());
		return result;
	}

	/**
	 * A full queue turns the first step away; later ones wait and ask again, so that the
	 * work done is not lost.
	 */
	private GuardedResult submit(GateRequest step, String source, Consumer<String> released) {
		for (int attempt = 1;; attempt++) {
			try {
				return this.guarded.run(step, GuardContext.of(Stage.OUTPUT).withSources(List.of(source)), released);
			}
			catch (EngineBusyException ex) {
				if (this.usage.promptTokens() == 0 || attempt == ATTEMPTS) {
					throw ex;
				}
				pause(ex);
			}
		}
	}

	private static void pause(EngineBusyException busy) {
		try {
			Thread.sleep(busy.retryAfter());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw busy;
		}
	}

}
