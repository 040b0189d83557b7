package io.github.llamaspring.guard.conversation;

import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.guard.Turn;
import io.github.llamaspring.guard.classify.HarmScorer;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

/**
 * Sees a conversation drift to harm though each message passes. Messages that were
 * refused don't count: what comes after them is not their fault.
 */
final class DriftDetector implements Detector {

	private final List<String> earlier;

	private final HarmScorer scorer;

	DriftDetector(List<Turn> earlier, HarmScorer scorer) {
		this.earlier = earlier.stream().map(Turn::text).toList();
		this.scorer = scorer;
	}

	@Override
	public String family() {
		return ConversationChecks.FAMILY;
	}

	@Override
	public boolean readsEncoded() {
		return false;
	}

	@Override
	public void detect(NormText text, MatchSink sink) {
		String newest = Turn.of(text.raw()).text();
		if (!ConversationChecks.isTelling(newest)) {
			return;
		}
		List<String> turns = new ArrayList<>(this.earlier);
		turns.add(newest);
		Arc arc = text.deadline().beside(() -> Arc.of(turns, this.scorer));
		double score = arc.score();
		if (score >= ConversationChecks.LEAST) {
			sink.match(new Match(ConversationChecks.DRIFT, arc.category(), score, 0, text.raw().length()));
		}
	}

}
