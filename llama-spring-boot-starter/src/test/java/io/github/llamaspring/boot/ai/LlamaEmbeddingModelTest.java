package io.github.llamaspring.boot.ai;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import io.github.llamaspring.boot.TestEncoder;
import io.github.llamaspring.boot.engine.EmbeddingEngine;
import io.github.llamaspring.boot.engine.EngineNotReadyException;
import io.github.llamaspring.boot.engine.EngineStatus;
import io.github.llamaspring.core.ModelOptions;
import io.github.llamaspring.core.SentenceEncoder;
import io.github.llamaspring.core.SentenceVector;
import io.github.llamaspring.core.TextType;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.content.Media;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.TokenCountBatchingStrategy;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.util.MimeTypeUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * With the real encoder, and Spring AI's own vector store.
 */
class LlamaEmbeddingModelTest {

	private static final String GERMAN = "Wie kann ich mein Passwort zur\u00FCcksetzen?";

	private static final Document PASSWORD = Document.builder()
		.id("password")
		.text("To choose a new password, click the link \"Forgot password\" on the sign-in page.")
		.metadata("page", 3)
		.build();

	private static final Document SHIPPING = new Document("shipping",
			"Parcels leave our warehouse within two days and are delivered by the post.", Map.of());

	private static final Document LUNCH = new Document("lunch", "The cafeteria serves soup and salad at noon.",
			Map.of());

	private final LlamaEmbeddingModel model = model(ObservationRegistry.NOOP);

	private static LlamaEmbeddingModel model(ObservationRegistry observations) {
		return new LlamaEmbeddingModel(TestEncoder.engine(), true, observations, null);
	}

	private static float[] vector(String text, TextType type) {
		return TestEncoder.encoder().encode(text, type).values();
	}

	@Test
	void stringsAreQuestionsAndDocumentsPassages() {
		String text = PASSWORD.getText();
		float[] question = vector(text, TextType.QUERY);
		float[] passage = vector(text, TextType.PASSAGE);
		assertThat(question).isNotEqualTo(passage);
		assertThat(this.model.embed(text)).isEqualTo(question);
		assertThat(this.model.embed(List.of(text))).containsExactly(question);
		assertThat(this.model.embedForResponse(List.of(text)).getResult().getOutput()).isEqualTo(question);
		assertThat(this.model.call(new EmbeddingRequest(List.of(text), null)).getResult().getOutput())
			.isEqualTo(question);
		assertThat(this.model.embed(PASSWORD)).isEqualTo(passage);
		assertThat(this.model.embed(List.of(PASSWORD), EmbeddingOptions.builder().build(),
				new TokenCountBatchingStrategy()))
			.containsExactly(passage);
		assertThat(this.model.embed(List.of(PASSWORD), null, List::of)).containsExactly(passage);
	}

	@Test
	void optionsSayWhatATextIsFor() {
		String text = PASSWORD.getText();
		for (TextType type : TextType.values()) {
			LlamaEmbeddingOptions options = LlamaEmbeddingOptions.of(type);
			assertThat(this.model.call(new EmbeddingRequest(List.of(text), options)).getResult().getOutput())
				.isEqualTo(vector(text, type));
			assertThat(this.model.embed(List.of(PASSWORD), options, List::of)).containsExactly(vector(text, type));
		}
	}

	@Test
	void withoutPrefixesAllTextsAreTheSame() {
		LlamaEmbeddingModel plain = new LlamaEmbeddingModel(TestEncoder.engine(), false, ObservationRegistry.NOOP,
				null);
		float[] expected = vector(PASSWORD.getText(), TextType.PLAIN);
		assertThat(plain.embed(PASSWORD.getText())).isEqualTo(expected);
		assertThat(plain.embed(PASSWORD)).isEqualTo(expected);
	}

