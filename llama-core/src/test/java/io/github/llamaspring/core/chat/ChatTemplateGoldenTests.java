package io.github.llamaspring.core.chat;

import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.core.error.ChatTemplateException;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.TestFiles;
import io.github.llamaspring.core.tokenizer.Tokenizer;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rendered prompts against those of Jinja2 and llama.cpp.
 */
class ChatTemplateGoldenTests {

	private static JsonNode golden() throws Exception {
		try (InputStream in = ChatTemplateGoldenTests.class.getResourceAsStream("jinja2.golden.json")) {
			return new ObjectMapper().readTree(in);
		}
	}

	static List<ChatMessage> messages(JsonNode conversation) {
		List<ChatMessage> messages = new ArrayList<>();
		conversation.forEach((message) -> messages
			.add(new ChatMessage(message.get("role").asString(), message.get("content").asString())));
		return messages;
	}

	static Tokenizer tokenizer(String name) {
		try (GgufFile file = GgufFile.open(TestFiles.path(name))) {
			return Tokenizer.of(file);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "smollm2", "chatml", "llama2", "llama3", "mistral", "mistral-v3", "zephyr", "qwen2.5",
			"llama3.1-like", "think-split", "misc" })
	void rendersAsJinja2(String name) throws Exception {
		Tokenizer tokenizer = tokenizer(TestFiles.LLAMA2);
		JsonNode golden = golden();
		SoftAssertions softly = new SoftAssertions();
		for (JsonNode entry : golden.get("templates")) {
			if (entry.get("name").asString().equals(name)) {
				compare(new ChatTemplate(entry.get("template").asString(), tokenizer.vocabulary()), golden, entry,
						tokenizer, softly);
			}
		}
		softly.assertAll();
	}

	private static void compare(ChatTemplate template, JsonNode golden, JsonNode entry, Tokenizer tokenizer,
			SoftAssertions softly) {
		for (int i = 0; i < golden.get("conversations").size(); i++) {
			List<ChatMessage> messages = messages(golden.get("conversations").get(i));
			for (boolean prompt : new boolean[] { false, true }) {
				JsonNode result = entry.get("results").get(i).get(prompt ? 1 : 0);
				if (result.has("error")) {
					softly.assertThatThrownBy(() -> template.render(messages, prompt))
						.isInstanceOf(ChatTemplateException.class)
						.hasMessageContaining(result.get("error").asString());
				}
				else {
					softly
						.assertThatCode(() -> assertThat(template.render(messages, prompt))
							.isEqualTo(result.get("rendered").asString()))
						.doesNotThrowAnyException();
					softly.assertThatCode(() -> template.encode(messages, prompt, tokenizer))
						.doesNotThrowAnyException();
				}
			}
		}
	}

	@Test
	void rendersPartsAsJinja2OrRefuses() throws Exception {
		Tokenizer tokenizer = tokenizer(TestFiles.LLAMA2);
		JsonNode golden = golden();
		List<ChatMessage> talk = messages(golden.get("talk"));
		SoftAssertions softly = new SoftAssertions();
		int same = 0;
		for (JsonNode part : golden.get("parts")) {
			ChatTemplate template = new ChatTemplate(part.get("template").asString(), tokenizer.vocabulary());
			try {
				String rendered = template.render(talk, true);
				softly.assertThat(rendered)
					.as(part.get("template").asString())
					.isEqualTo(part.path("rendered").asString("(refused by Jinja2)"));
				same++;
			}
			catch (ChatTemplateException ex) {
				softly.assertThat(ex).hasMessageStartingWith("The chat template");
			}
		}
		softly.assertThat(same).isGreaterThan(250);
		softly.assertAll();
	}

	@Test
	void wellKnownTemplatesAreWrittenInJavaAsJinja2DoesIt() throws Exception {
		JsonNode golden = golden();
		List<String> known = new ArrayList<>();
		for (JsonNode entry : golden.get("templates")) {
			BuiltInTemplate format = BuiltInTemplate.known(entry.get("template").asString()).orElse(null);
			if (format == null) {
				continue;
			}
			for (int i = 0; i < golden.get("conversations").size(); i++) {
				List<ChatMessage> messages = messages(golden.get("conversations").get(i));
				for (boolean prompt : new boolean[] { false, true }) {
					if (format.speaksFor(messages)) {
						PromptWriter out = new PromptWriter();
						format.write(messages, prompt, "<s>", "</s>", out);
						assertThat(out.prompt().text())
							.isEqualTo(entry.get("results").get(i).get(prompt ? 1 : 0).get("rendered").asString());
					}
				}
			}
			known.add(entry.get("name").asString());
		}
		assertThat(known).containsExactly("smollm2", "chatml", "llama2", "llama3", "mistral");
	}

	@Test
	void theTemplateOfTheDemoModelNeedsNoJinja() {
		try (GgufFile file = GgufFile.open(TestFiles.path(TestFiles.SMOLLM2))) {
			assertThat(BuiltInTemplate.known(file.string("tokenizer.chat_template").orElseThrow()))
				.contains(BuiltInTemplate.SMOLLM2);
		}
	}

	@Test
	void rendersSmolLm2AsItsOwnTemplateDoes() throws Exception {
		JsonNode golden = new ObjectMapper().readTree(Files.readString(TestFiles.path(TestFiles.SMOLLM2_GOLDEN)));
		try (GgufFile file = GgufFile.open(TestFiles.path(TestFiles.SMOLLM2))) {
			ChatTemplate template = ChatTemplate.of(file);
			assertThat(golden.get("templates").size()).isPositive();
			for (JsonNode row : golden.get("templates")) {
				assertThat(template.render(messages(row.get("messages")), row.get("addGenerationPrompt").asBoolean()))
					.isEqualTo(row.get("rendered").asString());
			}
		}
	}

}
