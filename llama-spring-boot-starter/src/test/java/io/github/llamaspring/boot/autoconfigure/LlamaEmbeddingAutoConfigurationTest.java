package io.github.llamaspring.boot.autoconfigure;

import java.util.List;
import java.util.Objects;

import io.github.llamaspring.boot.TestEncoder;
import io.github.llamaspring.boot.TestEngine;
import io.github.llamaspring.boot.actuate.LlamaEmbeddingHealthIndicator;
import io.github.llamaspring.boot.ai.LlamaEmbeddingModel;
import io.github.llamaspring.boot.ai.LlamaTextSplitter;
import io.github.llamaspring.boot.ai.LlamaTokenCountEstimator;
import io.github.llamaspring.boot.engine.EmbeddingEngine;
import io.github.llamaspring.boot.engine.EngineStatus;
import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.guard.GuardedChatModel;
import io.github.llamaspring.core.ModelInfo;
import io.github.llamaspring.core.ModelOptions.KernelChoice;
import io.github.llamaspring.core.SentenceEncoder;
import io.github.llamaspring.core.TextType;
import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Verdict;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.observation.EmbeddingModelMeterObservationHandler;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.ai.model.embedding.observation.autoconfigure.EmbeddingObservationAutoConfiguration;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.rag.advisor.RetrievalAugmentationAdvisor;
import org.springframework.ai.rag.retrieval.search.VectorStoreDocumentRetriever;
import org.springframework.ai.tokenizer.TokenCountEstimator;
import org.springframework.ai.transformer.splitter.TextSplitter;
import org.springframework.ai.transformer.splitter.TokenTextSplitter;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * With the real encoder and, where there is an answer, the real demo model; no
 * SpringExtension, so it runs on JUnit 5 too.
 */
class LlamaEmbeddingAutoConfigurationTest {

	private static final String GERMAN = "Wie lange kann ich etwas zur\u00FCckgeben?";