	@Test
	void severalTextsKeepTheirOrderAndTokensAreCounted() {
		List<String> texts = List.of(GERMAN, "hello", PASSWORD.getText(), "hello");
		EmbeddingResponse response = this.model.embedForResponse(texts);
		List<SentenceVector> expected = TestEncoder.encoder().encode(texts, TextType.QUERY);
		assertThat(response.getResults()).extracting(Embedding::getIndex).containsExactly(0, 1, 2, 3);
		for (int i = 0; i < texts.size(); i++) {
			assertThat(response.getResults().get(i).getOutput()).isEqualTo(expected.get(i).values());
		}
		int tokens = expected.stream().mapToInt(SentenceVector::tokens).sum();
		assertThat(response.getMetadata().getUsage().getPromptTokens()).isEqualTo(tokens);
		assertThat(response.getMetadata().getUsage().getTotalTokens()).isEqualTo(tokens);
		assertThat(response.getMetadata().getModel()).isEqualTo(TestEncoder.engine().reference());
	}

	@Test
	void documentsAreEmbeddedBatchByBatchInTheirOrder() {
		List<float[]> vectors = this.model.embed(List.of(PASSWORD, SHIPPING, LUNCH), null,
				(documents) -> List.of(documents.subList(0, 2), documents.subList(2, 3)));
		assertThat(vectors).containsExactly(this.model.embed(PASSWORD), this.model.embed(SHIPPING),
				this.model.embed(LUNCH));
	}

	@Test
	void nothingIsLoadedUntilThereIsSomethingToEmbed() {
		try (EmbeddingEngine engine = EmbeddingEngine.of(EmbeddingEngine.E5, ModelOptions.DEFAULTS)) {
			LlamaEmbeddingModel lazy = new LlamaEmbeddingModel(engine, true, ObservationRegistry.NOOP, null);
			assertThat(lazy.dimensions()).isEqualTo(384);
			assertThat(lazy.embed(List.of())).isEmpty();
			assertThat(lazy.embedForResponse(List.of()).getMetadata().getUsage().getTotalTokens()).isZero();
			assertThat(lazy.embed(List.of(), null, new TokenCountBatchingStrategy())).isEmpty();
			assertThat(engine.status()).isInstanceOf(EngineStatus.Stopped.class);
		}
		assertThat(this.model.dimensions()).isEqualTo(384);
	}

