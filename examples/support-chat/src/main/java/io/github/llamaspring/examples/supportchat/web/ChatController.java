package io.github.llamaspring.examples.supportchat.web;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.llamaspring.boot.chat.ChatFacade;
import io.github.llamaspring.boot.chat.ChatTurn;
import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.core.chat.ChatMessage;
import io.github.llamaspring.examples.supportchat.SupportChatProperties;
import io.github.llamaspring.examples.supportchat.knowledge.KnowledgeBase;
import io.github.llamaspring.examples.supportchat.knowledge.Passage;
import io.github.llamaspring.examples.supportchat.web.EventStream.Event;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The chat: a question in, server-sent events out. Closing the connection stops the
 * engine.
 */
@RestController
final class ChatController {

	/** So long an answer that was just stopped may take to end. */
	private static final Duration PATIENCE = Duration.ofSeconds(3);

	private final ChatFacade chat;

	private final Conversations conversations;

	private final KnowledgeBase knowledge;

	private final LlamaEngine engine;

	private final EventStream events;

	private final SupportChatProperties properties;

	ChatController(ChatFacade chat, Conversations conversations, KnowledgeBase knowledge, LlamaEngine engine,
			EventStream events, SupportChatProperties properties) {
		this.chat = chat;
		this.conversations = conversations;
		this.knowledge = knowledge;
		this.engine = engine;
		this.events = events;
		this.properties = properties;
	}

	@PostMapping(path = "/api/chat", consumes = MediaType.APPLICATION_JSON_VALUE)
	void chat(@RequestBody Question question, HttpServletResponse response) throws IOException {
		String text = Problem.requireText(question.text(), this.properties.chatLimit());
		// Throws while there is none, before a conversation is made for nothing
		this.engine.model();
		String language = Problem.language(question.language());
		String id = this.conversations.findOrCreate(question.conversationId());
		if (!this.conversations.beginTurn(id, PATIENCE)) {
			throw new Problem(HttpStatus.CONFLICT, "turn_running", "An answer of this conversation is still written.");
		}
		try {
			boolean renewed = question.conversationId() != null && !question.conversationId().equals(id);
			List<Passage> passages = this.knowledge.search(text, language, this.properties.contextLimit());
			ChatTurn turn = ChatTurn.of(id, text)
				.withSystem(system())
				.withContext(passages.isEmpty() ? null : KnowledgeBase.asContext(passages))
				.withLanguage(language);
			List<Event> prelude = List.of(new Event("conversation", Map.of("id", id, "renewed", renewed)),
					new Event("sources", Wire.sources(passages, this.knowledge.searchesBy())));
			this.events.write(prelude, this.chat.stream(turn), Wire::event, response);
		}
		finally {
			this.conversations.endTurn(id);
		}
	}

	@GetMapping("/api/conversations/{id}")
	Map<String, List<Message>> history(@PathVariable String id) {
		requireKnown(id);
		return Map.of("messages", this.chat.conversation(id).history().stream().map(Message::of).toList());
	}

	@DeleteMapping("/api/conversations/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void forget(@PathVariable String id) {
		requireKnown(id);
		this.conversations.remove(id);
	}

	@PostMapping(path = "/api/conversations/{id}/cancel", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Boolean> cancel(@PathVariable String id) {
		requireKnown(id);
		return Map.of("cancelled", this.chat.conversation(id).cancel());
	}

	private void requireKnown(String id) {
		if (!this.conversations.exists(id)) {
			throw new Problem(HttpStatus.NOT_FOUND, "unknown_conversation",
					"There is no such conversation, or it was idle for too long.");
		}
	}

	private String system() {
		return "You are the support assistant of the online shop " + this.properties.shop()
				+ ". Answer the customer's question in one to three short, friendly sentences. "
				+ "Use only the facts given to you. If they do not answer the question, say that you do not know "
				+ "and point to the contact form.";
	}

	record Question(@Nullable String conversationId, @Nullable String text, @Nullable String language) {
	}

	record Message(String role, String text) {

		static Message of(ChatMessage message) {
			return new Message(message.role(), message.content());
		}

	}

}
