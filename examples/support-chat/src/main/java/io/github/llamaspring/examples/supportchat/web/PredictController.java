package io.github.llamaspring.examples.supportchat.web;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

import io.github.llamaspring.boot.chat.ChatFacade;
import io.github.llamaspring.boot.chat.ChatReply;
import io.github.llamaspring.boot.chat.ChatTurn;
import io.github.llamaspring.boot.chat.Conversation;
import io.github.llamaspring.boot.resilience.Outcome;
import io.github.llamaspring.examples.supportchat.SupportChatProperties;
import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * The model without the shop: a text in, a text out, moderated on both sides. A block is
 * an answer, too; the header {@code X-Llama-Guard} tells it from others.
 */
@RestController
final class PredictController {

	static final String GUARD_HEADER = "X-Llama-Guard";

	private static final MediaType PLAIN_UTF_8 = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

	private final ChatFacade chat;

	private final SupportChatProperties properties;

	PredictController(ChatFacade chat, SupportChatProperties properties) {
		this.chat = chat;
		this.properties = properties;
	}

	@PostMapping(path = "/predict", consumes = MediaType.TEXT_PLAIN_VALUE)
	ResponseEntity<String> predict(@RequestBody(required = false) byte @Nullable [] body,
			@RequestHeader(HttpHeaders.CONTENT_TYPE) MediaType type) {
		Charset charset = type.getCharset();
		if (charset != null && !charset.equals(StandardCharsets.UTF_8) && !charset.equals(StandardCharsets.US_ASCII)) {
			throw new Problem(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "charset", "Only UTF-8 is understood here.");
		}
		String text = Problem.requireText(decode((body != null) ? body : new byte[0]), this.properties.predictLimit());
		Conversation conversation = this.chat.newConversation();
		try {
			ChatReply reply = this.chat.chat(ChatTurn.of(conversation.id(), text));
			if (reply.text().isEmpty() && Outcome.TIMEOUT.equals(reply.finishReason())) {
				throw Problem.tooSlow();
			}
			ResponseEntity.BodyBuilder answer = ResponseEntity.ok().contentType(PLAIN_UTF_8);
			if (reply.blocked()) {
				answer.header(GUARD_HEADER, header(reply.moderation()));
			}
			return answer.body(reply.text());
		}
		finally {
			conversation.clear();
		}
	}

	private static String header(Verdict verdict) {
		String category = (verdict.category() != null) ? verdict.category() : verdict.rule();
		return "BLOCK; category=" + category;
	}

	private static String decode(byte[] body) {
		try {
			return StandardCharsets.UTF_8.newDecoder()
				.onMalformedInput(CodingErrorAction.REPORT)
				.onUnmappableCharacter(CodingErrorAction.REPORT)
				.decode(ByteBuffer.wrap(body))
				.toString();
		}
		catch (CharacterCodingException ex) {
			throw new Problem(HttpStatus.BAD_REQUEST, "not_utf8", "The body is not UTF-8.");
		}
	}

}