	@Test
	void refusesWhatItCannotDo() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.model.embed(Arrays.asList("one", null)))
			.withMessageContaining("Text 2 of 2 is null");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.model.embed("x".repeat(SentenceEncoder.MAX_TEXT + 1)))
			.withMessageContaining("longer than the 1048576");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.model
				.call(new EmbeddingRequest(List.of("x"), EmbeddingOptions.builder().dimensions(256).build())))
			.withMessageContaining("256")
			.withMessageContaining("384");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.model
				.call(new EmbeddingRequest(List.of("x"), EmbeddingOptions.builder().model("text-embedding-3").build())))
			.withMessageContaining("text-embedding-3")
			.withMessageContaining("llama.embedding.model");
		Media picture = Media.builder().mimeType(MimeTypeUtils.IMAGE_PNG).data(new byte[] { 1 }).build();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.model.embed(Document.builder().id("logo").media(picture).build()))
			.withMessageContaining("logo");
		assertThat(this.model
			.call(new EmbeddingRequest(List.of("x"),
					new LlamaEmbeddingOptions(TestEncoder.engine().reference(), 384, null)))
			.getResults()).hasSize(1);
	}

	@Test
	void aBlankTextHasAVectorToo() {
		assertThat(this.model.embed("")).isEqualTo(vector("", TextType.QUERY)).hasSize(384);
		assertThat(this.model.embed(new Document(" \n "))).hasSize(384);
		for (String blank : List.of("", " ", "\n")) {
			float[] plain = this.model
				.call(new EmbeddingRequest(List.of(blank), LlamaEmbeddingOptions.of(TextType.PLAIN)))
				.getResult()
				.getOutput();
			assertThat(plain).hasSize(384);
			assertThat(plain[0]).isFinite();
		}
	}

	@Test
	void aModelThatIsNotThereIsSaid() {
		try (EmbeddingEngine engine = EmbeddingEngine.of("file:/no/such/encoder.bin", ModelOptions.DEFAULTS)) {
			LlamaEmbeddingModel missing = new LlamaEmbeddingModel(engine, true, ObservationRegistry.NOOP, null);
			assertThatExceptionOfType(EngineNotReadyException.class).isThrownBy(() -> missing.embed("hello"))
				.withMessageContaining("/no/such/encoder.bin");
		}
	}

	@Test
	void anyNumberOfThreadsGetTheSameVectors() throws Exception {
		List<String> texts = IntStream.range(0, 24).mapToObj((i) -> "Text number " + i + ", again".repeat(i)).toList();
		List<float[]> expected = texts.stream().map(this.model::embed).toList();
		try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
			List<Future<float[]>> vectors = threads
				.invokeAll(texts.stream().<Callable<float[]>>map((text) -> () -> this.model.embed(text)).toList());
			for (int i = 0; i < texts.size(); i++) {
				assertThat(vectors.get(i).get()).isEqualTo(expected.get(i));
			}
		}
	}

	/** Together they go through other kernels, which round otherwise. */
	@Test
	void oneByOneTextsHaveNearlyTheSameVectorsAsTogether() {
		List<String> texts = IntStream.range(0, 24).mapToObj((i) -> "Text number " + i + ", again".repeat(i)).toList();
		List<float[]> together = this.model.embed(texts);
		for (int i = 0; i < texts.size(); i++) {
			assertThat(
					SimpleVectorStore.EmbeddingMath.cosineSimilarity(together.get(i), this.model.embed(texts.get(i))))
				.isGreaterThan(0.9999);
		}
	}

	@Test
	void isObserved() {
		TestObservationRegistry observations = TestObservationRegistry.create();
		EmbeddingResponse response = model(observations).embedForResponse(List.of(GERMAN));
		TestObservationRegistryAssert.assertThat(observations)
			.doesNotHaveAnyRemainingCurrentObservation()
			.hasNumberOfObservationsEqualTo(1)
			.hasObservationWithNameEqualTo("gen_ai.client.operation")
			.that()
			.hasBeenStarted()
			.hasBeenStopped()
			.hasLowCardinalityKeyValue("gen_ai.operation.name", "embedding")
			.hasLowCardinalityKeyValue("gen_ai.system", "llama_java")
			.hasLowCardinalityKeyValue("gen_ai.request.model", TestEncoder.engine().reference())
			.hasLowCardinalityKeyValue("gen_ai.response.model", TestEncoder.engine().reference())
			.hasHighCardinalityKeyValue("gen_ai.usage.input_tokens",
					String.valueOf(response.getMetadata().getUsage().getPromptTokens()));
	}

	@Test
	void aFailureIsObserved() {
		TestObservationRegistry observations = TestObservationRegistry.create();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> model(observations).embed("x".repeat(SentenceEncoder.MAX_TEXT + 1)));
		TestObservationRegistryAssert.assertThat(observations)
			.hasObservationWithNameEqualTo("gen_ai.client.operation")
			.that()
			.hasBeenStopped()
			.hasError();
	}

	@Test
	void aVectorStoreSearchesPassagesByQuestions(@TempDir Path folder) throws IOException {
		SimpleVectorStore store = SimpleVectorStore.builder(this.model).build();
		store.add(List.of(LUNCH, PASSWORD, SHIPPING));
		List<Document> found = store.similaritySearch(SearchRequest.builder().query(GERMAN).topK(3).build());
		assertThat(found).extracting(Document::getId).startsWith("password").hasSize(3);
		assertThat(found.getFirst().getMetadata()).containsEntry("page", 3);

		Path file = folder.resolve("store.json");
		store.save(file.toFile());
		JsonNode stored = JsonMapper.shared().readTree(Files.readString(file)).path("password").path("embedding");
		float[] passage = vector(PASSWORD.getText(), TextType.PASSAGE);
		for (int i = 0; i < passage.length; i++) {
			assertThat(stored.get(i).floatValue()).isEqualTo(passage[i]);
		}
		Offset<Double> rounding = Offset.offset(1e-5);
		assertThat(found.getFirst().getScore()).isCloseTo(cosine(GERMAN, TextType.QUERY, passage), rounding)
			.isNotCloseTo(cosine(GERMAN, TextType.PASSAGE, passage), rounding)
			.isNotCloseTo(cosine(GERMAN, TextType.PLAIN, passage), rounding);
	}

	private static double cosine(String text, TextType type, float[] vector) {
		return SimpleVectorStore.EmbeddingMath.cosineSimilarity(vector(text, type), vector);
	}

}
