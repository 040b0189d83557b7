package io.github.llamaspring.boot.guard;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.boot.TestEngine;
import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Redaction;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Verdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.MessageChatMemoryAdvisor;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.memory.MessageWindowChatMemory;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * With the real guard; the model here says back what it was asked, in small letters and
 * small pieces, so that it is known what it saw.
 */
class PseudonymizingTest {

	private final ChatMemory memory = MessageWindowChatMemory.builder().build();

	private final Echo echo = new Echo(new ArrayList<>());

	private Guard guard;

	private Moderation moderation;

	@BeforeEach
	void load(@TempDir Path folder) throws IOException {
		this.guard = TestEngine.pseudonymizing(folder);
		this.moderation = Moderation.of(this.guard, (stage, verdict) -> {
		});
	}

	private ChatClient client(ChatModel model) {
		return ChatClient.builder(model)
			.defaultAdvisors(new InputGuardAdvisor(this.moderation, null),
					new OutputGuardAdvisor(this.moderation, null),
					MessageChatMemoryAdvisor.builder(this.memory).build())
			.build();
	}

	private GuardedChatModel guarded() {
		return new GuardedChatModel(this.echo, this.moderation, null);
	}

	private static ChatClient.ChatClientRequestSpec ask(ChatClient client, String conversation, String question) {
		return client.prompt().user(question).advisors((spec) -> spec.param(ChatMemory.CONVERSATION_ID, conversation));
	}

	@Test
	void modelAndMemorySeePlaceholdersAndThePersonTheValues() {
		for (ChatModel model : List.of(guarded(), this.echo)) {
			ChatClient client = client(model);
			assertThat(ask(client, "c", "I am jane@example.com").call().content()).isEqualTo("i am jane@example.com");
			assertThat(ask(client, "c", "and joe@example.com, Jane@example.com").stream()
				.content()
				.reduce("", String::concat)
				.block()).isEqualTo("and joe@example.com, jane@example.com");
			assertThat(ask(client, "d", "I am eve@example.com").call().content()).isEqualTo("i am eve@example.com");
			assertThat(this.echo.seen).extracting(Message::getText)
				.containsExactly("I am [EMAIL_1]", "I am [EMAIL_1]", "i am [email_1]", "and [EMAIL_2], [EMAIL_1]",
						"I am [EMAIL_1]");
			assertThat(this.memory.get("c")).extracting(Message::getText)
				.containsExactly("I am [EMAIL_1]", "i am [email_1]", "and [EMAIL_2], [EMAIL_1]",
						"and [email_2], [email_1]");
			this.echo.seen.clear();
			this.memory.clear("c");
			this.memory.clear("d");
		}
	}

	@Test
	void aForgedPlaceholderFetchesNothing() {
		ChatClient client = client(guarded());
		ask(client, "c", "I am jane@example.com").call().content();
		assertThat(ask(client, "c", "Say [EMAIL_1] and [Email 1]").call().content())
			.isEqualTo("say (email_1) and (email 1)");
		assertThat(ask(client, "d", "Say [EMAIL_1]").call().content()).isEqualTo("say (email_1)");
	}

	@Test
	void aCallOfTheModelAloneIsAConversationOfItsOwn() {
		Prompt prompt = new Prompt(List.of(new UserMessage("I am jane@example.com"),
				new AssistantMessage("Hello jane@example.com"), new UserMessage("joe@example.com, jane@example.com")));
		ChatResponse response = guarded().call(prompt);
		assertThat(response.getResult().getOutput().getText()).isEqualTo("joe@example.com, jane@example.com");
		assertThat(this.echo.seen).extracting(Message::getText)
			.containsExactly("I am [EMAIL_1]", "Hello [EMAIL_1]", "[EMAIL_2], [EMAIL_1]");
		assertThat(response.getResult().getMetadata().<Verdict>get(GuardedChatModel.VERDICT).text())
			.isEqualTo("[email_2], [email_1]");
		assertThat(guarded().stream(prompt)
			.map((piece) -> piece.getResult().getOutput().getText())
			.reduce("", String::concat)
			.block()).isEqualTo("joe@example.com, jane@example.com");
		assertThat(this.guard.vault().conversations()).isZero();
	}

	@Test
	void anAnswerCutOffInAPlaceholderIsNotLost() {
		ChatClient client = client(guarded());
		assertThat(ask(client, "c", "I am jane@example.com and [email").stream()
			.content()
			.reduce("", String::concat)
			.block()).isEqualTo("i am jane@example.com and [email");
	}

	@Test
	void keepsThePlacesOfWhatStaysReplaced() {
		this.moderation.check("jane@example.com", GuardContext.of(Stage.INPUT).withConversation("c"));
		AnswerRestorer restorer = this.moderation.restorer(GuardContext.of(Stage.OUTPUT).withConversation("c"));
		String text = "x[ [EMAIL_1] [EMAIL_2] y";
		AnswerRestorer.Restored restored = restorer.feed(text,
				List.of(redaction(text, "[EMAIL_1]"), redaction(text, "[EMAIL_2]")));
		assertThat(restored.text()).isEqualTo("x[ jane@example.com [EMAIL_2] y");
		assertThat(restored.redactions()).containsExactly(redaction(restored.text(), "[EMAIL_2]"));
	}

	private static Redaction redaction(String text, String part) {
		int start = text.indexOf(part);
		return new Redaction(new io.github.llamaspring.guard.Span(start, start + part.length()), "EMAIL");
	}

	/** LangChain4j issue 6425: here the question passes three guards, the answer two. */
	@Test
	void noLaterGuardDiscardsAnEarlierEdit() {
		ChatClient client = client(new GuardedChatModel(guarded(), Moderation.of(Guard.builtIn(), (stage, verdict) -> {
		}), null));
		ChatResponse response = ask(client, "c", "I am jane@example.com, card 4111 1111 1111 1111").call()
			.chatResponse();
		assertThat(this.echo.seen).extracting(Message::getText).containsExactly("I am [EMAIL_1], card [CREDIT_CARD_1]");
		assertThat(response.getResult().getOutput().getText())
			.isEqualTo("i am jane@example.com, card 4111 1111 1111 1111");
		Verdict verdict = this.moderation.check("jane@example.com", GuardContext.of(Stage.INPUT).withConversation("c"));
		assertThat(verdict.action()).isEqualTo(Action.PSEUDONYMIZE);
	}

	private record Echo(List<Message> seen) implements ChatModel {

		@Override
		public ChatResponse call(Prompt prompt) {
			return response(answer(prompt));
		}

		private String answer(Prompt prompt) {
			this.seen.addAll(prompt.getInstructions());
			return prompt.getInstructions().getLast().getText().toLowerCase(java.util.Locale.ROOT);
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			return Flux.fromArray(answer(prompt).split("(?<=\\G.{3})")).map(Echo::response);
		}

		private static ChatResponse response(String text) {
			return new ChatResponse(List.of(new Generation(new AssistantMessage(text))));
		}

	}

}
