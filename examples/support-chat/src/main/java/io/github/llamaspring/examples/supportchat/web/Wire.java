package io.github.llamaspring.examples.supportchat.web;

import java.util.List;
import java.util.Map;

import io.github.llamaspring.boot.chat.ChatEvent;
import io.github.llamaspring.core.Timings;
import io.github.llamaspring.core.Usage;
import io.github.llamaspring.examples.supportchat.knowledge.KnowledgeBase;
import io.github.llamaspring.examples.supportchat.knowledge.Passage;
import io.github.llamaspring.examples.supportchat.web.EventStream.Event;
import io.github.llamaspring.guard.Finding;
import io.github.llamaspring.guard.PolicyInfo;
import io.github.llamaspring.guard.Redaction;
import io.github.llamaspring.guard.Scores;
import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of what the page is told. They are ours, so that the page does not change
 * when a Java type does.
 */
final class Wire {

	private static final double NANOS_PER_MICRO = 1000;

	private Wire() {
	}

	static Event event(ChatEvent event) {
		return switch (event) {
			case ChatEvent.Queued queued -> new Event("queued", Map.of("position", queued.position()));
			case ChatEvent.Started started ->
				new Event("started", new Start(verdict(started.input()), started.promptText(), started.droppedTurns()));
			case ChatEvent.Delta delta -> new Event("delta", new Piece(delta.text(), parts(delta.redactions())));
			case ChatEvent.Held held -> new Event("held", Map.of("characters", held.characters()));
			case ChatEvent.Blocked blocked ->
				new Event("blocked", new Block(verdict(blocked.verdict()), blocked.input()));
			case ChatEvent.Completed completed -> new Event("completed", new End(completed.text(),
					completed.finishReason(), completed.usage(), completed.timings(), verdict(completed.output())));
		};
	}

	static Sources sources(List<Passage> passages, KnowledgeBase.Search searchesBy) {
		return new Sources(passages.stream().map((passage) -> new Source(passage.name(), passage.language())).toList(),
				searchesBy.name());
	}

	static Check verdict(Verdict verdict) {
		List<Found> findings = verdict.findings().stream().map(Wire::found).toList();
		return new Check(verdict.action().name(), verdict.band().name(), findings, verdict.scores(), verdict.text(),
				parts(verdict.redactions()), verdict.message(), verdict.messageLanguage(), verdict.category(),
				verdict.rule(), verdict.policy(), verdict.status().name(), verdict.nanos() / NANOS_PER_MICRO);
	}

	private static Found found(Finding finding) {
		Integer start = (finding.span() != null) ? finding.span().start() : null;
		Integer end = (finding.span() != null) ? finding.span().end() : null;
		return new Found(finding.rule(), finding.category(), finding.score(), finding.band().name(),
				finding.action().name(), start, end);
	}

	private static List<Part> parts(List<Redaction> redactions) {
		return redactions.stream()
			.map((redaction) -> new Part(redaction.span().start(), redaction.span().end(), redaction.category()))
			.toList();
	}

	record Source(String name, String language) {
	}

	record Sources(List<Source> sources, String searchesBy) {
	}

	record Check(String action, String band, List<Found> findings, Scores scores, String text, List<Part> redactions,
			@Nullable String message, @Nullable String messageLanguage, @Nullable String category,
			@Nullable String rule, PolicyInfo policy, String status, double micros) {
	}

	record Found(String rule, String category, double score, String band, String action, @Nullable Integer start,
			@Nullable Integer end) {
	}

	record Part(int start, int end, String category) {
	}

	record Start(Check input, String promptText, int droppedTurns) {
	}

	record Piece(String text, List<Part> redactions) {
	}

	record Block(Check verdict, boolean input) {
	}

	record End(String text, String finishReason, Usage usage, Timings timings, Check output) {
	}

}
