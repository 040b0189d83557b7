package io.github.llamaspring.core;

import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.core.sampling.Sampler;
import io.github.llamaspring.core.sampling.TopProbabilities;
import io.github.llamaspring.core.tokenizer.Decoder;
import io.github.llamaspring.core.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a session: prompt in batches, then token by token until something ends it.
 */
final class Generation {

	private final LlamaSession session;

	private final GenerationRequest request;

	private final int[] prompt;

	private final @Nullable TokenListener listener;

	private final Cancellation cancellation;

	private final Tokenizer tokenizer;

	private final Sampler sampler;

	private final Decoder decoder;

	private final StopMatcher stops;

	private final float[] logits;

	private final List<Integer> ids = new ArrayList<>();

	private final List<List<TokenProbability>> top = new ArrayList<>();

	private final StringBuilder text = new StringBuilder();

	private final int[] next = new int[1];

	private final long startNanos;

	private final long promptStartNanos = System.nanoTime();

	private long promptNanos;

	private long firstTokenNanos;

	private long lastTokenNanos;

	private int cached;

	Generation(LlamaSession session, GenerationRequest request, int[] prompt, @Nullable TokenListener listener,
			Cancellation cancellation, long startNanos) {
		this.startNanos = startNanos;
		this.session = session;
		this.request = request;
		this.prompt = prompt;
		this.listener = listener;
		this.cancellation = cancellation;
		int vocabulary = session.model().transformer().config().vocabularySize();
		this.tokenizer = session.model().tokenizer();
		this.sampler = Sampler.of(request.sampling(), vocabulary);
		this.decoder = this.tokenizer.newDecoder();
		this.stops = new StopMatcher(request.stop());
		this.logits = new float[vocabulary];
		if (request.force() != null) {
			request.force().forEach((id) -> LlamaSession.requireToken(id, vocabulary));
		}
	}

	GenerationResult run() {
		FinishReason reason = computePrompt() ? generate() : FinishReason.CANCELLED;
		return finish(reason);
	}

	private boolean computePrompt() {
		this.cached = this.session.keepSharedPrefix(this.prompt);
		if (!this.session.append(this.prompt, this.logits, this.cancellation)) {
			return false;
		}
		for (int id : this.prompt) {
			this.sampler.accept(id);
		}
		this.promptNanos = System.nanoTime() - this.promptStartNanos;
		return true;
	}

	private FinishReason generate() {
		int most = this.request.maxTokens();
		if (this.request.force() != null) {
			most = Math.min(most, this.request.force().size());
		}
		while (this.ids.size() < most) {
			if (this.cancellation.isCancelled() || this.session.model().isClosed()) {
				return FinishReason.CANCELLED;
			}
			int id = nextToken();
			if (this.request.force() == null && this.tokenizer.isEndOfGeneration(id)) {
				notifyToken(id, "");
				return FinishReason.STOP;
			}
			show(id);
			if (this.stops.found()) {
				return FinishReason.STOP_SEQUENCE;
			}
			if (this.ids.size() == most) {
				return FinishReason.LENGTH;
			}
			if (this.session.length() == this.session.model().contextLength()) {
				return FinishReason.CONTEXT_FULL;
			}
			this.next[0] = id;
			if (!this.session.append(this.next, 0, 1, this.logits, this.cancellation)) {
				return FinishReason.CANCELLED;
			}
		}
		return FinishReason.LENGTH;
	}

	private int nextToken() {
		if (this.request.topLogprobs() > 0) {
			this.top.add(top(this.request.topLogprobs()));
		}
		List<Integer> force = this.request.force();
		int id = (force != null) ? force.get(this.ids.size()) : this.sampler.sample(this.logits);
		this.sampler.accept(id);
		this.ids.add(id);
		this.lastTokenNanos = System.nanoTime();
		if (this.ids.size() == 1) {
			this.firstTokenNanos = this.lastTokenNanos;
		}
		return id;
	}

	private List<TokenProbability> top(int count) {
		TopProbabilities best = TopProbabilities.of(this.logits, count);
		List<TokenProbability> list = new ArrayList<>(best.ids().length);
		for (int i = 0; i < best.ids().length; i++) {
			list.add(new TokenProbability(best.ids()[i], best.probabilities()[i]));
		}
		return list;
	}

	private void show(int id) {
		String piece = this.tokenizer.isEndOfGeneration(id) ? "" : this.stops.append(this.decoder.append(id));
		this.text.append(piece);
		notifyToken(id, piece);
	}

	private void notifyToken(int id, String piece) {
		if (this.listener != null) {
			this.listener.onToken(id, piece);
		}
	}

	private GenerationResult finish(FinishReason reason) {
		String rest = this.stops.append(this.decoder.flush()) + this.stops.end();
		this.text.append(rest);
		if (this.listener != null) {
			this.listener.onEnd(rest);
		}
		int computed = this.prompt.length - this.cached;
		Timings timings = new Timings(this.session.model().loadMillis(),
				this.ids.isEmpty() ? 0 : (this.firstTokenNanos - this.startNanos) / 1e6,
				perSecond(computed, this.promptNanos),
				perSecond(this.ids.size() - 1, this.lastTokenNanos - this.firstTokenNanos));
		return new GenerationResult(this.ids, this.text.toString(), reason,
				new Usage(this.prompt.length, this.ids.size(), this.cached), timings, this.top);
	}

	private static double perSecond(int count, long nanos) {
		return (count > 0 && nanos > 0) ? count * 1e9 / nanos : 0;
	}

}
