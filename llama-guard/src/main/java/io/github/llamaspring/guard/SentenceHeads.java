package io.github.llamaspring.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.classify.Head;
import io.github.llamaspring.guard.classify.HeadRun;
import io.github.llamaspring.guard.classify.VectorRun;
import io.github.llamaspring.guard.stream.Scan;
import io.github.llamaspring.guard.stream.Sentence;
import io.github.llamaspring.guard.stream.SentenceScorer;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

/**
 * The statistical heads over a stream. Belongs to one stream. With a sentence encoder the
 * work is done beside the writing of the text.
 */
final class SentenceHeads implements SentenceScorer {

	private final Supplier<HeadRun> words;

	/** Null where words alone decide. */
	private final @Nullable Function<HeadRun, VectorRun> meaning;

	/** Phrases that excuse what is found inside of them. */
	private final List<Detector> excuses;

	private double harm;

	private double injection;

	private double toxicity;

	SentenceHeads(Supplier<HeadRun> words, @Nullable Function<HeadRun, VectorRun> meaning, List<Detector> excuses) {
		this.words = words;
		this.meaning = meaning;
		this.excuses = excuses;
	}

	@Override
	public String family() {
		return HeadRun.FAMILY;
	}

	/** A sentence alone and with what stands before it. */
	@Override
	public CompletableFuture<List<Scan.Hit>> score(Sentence sentence) {
		if (this.meaning == null) {
			HeadRun run = this.words.get();
			return result(sentence, scan(sentence, run::detect), run::probability);
		}
		VectorRun run = this.meaning.apply(this.words.get());
		CompletableFuture<List<Scan.Hit>> future = new CompletableFuture<>();
		Thread.ofVirtual().name("guard-sentence").start(() -> {
			try {
				future.complete(result(sentence, scan(sentence, run::detect), run::probability).join());
			}
			catch (Throwable ex) {
				future.completeExceptionally(
						(ex instanceof CompletionException && ex.getCause() != null) ? ex.getCause() : ex);
			}
		});
		return future;
	}

	private Scan scan(Sentence sentence, Run run) {
		NormText text = NormText.whole(sentence.text());
		List<Detector> detectors = new ArrayList<>(this.excuses);
		detectors.add(new Detector() {

			@Override
			public String family() {
				return HeadRun.FAMILY;
			}

			@Override
			public void detect(NormText part, MatchSink sink) {
				// Parts in which something is decoded have places of their own.
				run.detect(part, (part == text) ? sentence.from() : 0, sink);
			}
		});
		return Scan.once(text, detectors);
	}

	private CompletableFuture<List<Scan.Hit>> result(Sentence sentence, Scan scan, ToDoubleFunction<Head> probability) {
		if (!scan.failures().isEmpty()) {
			return CompletableFuture.failedFuture(scan.failures().getFirst().cause());
		}
		synchronized (this) {
			this.harm = Math.max(this.harm, probability.applyAsDouble(Head.HARM));
			this.injection = Math.max(this.injection, probability.applyAsDouble(Head.INJECTION));
			this.toxicity = Math.max(this.toxicity, probability.applyAsDouble(Head.TOXICITY));
		}
		return CompletableFuture
			.completedFuture(scan.hits().stream().filter((hit) -> hit.match().end() > sentence.from()).toList());
	}

	/**
	 * The highest probabilities so far.
	 */
	synchronized Scores scores() {
		return new Scores(this.harm, this.injection, this.toxicity);
	}

	/** One check by heads of either kind. */
	private interface Run {

		void detect(NormText text, int from, MatchSink sink);

	}

}
