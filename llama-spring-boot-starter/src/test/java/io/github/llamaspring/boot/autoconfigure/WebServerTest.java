package io.github.llamaspring.boot.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;

import io.github.llamaspring.boot.TestEngine;
import io.github.llamaspring.boot.chat.ChatEvent;
import io.github.llamaspring.boot.chat.ChatFacade;
import io.github.llamaspring.boot.chat.ChatTurn;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.Disposable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The advice in a running web server; started by hand, so it runs on JUnit 5 too.
 */
class WebServerTest {

	private static ConfigurableApplicationContext start(String... properties) {
		return new SpringApplicationBuilder(Application.class)
			.properties("server.port=0", "spring.main.banner-mode=off", "llama.startup=background")
			.properties(properties)
			.run();
	}

	private static HttpResponse<String> ask(ConfigurableApplicationContext context)
			throws IOException, InterruptedException {
		String port = context.getEnvironment().getProperty("local.server.port");
		try (HttpClient client = HttpClient.newHttpClient()) {
			return client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/ask")).build(),
					HttpResponse.BodyHandlers.ofString());
		}
	}

	@Test
	void anEngineWithoutAModelIs503WithRetryAfter() throws Exception {
		try (ConfigurableApplicationContext context = start("llama.model=file:nowhere.gguf")) {
			HttpResponse<String> answer = ask(context);
			assertThat(answer.statusCode()).isEqualTo(503);
			assertThat(answer.headers().firstValue("Retry-After").orElseThrow()).matches("[1-9][0-9]*");
			assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).contains("json");
			assertThat(answer.body()).contains("model").doesNotContain("\tat ");
		}
	}

	@Test
	void aBusyEngineIs503WithRetryAfter() throws Exception {
		try (ConfigurableApplicationContext context = start("llama.model=file:" + TestEngine.demoModel(),
				"llama.startup=eager", "llama.context-length=512", "llama.resilience.queue-capacity=0",
				"llama.chat.temperature=0", "llama.chat.max-tokens=12")) {
			assertThat(ask(context).body()).contains("Paris");
			CountDownLatch writes = new CountDownLatch(1);
			CountDownLatch asked = new CountDownLatch(1);
			Disposable first = context.getBean(ChatFacade.class)
				.stream(ChatTurn.of("a", "Tell me a story."))
				.subscribe((event) -> {
					if (event instanceof ChatEvent.Delta) {
						writes.countDown();
						hold(asked);
					}
				});
			writes.await();
			HttpResponse<String> answer = ask(context);
			asked.countDown();
			first.dispose();
			assertThat(answer.statusCode()).isEqualTo(503);
			assertThat(answer.headers().firstValue("Retry-After").orElseThrow()).matches("[1-9][0-9]*");
			assertThat(answer.body()).contains("places of the engine are taken");
		}
	}

	private static void hold(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Controller.class)
	static class Application {

	}

	@RestController
	static class Controller {

		private final ChatFacade chat;

		Controller(ChatFacade chat) {
			this.chat = chat;
		}

		@GetMapping("/ask")
		String ask() {
			return this.chat.chat(ChatTurn.of("web", "What is the capital of France?")).text();
		}

	}

}
