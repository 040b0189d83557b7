package io.github.llamaspring.examples.supportchat.web;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.vr.PlayerUtterance;
import io.github.llamaspring.boot.vr.VrCharacter;
import io.github.llamaspring.boot.vr.VrDialogueFacade;
import io.github.llamaspring.boot.vr.VrEvent;
import io.github.llamaspring.boot.vr.VrSession;
import io.github.llamaspring.boot.vr.VrSessionSpec;
import io.github.llamaspring.examples.supportchat.SupportChatProperties;
import io.github.llamaspring.examples.supportchat.web.EventStream.Event;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The dialogue facade over HTTP: the guide of the shop's virtual showroom, whose
 * sentences come as server-sent events and whom a visitor can interrupt.
 */
@RestController
final class VrController {

	private final VrDialogueFacade dialogues;

	private final LlamaEngine engine;

	private final EventStream events;

	private final SupportChatProperties properties;

	VrController(VrDialogueFacade dialogues, LlamaEngine engine, EventStream events, SupportChatProperties properties) {
		this.dialogues = dialogues;
		this.engine = engine;
		this.events = events;
		this.properties = properties;
	}

	@PostMapping(path = "/api/vr", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, String> open(@RequestBody Visitor visitor) {
		VrCharacter guide = new VrCharacter("guide", "Mira",
				"You are Mira, a cheerful mountain guide. You speak in short, lively sentences.");
		VrSession session = this.dialogues.open(VrSessionSpec.of(guide)
			.withScene("The virtual showroom of the outdoor shop " + this.properties.shop() + ".")
			.withLanguage(Problem.language(visitor.language())));
		return Map.of("id", session.id(), "character", guide.name());
	}

	@PostMapping(path = "/api/vr/{id}/say", consumes = MediaType.APPLICATION_JSON_VALUE)
	void say(@PathVariable String id, @RequestBody Words words, HttpServletResponse response) throws IOException {
		String text = Problem.requireText(words.text(), this.properties.chatLimit());
		VrSession session = session(id);
		this.engine.model();
		this.events.write(List.of(), session.say(PlayerUtterance.of(text)), VrController::event, response);
	}

	@PostMapping(path = "/api/vr/{id}/interrupt", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Boolean> interrupt(@PathVariable String id) {
		return Map.of("interrupted", session(id).interrupt());
	}

	@DeleteMapping("/api/vr/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void leave(@PathVariable String id) {
		session(id).close();
	}

	private VrSession session(String id) {
		return this.dialogues.find(id)
			.orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "unknown_session",
					"There is no such session, or it was idle for too long."));
	}

	private static Event event(VrEvent event) {
		return switch (event) {
			case VrEvent.TurnStarted started -> new Event("turnStarted", started);
			case VrEvent.Sentence sentence -> new Event("sentence", sentence);
			case VrEvent.Blocked blocked -> new Event("blocked", Map.of("turn", blocked.turn(), "verdict",
					Wire.verdict(blocked.verdict()), "input", blocked.input()));
			case VrEvent.TurnEnded ended -> new Event("turnEnded", ended);
		};
	}

	record Visitor(@Nullable String language) {
	}

	record Words(@Nullable String text) {
	}

}
