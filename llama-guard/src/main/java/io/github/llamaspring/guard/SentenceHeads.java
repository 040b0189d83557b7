package io.github.llamaspring.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.llamaspring.guard.classify.Head;
import io.github.llamaspring.guard.classify.HeadRun;
import io.github.llamaspring.guard.classify.Heads;
import io.github.llamaspring.guard.stream.Scan;
import io.github.llamaspring.guard.stream.Sentence;
import io.github.llamaspring.guard.stream.SentenceScorer;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

/**
 * The statistical heads over a stream. Belongs to one stream.
 */
final class SentenceHeads implements SentenceScorer {

	private final Heads heads;

	private final boolean output;

	/** Phrases that excuse what is found inside of them. */
	private final List<Detector> excuses;

	private double harm;

	private double injection;

	private double toxicity;

	SentenceHeads(Heads heads, boolean output, List<Detector> excuses) {
		this.heads = heads;
		this.output = output;
		this.excuses = excuses;
	}

	@Override
	public String family() {
		return HeadRun.FAMILY;
	}

	/** A sentence alone and with what stands before it. */
	@Override
	public CompletableFuture<List<Scan.Hit>> score(Sentence sentence) {
		NormText text = NormText.whole(sentence.text());
		HeadRun run = this.heads.run(this.output);
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
		Scan scan = Scan.of(text, detectors);
		if (!scan.failures().isEmpty()) {
			return CompletableFuture.failedFuture(scan.failures().getFirst().cause());
		}
		this.harm = Math.max(this.harm, run.probability(Head.HARM));
		this.injection = Math.max(this.injection, run.probability(Head.INJECTION));
		this.toxicity = Math.max(this.toxicity, run.probability(Head.TOXICITY));
		return CompletableFuture
			.completedFuture(scan.hits().stream().filter((hit) -> hit.match().end() > sentence.from()).toList());
	}

	/**
	 * The highest probabilities so far.
	 */
	Scores scores() {
		return new Scores(this.harm, this.injection, this.toxicity);
	}

}
