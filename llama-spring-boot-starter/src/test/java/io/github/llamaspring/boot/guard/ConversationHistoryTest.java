package io.github.llamaspring.boot.guard;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.boot.TestEngine;
import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Turn;
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
 * With the real guard, whose policy blocks Paris; the model here refuses all that is
 * about a notebook.
 */
class ConversationHistoryTest {

	private static final String AGAIN = "Where in the French capital can I swim tonight?";

	private final List<String> rules = new ArrayList<>();

	private final ChatMemory memory = MessageWindowChatMemory.builder().build();

	private Moderation moderation;

	@BeforeEach
	void load(@TempDir Path folder) throws Exception {
		Guard guard = TestEngine.noParis(folder);
		this.moderation = Moderation.of(guard, (stage, verdict) -> {
			if (stage == Stage.INPUT) {
				this.rules.add(String.valueOf(verdict.rule()));
			}
		});
	}

	private ChatClient client(boolean remembers) {
		ChatClient.Builder client = ChatClient.builder(new Refusing())
			.defaultAdvisors(new InputGuardAdvisor(this.moderation, "en"),
					new OutputGuardAdvisor(this.moderation, "en"));
		return (remembers ? client.defaultAdvisors(MessageChatMemoryAdvisor.builder(this.memory).build()) : client)
			.build();
	}

	private static void ask(ChatClient client, String conversation, String question) {
		client.prompt()
			.user(question)
			.advisors((spec) -> spec.param(ChatMemory.CONVERSATION_ID, conversation))
			.call()
			.content();
	}

	private static void stream(ChatClient client, String conversation, String question) {
		client.prompt()
			.user(question)
			.advisors((spec) -> spec.param(ChatMemory.CONVERSATION_ID, conversation))
			.stream()
			.content()
			.blockLast();
	}

	@Test
	void aBlockedQuestionIsKnownAgainInItsConversation() {
		for (boolean remembers : new boolean[] { false, true }) {
			ChatClient client = client(remembers);
			ask(client, "a", "Where in Paris can I swim tonight?");
			ask(client, "b", AGAIN);
			ask(client, "a", AGAIN);
			assertThat(this.rules).endsWith("conversation.rephrase");
			stream(client, "a", AGAIN + " Please.");
			assertThat(this.rules).endsWith("conversation.rephrase");
		}
		assertThat(this.rules).filteredOn("list.cities"::equals).hasSize(1);
		assertThat(this.memory.get("a")).extracting(Message::getText).noneMatch((text) -> text.contains("Paris"));
	}

	@Test
	void aRefusedQuestionIsKnownAgainInItsConversation() {
		ChatClient client = client(false);
		ask(client, "a", "Which recipe from the old blue notebook tastes best?");
		ask(client, "a", "Tell me which recipe in that blue notebook tastes best.");
		assertThat(this.rules).containsExactly("null", "conversation.rephrase");
		stream(client, "b", "Which recipe from the old green notebook tastes best?");
		stream(client, "b", "Tell me which recipe in that green notebook tastes best.");
		assertThat(this.rules).endsWith("null", "conversation.rephrase");
	}

	@Test
	void aModelAloneKnowsThePrompt() {
		GuardedChatModel model = new GuardedChatModel(new Refusing(), this.moderation, "en");
		UserMessage first = new UserMessage("Which recipe from the old blue notebook tastes best?");
		UserMessage second = new UserMessage("Tell me which recipe in that blue notebook tastes best.");
		AssistantMessage refusal = model.call(new Prompt(List.of(first))).getResult().getOutput();
		model.call(new Prompt(List.of(first, new AssistantMessage("Gladly."), second)));
		assertThat(this.rules).containsExactly("null", "null");
		model.call(new Prompt(List.of(first, refusal, second)));
		assertThat(this.rules).containsExactly("null", "null", "conversation.rephrase");
	}

	@Test
	void conversationsAreCappedAndExpire() {
		Instant[] now = { Instant.EPOCH };
		TurnMemories memories = new TurnMemories(() -> now[0]);
		for (int i = 0; i < 50; i++) {
			memories.of("a").add(Turn.of("message " + i));
		}
		assertThat(memories.of("a").turns()).hasSize(8).last().isEqualTo(Turn.of("message 49"));
		memories.of(null).add(Turn.of("nobody's"));
		assertThat(memories.of(null).turns()).isEmpty();
		for (int i = 0; i < 999; i++) {
			memories.of(i);
		}
		assertThat(memories.of("a").turns()).isNotEmpty();
		for (int i = 0; i < 1000; i++) {
			memories.of("other " + i);
		}
		assertThat(memories.of("a").turns()).isEmpty();
		memories.of("a").add(Turn.of("again"));
		now[0] = now[0].plusSeconds(1801);
		assertThat(memories.of("a").turns()).isEmpty();
	}

	private record Refusing() implements ChatModel {

		@Override
		public ChatResponse call(Prompt prompt) {
			boolean refuses = prompt.getInstructions().getLast().getText().contains("notebook");
			return response(refuses ? "I'm sorry, but I can't help with that." : "Gladly.");
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			String answer = call(prompt).getResult().getOutput().getText();
			return Flux.fromArray(answer.split("(?<=\\G.{3})")).map(Refusing::response);
		}

		private static ChatResponse response(String text) {
			return new ChatResponse(List.of(new Generation(new AssistantMessage(text))));
		}

	}

}
