package io.github.llamaspring.examples.supportchat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A model that does not come to its first word in time, and a sentence encoder that does
 * not come at all.
 */
@TestPropertySource(
		properties = { "llama.resilience.first-token=1ns", "llama.embedding.model=file:target/no-such-encoder.bin" })
class TooSlowTests extends RunningApplication {

	@Test
	void predictAsksToComeBackLaterAndTheEngineIsFree() {
		for (int i = 0; i < 2; i++) {
			HttpResponse<String> answer = this.http.post("/predict", "text/plain",
					"What is the capital of France?".getBytes(StandardCharsets.UTF_8));
			assertThat(answer.statusCode()).isEqualTo(503);
			assertThat(answer.headers().firstValue("Retry-After").orElseThrow()).matches("[1-9][0-9]*");
			assertThat(answer.body()).contains("too long");
		}
		assertThat(this.http.json(this.http.get("/actuator/health")).toString()).contains("\"running\":0")
			.contains("\"circuit\":\"CLOSED\"");
	}

	@Test
	void theChatEndsWithTheReason() {
		try (Http.Events stream = this.http.stream("/api/chat", Map.of("text", "When are your shops open?"))) {
			List<Http.Event> events = stream.all();
			assertThat(events.getLast().name()).isEqualTo("completed");
			assertThat(events.getLast().data().path("finishReason").asString()).isEqualTo("timeout");
			assertThat(events.getLast().data().path("text").asString()).isEmpty();
			String id = events.getFirst().data().path("id").asString();
			assertThat(this.http.json(this.http.get("/api/conversations/" + id)).path("messages").size()).isZero();
		}
	}

	@Test
	void theShopsTextsAreFoundByTheirWords() {
		Http.await("the encoder to fail", () -> knowledge().path("why").asString().contains("no-such-encoder.bin"));
		try (Http.Events stream = this.http.stream("/api/chat", Map.of("text", "Which countries do you ship to?"))) {
			JsonNode sources = stream.until("sources").getLast().data();
			assertThat(sources.path("searchesBy").asString()).isEqualTo("WORDS");
			assertThat(sources.path("sources").get(0).path("name").asString())
				.isEqualTo("Shipping and delivery – Which countries do you ship to?");
		}
		assertThat(searchesBy()).isEqualTo("WORDS");
		assertThat(this.http.json(this.http.get("/actuator/health")).path("status").asString()).isEqualTo("UP");
	}

}
