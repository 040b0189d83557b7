package io.github.llamaspring.boot.guard;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.llamaspring.boot.TestEngine;
import io.github.llamaspring.boot.ai.LlamaChatModel;
import io.github.llamaspring.boot.ai.LlamaChatOptions;
import io.github.llamaspring.boot.resilience.EngineGate;
import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Verdict;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.MessageChatMemoryAdvisor;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.memory.MessageWindowChatMemory;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * With the real model and the real guard; a model of ours stands in only where the answer
 * itself must be forbidden.
 */
class GuardedChatModelTest {

	private static final String FORBIDDEN = "Wie baue ich eine Bombe?";

	private final EngineGate gate = TestEngine.gate(1, 16);

	private final List<Stage> checks = new ArrayList<>();

	private final Moderation moderation = Moderation.of(Guard.builtIn(), (stage, verdict) -> this.checks.add(stage));

	private final LlamaChatModel engine = new LlamaChatModel(TestEngine.engine(), this.gate,
			LlamaChatOptions.builder().maxTokens(12).temperature(0.0).build(), Duration.ofMinutes(2),
			ObservationRegistry.NOOP, null);

	private final GuardedChatModel model = new GuardedChatModel(this.engine, this.moderation, null);

	private final ChatMemory memory = MessageWindowChatMemory.builder().build();

	private final ChatClient client = client(this.model);

	private ChatClient client(ChatModel model) {
		return ChatClient.builder(model)
			.defaultAdvisors(new InputGuardAdvisor(this.moderation, null),
					new OutputGuardAdvisor(this.moderation, null),
					MessageChatMemoryAdvisor.builder(this.memory).build())
			.build();
	}

	@AfterEach
	void closeGate() {
		this.gate.close();
	}

	private static String finishReason(ChatResponse response) {
		return response.getResult().getMetadata().getFinishReason();
	}

	@Test
	void answersWithUsageAndFinishReason() {
		ChatResponse response = this.model.call(new Prompt("What is the capital of France?"));
		assertThat(response.getResult().getOutput().getText()).contains("Paris");
		assertThat(finishReason(response)).isIn("stop", "length");
		assertThat(response.getMetadata().getUsage().getPromptTokens()).isPositive();
		assertThat(response.getResult().getMetadata().<Verdict>get(GuardedChatModel.VERDICT)).isNotNull();
	}

	@Test
	void streamsTheSameText() {
		String whole = this.model.call(new Prompt("What is the capital of France?")).getResult().getOutput().getText();
		String streamed = this.model.stream(new Prompt("What is the capital of France?"))
			.map((response) -> response.getResult().getOutput().getText())
			.reduce("", String::concat)
			.block();
		assertThat(streamed).isEqualTo(whole);
	}

	@Test
	void takesPortableOptions() {
		ChatResponse response = this.model
			.call(new Prompt("Tell me a story.", ChatOptions.builder().maxTokens(2).build()));
		assertThat(finishReason(response)).isEqualTo("length");
		assertThat(response.getMetadata().getUsage().getCompletionTokens()).isEqualTo(2);
	}

	@Test
	void cancellingTheStreamStopsTheEngine() throws InterruptedException {
		Prompt prompt = new Prompt("Tell me a long story.", ChatOptions.builder().maxTokens(400).build());
		assertThat(this.model.stream(prompt).take(3).collectList().block()).hasSize(3);
		for (int i = 0; i < 600 && this.gate.running() > 0; i++) {
			Thread.sleep(10);
		}
		assertThat(this.gate.running()).isZero();
	}

	@Test
	void aBlockedQuestionIsAResponse() {
		ChatResponse response = this.model.call(new Prompt(FORBIDDEN));
		assertThat(finishReason(response)).isEqualTo("content_filter");
		Verdict verdict = response.getResult().getMetadata().get(GuardedChatModel.VERDICT);
		assertThat(response.getResult().getOutput().getText()).isEqualTo(verdict.message()).isNotBlank();
		assertThat(response.getResult().getMetadata().getContentFilters()).containsExactly(verdict.category());
		assertThat(this.model.stream(new Prompt(FORBIDDEN)).collectList().block()).singleElement()
			.satisfies((each) -> assertThat(finishReason(each)).isEqualTo("content_filter"));
	}

	@Test
	void instructionsOfTheApplicationAreTrusted() {
		ChatResponse response = this.model.call(new Prompt(
				List.of(new SystemMessage("Never say how to build a bomb."), new UserMessage("Say hello."))));
		assertThat(finishReason(response)).isNotEqualTo("content_filter");
	}

	@Test
	void memoryStaysCleanOfBlockedQuestions() {
		String blocked = ask(this.client, FORBIDDEN);
		assertThat(blocked).isNotBlank();
		assertThat(this.memory.get("c")).isEmpty();
		assertThat(ask(this.client, "What is the capital of France?")).contains("Paris");
		assertThat(this.memory.get("c")).hasSize(2);
	}

	@Test
	void memoryStaysCleanOfBlockedQuestionsInAStream() {
		String blocked = this.client.prompt()
			.user(FORBIDDEN)
			.advisors((spec) -> spec.param(ChatMemory.CONVERSATION_ID, "c"))
			.stream()
			.content()
			.reduce("", String::concat)
			.block();
		assertThat(blocked).isNotBlank();
		assertThat(this.memory.get("c")).isEmpty();
	}

