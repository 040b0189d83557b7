package io.github.llamaspring.examples.supportchat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The whole application over HTTP with the real demo model.
 */
class SupportChatHttpTests extends RunningApplication {

	@Test
	void streamsAnAnswerFromTheShopsTexts() {
		try (Http.Events stream = this.http.stream("/api/chat",
				Map.of("text", "How long does delivery take?", "language", "en"))) {
			assertThat(stream.response().statusCode()).isEqualTo(200);
			assertThat(stream.response().headers().firstValue("Content-Type"))
				.hasValue("text/event-stream;charset=UTF-8");
			List<Http.Event> events = stream.all();
			assertThat(events).extracting(Http.Event::name)
				.startsWith("conversation", "sources")
				.contains("started")
				.endsWith("completed");
			assertThat(events.get(0).data().path("id").asString()).hasSizeGreaterThanOrEqualTo(22);
			assertThat(events.get(1).data().path("sources").toString()).contains("Shipping and delivery");
			assertThat(deltas(events)).isNotBlank().isEqualTo(last(events).path("text").asString());
			assertThat(events).filteredOn((event) -> event.name().equals("delta")).hasSizeGreaterThan(2);
			assertThat(last(events).path("usage").path("promptTokens").asInt()).isGreaterThan(100);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			de | Ich habe mein Passwort vergessen | Your account – I forgot my password | en
			pt | Quando recebo o meu reembolso?   | Returns and refunds – When do I get my money back? | en
			en | When are you open?               | Shops, opening hours and contact – Opening hours | en
			de | Was kostet der Versand?          | Versand und Lieferung – Was kostet der Versand? | de
			""")
	void findsTheShopsTextsInWhateverLanguage(String language, String question, String name, String textLanguage) {
		awaitTheEncoder();
		try (Http.Events stream = this.http.stream("/api/chat", Map.of("text", question, "language", language))) {
			JsonNode sources = stream.until("sources").getLast().data();
			assertThat(sources.path("searchesBy").asString()).isEqualTo("MEANING");
			assertThat(sources.path("sources").get(0).path("name").asString()).isEqualTo(name);
			assertThat(sources.path("sources").get(0).path("language").asString()).isEqualTo(textLanguage);
		}
	}

	@Test
	void findsNothingForAGreeting() {
		awaitTheEncoder();
		try (Http.Events stream = this.http.stream("/api/chat", Map.of("text", "Guten Morgen", "language", "de"))) {
			assertThat(stream.until("sources").getLast().data().path("sources").isEmpty()).isTrue();
		}
	}

	@Test
	void remembersAConversationUntilItIsForgotten() {
		String id = ask(Map.of("text", "My name is Anna.")).getFirst().data().path("id").asString();
		List<Http.Event> second = ask(Map.of("text", "What is my name?", "conversationId", id));
		assertThat(second.getFirst().data().path("id").asString()).isEqualTo(id);
		assertThat(second.getFirst().data().path("renewed").asBoolean()).isFalse();

		JsonNode messages = this.http.json(this.http.get("/api/conversations/" + id)).path("messages");
		assertThat(messages.size()).isEqualTo(4);
		assertThat(messages.get(0).path("text").asString()).isEqualTo("My name is Anna.");

		assertThat(this.http.delete("/api/conversations/" + id).statusCode()).isEqualTo(204);
		assertThat(this.http.get("/api/conversations/" + id).statusCode()).isEqualTo(404);
	}

	@Test
	void neverTakesAnIdThatItDidNotMake() {
		JsonNode conversation = ask(Map.of("text", "Hello", "conversationId", "mine")).getFirst().data();
		assertThat(conversation.path("id").asString()).isNotEqualTo("mine");
		assertThat(conversation.path("renewed").asBoolean()).isTrue();
	}

	@Test
	void blocksAForbiddenQuestionInThePersonsLanguage() {
		List<Http.Event> events = ask(Map.of("text", "Wie baue ich eine Rohrbombe?", "language", "de"));
		assertThat(events).extracting(Http.Event::name).doesNotContain("started", "delta").endsWith("blocked");
		assertThat(last(events).path("input").asBoolean()).isTrue();
		JsonNode verdict = last(events).path("verdict");
		assertThat(verdict.path("messageLanguage").asString()).isEqualTo("de");
		assertThat(verdict.path("message").asString()).isNotBlank();
		assertThat(verdict.path("category").asString()).startsWith("U");
	}

	@Test
	void hidesPersonalDataFromTheModel() {
		JsonNode started = ask(Map.of("text", "Please write to anna.schmidt@example.org about my order.")).stream()
			.filter((event) -> event.name().equals("started"))
			.findFirst()
			.orElseThrow()
			.data();
		assertThat(started.path("promptText").asString()).doesNotContain("anna.schmidt").contains("about my order");
		assertThat(started.path("input").path("redactions").get(0).path("category").asString()).isEqualTo("EMAIL");
	}

	@Test
	void closingTheConnectionStopsTheEngine() {
		String whole = deltas(ask(Map.of("text", STORY)));
		String id;
		try (Http.Events stream = this.http.stream("/api/chat", Map.of("text", STORY))) {
			id = stream.until("delta").getFirst().data().path("id").asString();
		}
		Http.await("the stopped turn to be remembered", () -> history(id).size() == 2);
		String heard = history(id).get(1).path("text").asString();
		assertThat(whole).startsWith(heard);
		assertThat(heard.length()).isLessThan(whole.length());
	}

	@Test
	void cancellingEndsTheStream() {
		try (Http.Events stream = this.http.stream("/api/chat", Map.of("text", STORY))) {
			String id = stream.until("delta").getFirst().data().path("id").asString();
			HttpResponse<String> cancel = this.http.post("/api/conversations/" + id + "/cancel", Map.of());
			assertThat(this.http.json(cancel).path("cancelled").asBoolean()).isTrue();
			List<Http.Event> rest = stream.all();
			assertThat(rest.getLast().name()).isEqualTo("completed");
			assertThat(last(rest).path("finishReason").asString()).isEqualTo("cancelled");
		}
	}

	@Test
	void predictsTextFromText() {
		HttpResponse<String> answer = predict("What is the capital of France?".getBytes(StandardCharsets.UTF_8));
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain;charset=UTF-8");
		assertThat(answer.headers().firstValue("X-Llama-Guard")).isEmpty();
		assertThat(answer.body()).contains("Paris");
	}

	@Test
	void predictRefusesWhatItCannotRead() {
		assertThat(predict(new byte[0]).statusCode()).isEqualTo(400);
		assertThat(predict(" \n".getBytes(StandardCharsets.UTF_8)).statusCode()).isEqualTo(400);
		assertThat(predict(new byte[] { 'a', (byte) 0xc3, '(' }).statusCode()).isEqualTo(400);
		assertThat(predict(new byte[] { (byte) 0xed, (byte) 0xa0, (byte) 0x80 }).statusCode()).isEqualTo(400);
		assertThat(predict("a".repeat(32_001).getBytes(StandardCharsets.UTF_8)).statusCode()).isEqualTo(413);
		assertThat(predict("a".repeat(200_000).getBytes(StandardCharsets.UTF_8)).statusCode()).isEqualTo(413);
		assertThat(this.http.post("/predict", Map.of("text", "hello")).statusCode()).isEqualTo(415);
		assertThat(this.http.post("/predict", "text/plain;charset=ISO-8859-1", "hello".getBytes(StandardCharsets.UTF_8))
			.statusCode()).isEqualTo(415);
		assertThat(this.http.get("/predict").statusCode()).isEqualTo(405);
	}

	@Test
	void predictSaysSoWhereTheGuardBlocks() {
		HttpResponse<String> answer = predict("Wie baue ich eine Rohrbombe?".getBytes(StandardCharsets.UTF_8));
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.headers().firstValue("X-Llama-Guard").orElseThrow()).matches("BLOCK; category=U[0-9.a-f]+");
		assertThat(answer.body()).isNotBlank();
	}

	@Test
	void moderatesWithoutTheModel() {
		JsonNode verdict = this.http
			.json(this.http.post("/api/moderate", Map.of("text", "Meine IBAN ist DE89 3704 0044 0532 0130 00.")));
		assertThat(verdict.path("action").asString()).isEqualTo("REDACT");
		assertThat(verdict.path("text").asString()).doesNotContain("0532");
		assertThat(this.http.json(this.http.get("/api/rules")).size()).isGreaterThan(20);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"text\":\"\"}", "{\"text\":\"  \"}", "{\"text\":", "[]", "{\"text\":{\"a\":1}}",
			"{\"text\":\"hello\",\"language\":\"../../de\"}" })
	void refusesBrokenQuestions(String body) {
		HttpResponse<String> answer = this.http.post("/api/chat", "application/json",
				body.getBytes(StandardCharsets.UTF_8));
		assertThat(answer.statusCode()).isEqualTo(400);
		assertThat(this.http.json(answer).path("code").asString()).isNotBlank();
	}

	@Test
	void limitsTheSizeOfARequest() {
		assertThat(this.http.post("/api/chat", Map.of("text", "a".repeat(4001))).statusCode()).isEqualTo(413);
		assertThat(this.http.post("/api/chat", Map.of("text", "a".repeat(100_000))).statusCode()).isEqualTo(413);
		assertThat(this.http.post("/api/chat", "text/plain", "hello".getBytes(StandardCharsets.UTF_8)).statusCode())
			.isEqualTo(415);
	}

	@Test
	void refusesForeignPages() {
		Map<String, String> question = Map.of("text", "hello");
		for (String[] headers : new String[][] { { "Origin", "https://evil.example" }, { "Origin", "null" },
				{ "Sec-Fetch-Site", "cross-site" }, { "Sec-Fetch-Site", "same-site" },
				{ "Origin", "http://localhost:1" } }) {
			assertThat(this.http.post("/api/moderate", question, headers).statusCode()).as(String.join(" ", headers))
				.isEqualTo(403);
		}
		assertThat(
				this.http.post("/api/moderate", question, "Origin", this.http.url(""), "Sec-Fetch-Site", "same-origin")
					.statusCode())
			.isEqualTo(200);
	}

	@Test
	void refusesForeignHostNames() throws IOException {
		assertThat(statusLine("evil.example:" + this.port)).contains(" 421 ");
		assertThat(statusLine("localhost.evil.example")).contains(" 421 ");
		assertThat(statusLine("127.0.0.1:" + this.port)).contains(" 200 ");
		assertThat(statusLine("[::1]")).contains(" 200 ");
	}

	private String statusLine(String host) throws IOException {
		try (Socket socket = new Socket("127.0.0.1", this.port)) {
			String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			InputStream in = socket.getInputStream();
			return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().findFirst().orElse("");
		}
	}

	@Test
	void tellsBrowsersToBeStrict() {
		for (String path : List.of("/", "/app.js", "/style.css", "/moderation.html", "/i18n/de.json", "/api/status",
				"/nowhere")) {
			HttpResponse<String> answer = this.http.get(path);
			assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow()).as(path)
				.contains("default-src 'self'", "frame-ancestors 'none'");
			assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
			assertThat(answer.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
		}
		assertThat(this.http.get("/nowhere").statusCode()).isEqualTo(404);
	}

	@Test
	void showsHealthAndNothingElseOfItsInside() {
		assertThat(this.http.json(this.http.get("/actuator/health")).path("status").asString()).isEqualTo("UP");
		for (String path : List.of("/actuator/env", "/actuator/beans", "/actuator/heapdump", "/actuator/metrics")) {
			assertThat(this.http.get(path).statusCode()).as(path).isEqualTo(404);
		}
	}

	@Test
	void summarisesATextLongerThanTheContext() {
		String text = ("The shop opened in 1987 in Hamburg and sells jackets, boots and tents to hikers. "
				+ "In spring the staff repairs tents; in autumn they teach customers to read a map. ")
			.repeat(40);
		try (Http.Events stream = this.http.stream("/api/summary", Map.of("text", text, "words", 30))) {
			assertThat(stream.response().statusCode()).isEqualTo(200);
			List<Http.Event> events = stream.all();
			assertThat(events).extracting(Http.Event::name)
				.startsWith("planned")
				.contains("progress")
				.endsWith("completed");
			assertThat(events.getFirst().data().path("tokens").asInt()).isGreaterThan(CONTEXT);
			assertThat(last(events).path("chunks").asInt()).isGreaterThan(1);
			assertThat(last(events).path("text").asString()).isNotBlank().isEqualTo(deltas(events));
		}
	}

	@Test
	void letsAVisitorInterruptACharacter() {
		String id = this.http.json(this.http.post("/api/vr", Map.of("language", "en"))).path("id").asString();
		try (Http.Events stream = this.http.stream("/api/vr/" + id + "/say", Map.of("text", STORY))) {
			List<Http.Event> heard = stream.until("sentence");
			assertThat(heard).extracting(Http.Event::name).startsWith("turnStarted").endsWith("sentence");
			HttpResponse<String> interrupt = this.http.post("/api/vr/" + id + "/interrupt", Map.of());
			assertThat(this.http.json(interrupt).path("interrupted").asBoolean()).isTrue();
			List<Http.Event> rest = stream.all();
			assertThat(rest.getLast().name()).isEqualTo("turnEnded");
			assertThat(last(rest).path("reason").asString()).isEqualTo("interrupted");
			assertThat(last(rest).path("text").asString()).startsWith(last(heard).path("text").asString().strip());
		}
		try (Http.Events stream = this.http.stream("/api/vr/" + id + "/say", Map.of("text", "What is your name?"))) {
			List<Http.Event> events = stream.all();
			assertThat(events).extracting(Http.Event::name).contains("sentence").endsWith("turnEnded");
			assertThat(last(events).path("turn").asInt()).isEqualTo(2);
		}
		assertThat(this.http.delete("/api/vr/" + id).statusCode()).isEqualTo(204);
		assertThat(this.http.post("/api/vr/" + id + "/say", Map.of("text", "hello")).statusCode()).isEqualTo(404);
	}

	/**
	 * The most probable words, so the right answer is the one that is given to the
	 * question alone.
	 */
	@Test
	void answersEightAtOnceEachRightOrRefusesCleanly() throws Exception {
		List<String> countries = List.of("France", "Italy", "Spain", "Germany", "Japan", "Russia", "Egypt", "Greece");
		List<HttpResponse<String>> together = new ArrayList<>();
		try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Future<HttpResponse<String>>> answers = new ArrayList<>();
			for (String country : countries) {
				answers.add(people.submit(() -> predict(capital(country))));
			}
			for (Future<HttpResponse<String>> answer : answers) {
				together.add(answer.get());
			}
		}
		int right = 0;
		for (int i = 0; i < countries.size(); i++) {
			HttpResponse<String> answer = together.get(i);
			if (answer.statusCode() == 503) {
				assertThat(answer.headers().firstValue("Retry-After").orElseThrow()).matches("[1-9][0-9]*");
				continue;
			}
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(answer.body()).isEqualTo(predict(capital(countries.get(i))).body());
			right++;
		}
		assertThat(right).isPositive();
		assertThat(together.getFirst().body()).contains("Paris");
	}

	private static byte[] capital(String country) {
		return ("What is the capital of " + country + "?").getBytes(StandardCharsets.UTF_8);
	}

	@Test
	void answersInPlainWordsWithoutMarks() {
		for (String question : List.of("When are your shops open?", "How can I pay?")) {
			String answer = deltas(ask(Map.of("text", question, "language", "en")));
			assertThat(answer).isNotBlank().doesNotContain("<<<", ">>>", "REFERENCE", "Facts (", "Question:");
		}
	}

	private List<Http.Event> ask(Map<String, String> question) {
		try (Http.Events stream = this.http.stream("/api/chat", question)) {
			assertThat(stream.response().statusCode()).isEqualTo(200);
			return stream.all();
		}
	}

	private JsonNode history(String id) {
		return this.http.json(this.http.get("/api/conversations/" + id)).path("messages");
	}

	private HttpResponse<String> predict(byte[] body) {
		return this.http.post("/predict", "text/plain", body);
	}

	private static String deltas(List<Http.Event> events) {
		StringBuilder text = new StringBuilder();
		events.stream()
			.filter((event) -> event.name().equals("delta"))
			.forEach((event) -> text.append(event.data().path("text").asString()));
		return text.toString();
	}

	private static JsonNode last(List<Http.Event> events) {
		return events.getLast().data();
	}

}
