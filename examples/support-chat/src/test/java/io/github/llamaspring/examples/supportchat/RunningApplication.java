package io.github.llamaspring.examples.supportchat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The application with the real demo model, started once for all tests.
 */
@Tag("spring-extension")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "llama.kernel=auto", "llama.embedding.model=${test.encoder}", "llama.chat.temperature=0",
				"llama.chat.max-tokens=160", "llama.summary.max-tokens=40",
				"llama.context-length=" + RunningApplication.CONTEXT })
abstract class RunningApplication {

	static final int CONTEXT = 1024;

	static final String STORY = "Tell me a very long story about a mountain and a river.";

	@LocalServerPort
	int port;

	Http http;

	@BeforeAll
	static void needsTheModel() {
		TestModel.require();
	}

	@DynamicPropertySource
	static void model(DynamicPropertyRegistry registry) {
		registry.add("llama.model", TestModel::reference);
		registry.add("test.encoder", TestEncoder::reference);
	}

	@BeforeEach
	void waitForTheModel() {
		this.http = new Http(this.port);
		this.http.awaitState("READY");
	}

	/**
	 * The sections have their vectors soon after the start; a question before that is
	 * searched by words.
	 */
	void awaitTheEncoder() {
		TestEncoder.require();
		Http.await("vectors of the shop's texts", () -> searchesBy().equals("MEANING"));
	}

	String searchesBy() {
		return knowledge().path("searchesBy").asString();
	}

	JsonNode knowledge() {
		return this.http.json(this.http.get("/actuator/health")).path("components").path("knowledge").path("details");
	}

	@AfterEach
	void closeTheClient() {
		this.http.close();
	}

}