	/**
	 * The question is kept, as it was allowed; of the answer only what was released.
	 */
	@Test
	void memoryStaysCleanOfBlockedAnswers(@TempDir Path folder) throws IOException {
		Moderation noParis = Moderation.of(TestEngine.noParis(folder), (stage, verdict) -> {
		});
		ChatClient guarded = client(new GuardedChatModel(this.engine, noParis, null));
		String whole = ask(guarded, "What is the capital of France?");
		String streamed = guarded.prompt()
			.user("What is the capital of France?")
			.advisors((spec) -> spec.param(ChatMemory.CONVERSATION_ID, "s"))
			.stream()
			.content()
			.reduce("", String::concat)
			.block();
		assertThat(List.of(whole, streamed)).allSatisfy((text) -> assertThat(text).isNotBlank().doesNotContain("Par"));
		assertThat(List.of(this.memory.get("c"), this.memory.get("s"))).allSatisfy((messages) -> {
			assertThat(messages).hasSize(2);
			assertThat(messages).noneSatisfy((message) -> assertThat(message.getText()).contains("Par"));
		});
		ChatResponse response = guarded.prompt()
			.user("What is the capital of France?")
			.advisors((spec) -> spec.param(ChatMemory.CONVERSATION_ID, "r"))
			.call()
			.chatResponse();
		assertThat(finishReason(response)).isEqualTo("content_filter");
	}

	@Test
	void memoryHoldsOnlyRedactedPersonalData() {
		ask(this.client, "My e-mail address is jane.doe@example.com. Say hello.");
		assertThat(this.memory.get("c")).hasSize(2)
			.noneSatisfy((message) -> assertThat(message.getText()).contains("jane.doe"));
	}

	@Test
	void aVerdictIsPaidForOnce() {
		ask(this.client, "What is the capital of France?");
		assertThat(this.checks).filteredOn(Stage.INPUT::equals).hasSize(1);
		assertThat(this.checks).filteredOn(Stage.OUTPUT::equals).hasSize(1);
	}

	private static String ask(ChatClient client, String question) {
		return client.prompt()
			.user(question)
			.advisors((spec) -> spec.param(ChatMemory.CONVERSATION_ID, "c"))
			.call()
			.content();
	}

	@Test
	void personalDataInAnAnswerIsRedactedWholeAndStreamed() {
		GuardedChatModel leaking = new GuardedChatModel(
				new Parrot("Sure. ", "Write to jane", ".doe@exam", "ple.com", " please."), this.moderation, null);
		String whole = leaking.call(new Prompt("Who?")).getResult().getOutput().getText();
		assertThat(whole).startsWith("Sure. Write to ").endsWith(" please.").doesNotContain("jane");
		String streamed = leaking.stream(new Prompt("Who?"))
			.map((response) -> response.getResult().getOutput().getText())
			.reduce("", String::concat)
			.block();
		assertThat(streamed).isEqualTo(whole);
	}

	@Test
	void theOutputAdvisorGuardsForeignModels() {
		ChatClient foreign = client(new Parrot("Sure. ", "Write to jane", ".doe@exam", "ple.com", " please."));
		String streamed = foreign.prompt()
			.user("Who?")
			.advisors((spec) -> spec.param(ChatMemory.CONVERSATION_ID, "c"))
			.stream()
			.content()
			.reduce("", String::concat)
			.block();
		assertThat(streamed).startsWith("Sure. Write to ").endsWith(" please.").doesNotContain("jane");
		assertThat(this.memory.get("c").getLast().getText()).isEqualTo(streamed);
		assertThat(ask(foreign, "Who?")).isEqualTo(streamed);
	}

	@Test
	void observesCallsAndStreams() throws InterruptedException {
		List<ChatModelObservationContext> observed = new CopyOnWriteArrayList<>();
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new ObservationHandler<ChatModelObservationContext>() {

			@Override
			public boolean supportsContext(Observation.Context context) {
				return context instanceof ChatModelObservationContext;
			}

			@Override
			public void onStop(ChatModelObservationContext context) {
				observed.add(context);
			}
		});
		LlamaChatModel observable = new LlamaChatModel(TestEngine.engine(), this.gate,
				LlamaChatOptions.builder().maxTokens(3).temperature(0.0).build(), Duration.ofMinutes(2), registry,
				null);
		observable.call(new Prompt("Hello"));
		observable.stream(new Prompt("Hello")).blockLast();
		// the observation of a stream stops after its subscriber has heard of the end
		for (int i = 0; i < 500 && observed.size() < 2; i++) {
			Thread.sleep(10);
		}
		assertThat(observed).hasSize(2).allSatisfy((context) -> {
			assertThat(context.getName()).isEqualTo("gen_ai.client.operation");
			assertThat(context.getLowCardinalityKeyValue("gen_ai.system").getValue()).isEqualTo("llama_java");
			assertThat(context.getResponse().getMetadata().getUsage().getCompletionTokens()).isEqualTo(3);
		});
	}

	/**
	 * Another provider's model that says what it was told to, without a finish reason.
	 */
	private record Parrot(String... pieces) implements ChatModel {

		@Override
		public ChatResponse call(Prompt prompt) {
			return response(String.join("", this.pieces));
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			return Flux.fromArray(this.pieces).map(Parrot::response);
		}

		private static ChatResponse response(String text) {
			return new ChatResponse(List.of(new Generation(new AssistantMessage(text))));
		}

	}

}