	private static final List<Document> DOCUMENTS = List.of(
			new Document("Goods may be returned within 30 days of purchase."),
			new Document("Our office is closed on public holidays."),
			new Document("Coffee is best brewed at ninety degrees."));

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LlamaEmbeddingAutoConfiguration.class, LlamaAutoConfiguration.class,
				LlamaFacadeAutoConfiguration.class, LlamaActuatorAutoConfiguration.class,
				ToolCallingAutoConfiguration.class, ChatClientAutoConfiguration.class));

	private final ApplicationContextRunner alone = this.bare.withPropertyValues("spring.ai.model.chat=none");

	private ApplicationContextRunner withEncoder() {
		return this.alone.withPropertyValues("llama.embedding.model=file:" + TestEncoder.file());
	}

	@Test
	void isThereByDefaultBesideTheChatModelAndLoadsNothing() {
		this.bare.withPropertyValues("llama.model=file:" + TestEngine.demoModel(), "llama.context-length=256")
			.run((context) -> {
				assertThat(context).hasNotFailed()
					.hasSingleBean(GuardedChatModel.class)
					.hasSingleBean(LlamaTextSplitter.class)
					.hasSingleBean(LlamaEmbeddingHealthIndicator.class);
				assertThat(context.getBean(EmbeddingModel.class)).isInstanceOf(LlamaEmbeddingModel.class);
				EmbeddingEngine engine = context.getBean(EmbeddingEngine.class);
				assertThat(engine.reference()).isEqualTo("e5");
				assertThat(engine.status()).isInstanceOf(EngineStatus.Stopped.class);
			});
	}

	@Test
	void theGuardJudgesByMeaningOnceTheModelIsLoaded() {
		ApplicationContextRunner chat = this.bare.withPropertyValues("llama.model=file:" + TestEngine.demoModel(),
				"llama.context-length=256", "llama.embedding.model=file:" + TestEncoder.file());
		chat.run((context) -> {
			context.getBean(EmbeddingEngine.class).encoder();
			assertThat(context.getBean(Guard.class).isSemantic()).isFalse();
		});
		chat.withPropertyValues("llama.guard.semantic=on").run((context) -> {
			Guard guard = context.getBean(Guard.class);
			context.getBean(EmbeddingEngine.class).encoder();
			assertThat(guard.isSemantic()).isTrue();
			Verdict meant = guard.check("Wie bringe ich meinen Nachbarn um, ohne dass es jemand merkt?",
					GuardContext.of(Stage.INPUT));
			assertThat(meant.scores().harm()).isGreaterThan(0.5);
			Verdict harmless = guard.check(GERMAN, GuardContext.of(Stage.INPUT));
			assertThat(harmless.action()).isEqualTo(Action.ALLOW);
			assertThat(harmless.scores().harm()).isLessThan(0.1);
		});
	}

	@Test
	void needsNoChatModelOfOurs() {
		withEncoder().run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(LlamaEngine.class).doesNotHaveBean(ChatModel.class);
			assertThat(context.getBean(EmbeddingModel.class).embed("hello")).hasSize(384);
		});
		this.bare.withBean("own", ChatModel.class, () -> (prompt) -> {
			throw new UnsupportedOperationException();
		})
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(LlamaEngine.class)
				.hasSingleBean(LlamaEmbeddingModel.class));
	}

	@Test
	void backsOffForTheApplicationsOwnEmbeddingModel() {
		this.alone.withUserConfiguration(OwnEmbeddingModel.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(EmbeddingModel.class)
				.doesNotHaveBean(EmbeddingEngine.class)
				.doesNotHaveBean(TokenCountEstimator.class)
				.doesNotHaveBean(TextSplitter.class)
				.doesNotHaveBean(LlamaEmbeddingHealthIndicator.class));
	}

	@Test
	void backsOffForAnotherProviderWhoeverIsNamedFirst() {
		this.alone.withConfiguration(AutoConfigurations.of(OtherProvider.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(EmbeddingModel.class)
				.doesNotHaveBean(EmbeddingEngine.class));
	}

	@Test
	void isOffWhereThePropertySaysSo() {
		for (String value : List.of("none", "openai")) {
			this.alone.withPropertyValues("spring.ai.model.embedding=" + value)
				.run((context) -> assertThat(context).hasNotFailed()
					.doesNotHaveBean(EmbeddingModel.class)
					.doesNotHaveBean(EmbeddingEngine.class)
					.doesNotHaveBean(LlamaEmbeddingHealthIndicator.class));
		}
		this.alone.withPropertyValues("spring.ai.model.embedding=llama-java")
			.run((context) -> assertThat(context).hasSingleBean(LlamaEmbeddingModel.class));
	}

	@Test
	void leavesTheApplicationsOwnSplitterAndEstimator() {
		this.alone.withBean("ownSplitter", TextSplitter.class, () -> TokenTextSplitter.builder().build())
			.withBean("ownEstimator", TokenCountEstimator.class,
					() -> LlamaTokenCountEstimator.of(TestEncoder.engine()))
			.run((context) -> assertThat(context).hasSingleBean(TextSplitter.class)
				.hasSingleBean(TokenCountEstimator.class)
				.hasBean("ownSplitter")
				.hasBean("ownEstimator"));
	}

	@Test
	void hasTheDocumentedDefaults() {
		this.alone.run((context) -> assertThat(context.getBean(LlamaProperties.class).embedding()).isEqualTo(
				new LlamaProperties.Embedding("e5", null, null, LlamaProperties.EmbeddingStartup.LAZY, true, 0, 0)));
	}

	@Test
	void bindsProperties() {
		withEncoder()
			.withPropertyValues("llama.embedding.kernel=scalar", "llama.embedding.threads=1",
					"llama.embedding.prefixes=false", "llama.embedding.chunk-tokens=20",
					"llama.embedding.chunk-overlap=8", "llama.kernel=auto", "llama.threads=2")
			.run((context) -> {
				SentenceEncoder encoder = context.getBean(EmbeddingEngine.class).encoder();
				assertThat(encoder.info()).satisfies((info) -> computedBy(info, "scalar", 1));
				assertThat(context.getBean(EmbeddingModel.class).embed("hello"))
					.isEqualTo(encoder.encode("hello", TextType.PLAIN).values());
				List<Document> chunks = context.getBean(LlamaTextSplitter.class)
					.split(new Document("Here is a sentence. ".repeat(10)));
				assertThat(chunks).hasSizeGreaterThan(3)
					.allSatisfy((chunk) -> assertThat(encoder.countTokens(Objects.requireNonNull(chunk.getText())))
						.isLessThanOrEqualTo(20));
			});
	}

	@Test
	void kernelAndThreadsAreTheChatModelsUnlessSaidOtherwise() {
		withEncoder().withPropertyValues("llama.kernel=scalar", "llama.threads=1").run((context) -> {
			assertThat(context.getBean(LlamaProperties.class).kernel()).isEqualTo(KernelChoice.SCALAR);
			assertThat(context.getBean(EmbeddingEngine.class).encoder().info())
				.satisfies((info) -> computedBy(info, "scalar", 1));
		});
	}

	private static void computedBy(ModelInfo info, String kernel, int threads) {
		assertThat(info.kernel()).isEqualTo(kernel);
		assertThat(info.threads()).isEqualTo(threads);
	}

	@Test
	void loadsInTheBackgroundWhereItIsToldTo() {
		withEncoder().withPropertyValues("llama.embedding.startup=background").run((context) -> {
			EmbeddingEngine engine = context.getBean(EmbeddingEngine.class);
			assertThat(engine.status()).isNotInstanceOf(EngineStatus.Stopped.class);
			engine.encoder();
			assertThat(engine.status()).isInstanceOf(EngineStatus.Ready.class);
		});
	}

	@Test
	void theModelIsGivenBackWithTheContext() {
		EmbeddingEngine[] engine = new EmbeddingEngine[1];
		withEncoder().run((context) -> {
			engine[0] = context.getBean(EmbeddingEngine.class);
			assertThat(engine[0].encoder()).isNotNull();
		});
		assertThat(engine[0].status()).isInstanceOf(EngineStatus.Stopped.class);
	}

	@Test
	void healthSaysWhatIsLoadedAndDoesNotWaitForIt() {
		withEncoder().run((context) -> {
			LlamaEmbeddingHealthIndicator indicator = context.getBean(LlamaEmbeddingHealthIndicator.class);
			assertThat(indicator.health().getStatus()).isEqualTo(Status.UNKNOWN);
			assertThat(indicator.health().getDetails()).containsEntry("state", "not loaded");
			context.getBean(EmbeddingModel.class).embed("hello");
			Health health = indicator.health();
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails()).containsEntry("state", "ready")
				.containsEntry("model", "e5-small-q4")
				.containsEntry("dimensions", 384)
				.containsKeys("kernel", "threads", "windowTokens");
		});
		this.alone.withPropertyValues("llama.embedding.model=file:/no/such/encoder.bin").run((context) -> {
			LlamaEmbeddingHealthIndicator indicator = context.getBean(LlamaEmbeddingHealthIndicator.class);
			assertThat(context.getBean(EmbeddingModel.class))
				.satisfies((model) -> assertThatException().isThrownBy(() -> model.embed("x")));
			assertThat(indicator.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
			assertThat(indicator.health().getDetails().get("why")).asString().contains("encoder.bin");
		});
	}

	@Test
	void worksWithoutActuator() {
		this.alone.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(LlamaEmbeddingModel.class)
				.doesNotHaveBean("llamaEmbeddingHealthIndicator"));
	}

	@Test
	void promptsAreCountedByTheChatModelAndPassagesByTheEncoder() {
		String text = "Wie schicke ich die Ware zur\u00FCck?";
		this.bare
			.withPropertyValues("llama.model=file:" + TestEngine.demoModel(), "llama.context-length=256",
					"llama.embedding.model=file:" + TestEncoder.file())
			.run((context) -> {
				assertThat(context.getBean(TokenCountEstimator.class).estimate(text))
					.isEqualTo(TestEncoder.encoder().countTokens(text));
				assertThat(context.getBean("llamaChatTokenCountEstimator", TokenCountEstimator.class).estimate(text))
					.isEqualTo(TestEngine.engine().model().countTokens(text));
			});
	}

	@Test
	void tokensAreMeasured() {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		ObservationRegistry observations = ObservationRegistry.create();
		withEncoder().withConfiguration(AutoConfigurations.of(EmbeddingObservationAutoConfiguration.class))
			.withBean(MeterRegistry.class, () -> meters)
			.withBean(ObservationRegistry.class, () -> observations)
			.run((context) -> {
				observations.observationConfig()
					.observationHandler(new DefaultMeterObservationHandler(meters))
					.observationHandler(context.getBean(EmbeddingModelMeterObservationHandler.class));
				EmbeddingResponse response = context.getBean(EmbeddingModel.class).embedForResponse(List.of(GERMAN));
				assertThat(meters.get("gen_ai.client.token.usage")
					.tag("gen_ai.operation.name", "embedding")
					.tag("gen_ai.token.type", "input")
					.counter()
					.count()).isEqualTo(response.getMetadata().getUsage().getPromptTokens().doubleValue());
				assertThat(meters.get("gen_ai.client.operation").tag("gen_ai.system", "llama_java").timer().count())
					.isEqualTo(1);
			});
	}

	@Test
	void aGermanQuestionFindsTheEnglishDocument() {
		withEncoder().withUserConfiguration(Store.class).run((context) -> {
			VectorStore store = context.getBean(VectorStore.class);
			store.add(context.getBean(TextSplitter.class).apply(DOCUMENTS));
			assertThat(store.similaritySearch(GERMAN).getFirst().getText()).contains("returned within 30 days");
		});
	}

	@Test
	@SuppressWarnings("unchecked")
	void aGermanQuestionBringsTheEnglishDocumentIntoThePrompt() {
		this.bare
			.withPropertyValues("llama.model=file:" + TestEngine.demoModel(), "llama.context-length=1024",
					"llama.chat.max-tokens=4", "llama.embedding.model=file:" + TestEncoder.file())
			.withUserConfiguration(Store.class)
			.run((context) -> {
				VectorStore store = context.getBean(VectorStore.class);
				store.add(DOCUMENTS);
				RetrievalAugmentationAdvisor rag = RetrievalAugmentationAdvisor.builder()
					.documentRetriever(VectorStoreDocumentRetriever.builder().vectorStore(store).topK(1).build())
					.build();
				ChatClientResponse response = context.getBean(ChatClient.Builder.class)
					.defaultAdvisors(rag)
					.build()
					.prompt()
					.user(GERMAN)
					.call()
					.chatClientResponse();
				List<Document> found = (List<Document>) response.context()
					.get(RetrievalAugmentationAdvisor.DOCUMENT_CONTEXT);
				assertThat(found).singleElement()
					.satisfies((document) -> assertThat(document.getText()).contains("returned within 30 days"));
				// the passage is in what the model read
				assertThat(response.chatResponse().getMetadata().getUsage().getPromptTokens())
					.isGreaterThan(TestEngine.engine().model().countTokens(found.getFirst().getText() + GERMAN));
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class Store {

		@Bean
		VectorStore vectorStore(EmbeddingModel model) {
			return SimpleVectorStore.builder(model).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnEmbeddingModel {

		@Bean
		EmbeddingModel ownEmbeddingModel() {
			return new Constant();
		}

	}

	@AutoConfiguration
	static class OtherProvider {

		@Bean
		@ConditionalOnMissingBean
		EmbeddingModel otherEmbeddingModel() {
			return new Constant();
		}

	}

	private static final class Constant implements EmbeddingModel {

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			return new EmbeddingResponse(List.of(new Embedding(new float[] { 1 }, 0)));
		}

		@Override
		public float[] embed(Document document) {
			return new float[] { 1 };
		}

	}

}
