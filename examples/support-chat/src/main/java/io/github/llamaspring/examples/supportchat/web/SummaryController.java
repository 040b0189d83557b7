package io.github.llamaspring.examples.supportchat.web;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.summary.Summary;
import io.github.llamaspring.boot.summary.SummaryEvent;
import io.github.llamaspring.boot.summary.SummaryFacade;
import io.github.llamaspring.boot.summary.SummaryRequest;
import io.github.llamaspring.examples.supportchat.SupportChatProperties;
import io.github.llamaspring.examples.supportchat.web.EventStream.Event;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * The summary facade over HTTP: a text of any length in, progress and the summary out as
 * server-sent events.
 */
@RestController
final class SummaryController {

	private static final int MOST_WORDS = 1000;

	private final SummaryFacade summaries;

	private final LlamaEngine engine;

	private final EventStream events;

	private final SupportChatProperties properties;

	SummaryController(SummaryFacade summaries, LlamaEngine engine, EventStream events,
			SupportChatProperties properties) {
		this.summaries = summaries;
		this.engine = engine;
		this.events = events;
		this.properties = properties;
	}

	@PostMapping(path = "/api/summary", consumes = MediaType.APPLICATION_JSON_VALUE)
	void summarize(@RequestBody Document document, HttpServletResponse response) throws IOException {
		String text = Problem.requireText(document.text(), this.properties.summaryLimit());
		int words = (document.words() != null) ? document.words() : 0;
		if (words < 0 || words > MOST_WORDS) {
			throw new Problem(HttpStatus.BAD_REQUEST, "words", "words must be from 0 to " + MOST_WORDS + ".");
		}
		String language = Problem.language(document.language());
		this.engine.model();
		SummaryRequest request = SummaryRequest.of(text)
			.withWords(words)
			.withLanguage((language != null) ? Locale.of(language).getDisplayLanguage(Locale.ENGLISH) : null);
		this.events.write(List.of(), this.summaries.stream(request), SummaryController::event, response);
	}

	private static Event event(SummaryEvent event) {
		return switch (event) {
			case SummaryEvent.Planned planned ->
				new Event("planned", Map.of("chunks", planned.chunks(), "tokens", planned.tokens()));
			case SummaryEvent.Progress progress -> new Event("progress", Map.of("stage", progress.stage(), "done",
					progress.done(), "total", progress.total(), "secondsLeft", progress.eta().toSeconds()));
			case SummaryEvent.Partial partial ->
				new Event("partial", Map.of("index", partial.index(), "text", partial.text()));
			case SummaryEvent.Delta delta -> new Event("delta", Map.of("text", delta.text()));
			case SummaryEvent.Completed completed -> new Event("completed", result(completed.summary()));
		};
	}

	private static Map<String, Object> result(Summary summary) {
		return Map.of("text", summary.text(), "blocked", summary.blocked(), "finishReason", summary.finishReason(),
				"chunks", summary.chunks(), "withheldChunks", summary.withheldChunks(), "truncated",
				summary.truncated(), "usage", summary.usage(), "output", Wire.verdict(summary.moderation()));
	}

	record Document(@Nullable String text, @Nullable Integer words, @Nullable String language) {
	}

}
