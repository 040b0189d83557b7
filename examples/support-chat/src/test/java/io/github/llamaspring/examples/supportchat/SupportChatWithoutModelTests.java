package io.github.llamaspring.examples.supportchat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application is there although its model is not.
 */
@Tag("spring-extension")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = { "llama.kernel=auto",
		"llama.model=file:target/no-such-model.gguf", "llama.embedding.model=file:target/no-such-encoder.bin" })
class SupportChatWithoutModelTests {

	@LocalServerPort
	private int port;

	private Http http;

	@BeforeEach
	void waitForTheFailure() {
		this.http = new Http(this.port);
		this.http.awaitState("FAILED");
	}

	@AfterEach
	void closeTheClient() {
		this.http.close();
	}

	@Test
	void servesThePageAndSaysWhatIsWrong() {
		assertThat(this.http.get("/").statusCode()).isEqualTo(200);
		assertThat(this.http.json(this.http.get("/api/status")).path("reason").asString())
			.contains("no-such-model.gguf");
		HttpResponse<String> health = this.http.get("/actuator/health");
		assertThat(health.statusCode()).isEqualTo(503);
		assertThat(health.body()).contains("no-such-model.gguf");
	}

	@Test
	void asksToComeBackLater() {
		HttpResponse<String> predict = this.http.post("/predict", "text/plain",
				"hello".getBytes(StandardCharsets.UTF_8));
		assertThat(predict.statusCode()).isEqualTo(503);
		assertThat(predict.headers().firstValue("Retry-After").orElseThrow()).matches("[1-9][0-9]*");
		HttpResponse<String> chat = this.http.post("/api/chat", Map.of("text", "hello"));
		assertThat(chat.statusCode()).isEqualTo(503);
		assertThat(chat.headers().firstValue("Retry-After").orElseThrow()).matches("[1-9][0-9]*");
		assertThat(this.http.json(chat).path("code").asString()).isEqualTo("not_ready");
	}

	@Test
	void moderatesAllTheSame() {
		assertThat(this.http.post("/api/moderate", Map.of("text", "hello")).statusCode()).isEqualTo(200);
	}

}
