package io.github.llamaspring.core.chat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.github.llamaspring.core.error.ChatTemplateException;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.tokenizer.Decoder;
import io.github.llamaspring.core.TestFiles;
import io.github.llamaspring.core.tokenizer.Tokenizer;
import io.github.llamaspring.core.tokenizer.Vocabularies;
import io.github.llamaspring.core.tokenizer.Vocabulary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ControlTokenSafetyTests {

	private static final String GLUE = "{% for m in messages %}{{ m.content }}{% endfor %}<|im_end|></s>";

	private static final String TRIM = "{% for m in messages %}<|im_start|>{{ m.role }}{{ m.content | trim }}"
			+ "{% if '</think>' in m.content %}{{ m.content.split('</think>')[-1] }}{% endif %}</s>{% endfor %}";

	@ParameterizedTest
	@CsvSource({ TestFiles.SMOLLM2 + ",own", TestFiles.SMOLLM2 + ",glue", TestFiles.SMOLLM2 + ",trim",
			TestFiles.LLAMA2 + ",own", TestFiles.LLAMA2 + ",glue", TestFiles.LLAMA2 + ",trim" })
	void contentNeverBecomesAControlToken(String name, String kind) {
		try (GgufFile file = GgufFile.open(TestFiles.path(name))) {
			Tokenizer tokenizer = Tokenizer.of(file);
			ChatTemplate template = switch (kind) {
				case "glue" -> new ChatTemplate(GLUE, tokenizer.vocabulary());
				case "trim" -> new ChatTemplate(TRIM, tokenizer.vocabulary());
				default -> ChatTemplate.of(file);
			};
			Random random = new Random(42);
			for (int round = 0; round < 150; round++) {
				check(template, tokenizer, random);
			}
		}
	}

	private static void check(ChatTemplate template, Tokenizer tokenizer, Random random) {
		List<ChatMessage> hostile = new ArrayList<>();
		List<ChatMessage> harmless = new ArrayList<>();
		for (int i = 0; i < 1 + 2 * random.nextInt(3); i++) {
			String role = (i % 2 == 0) ? "user" : "assistant";
			hostile.add(new ChatMessage(role, hostile(tokenizer.vocabulary(), random)));
			harmless.add(new ChatMessage(role, hostile.getLast().content().contains("</think>") ? "a</think>b" : "ab"));
		}
		int[] ids = template.encode(hostile, true, tokenizer);
		assertThat(controls(ids, tokenizer)).as(hostile.toString())
			.isEqualTo(controls(template.encode(harmless, true, tokenizer), tokenizer));
		Decoder decoder = tokenizer.newDecoder();
		StringBuilder text = new StringBuilder();
		for (int id : ids) {
			text.append(decoder.append(id));
		}
		text.append(decoder.flush());
		for (ChatMessage message : hostile) {
			assertThat(text.toString().replace(" ", "")).contains(message.content().replace(" ", "").strip());
		}
	}

	private static List<Integer> controls(int[] ids, Tokenizer tokenizer) {
		return Arrays.stream(ids).filter(tokenizer::isControl).boxed().toList();
	}

	private static String hostile(Vocabulary vocabulary, Random random) {
		List<String> pieces = new ArrayList<>(List.of("<|im_end|>", "<|im_start|>", "<s>", "</s>", "<unk>",
				"<|endoftext|>", "[INST]", "<0x0A>", "</think>", " ", "\n", "x", "🚴", "Ñ"));
		StringBuilder content = new StringBuilder();
		for (int i = 0; i < random.nextInt(6); i++) {
			String piece = pieces.get(random.nextInt(pieces.size()));
			int cut = random.nextInt(piece.length() + 1);
			boolean pair = cut > 0 && cut < piece.length() && Character.isLowSurrogate(piece.charAt(cut));
			content.append(switch (random.nextInt(pair ? 1 : 3)) {
				case 0 -> piece;
				case 1 -> piece.substring(cut);
				default -> piece.substring(0, cut);
			});
		}
		return content.toString();
	}

	@Test
	void aTokenSplitOverTwoMessagesStaysText() {
		Tokenizer tokenizer = ChatTemplateGoldenTests.tokenizer(TestFiles.SMOLLM2);
		ChatTemplate glue = new ChatTemplate("{{ messages[0].content }}{{ messages[1].content }}end|>",
				tokenizer.vocabulary());
		List<ChatMessage> messages = List.of(ChatMessage.user("<|im_end|"), ChatMessage.assistant("><|im_"));
		assertThat(controls(glue.encode(messages, true, tokenizer), tokenizer)).isEmpty();
	}

	@Test
	void aTemplateThatHidesWhereContentIsIsRefused() {
		Tokenizer tokenizer = ChatTemplateGoldenTests.tokenizer(TestFiles.SMOLLM2);
		ChatTemplate shout = new ChatTemplate("{{ messages[0].content | lower }}", tokenizer.vocabulary());
		assertThatThrownBy(() -> shout.encode(List.of(ChatMessage.user("<|IM_END|>")), true, tokenizer))
			.isInstanceOf(ChatTemplateException.class);
	}

	@Test
	void unknownRolesAndEmptyConversationsAreTheCallersFault() {
		Tokenizer tokenizer = ChatTemplateGoldenTests.tokenizer(TestFiles.SMOLLM2);
		ChatTemplate template = new ChatTemplate(null, tokenizer.vocabulary());
		assertThatThrownBy(() -> template.render(List.of(new ChatMessage("<|im_end|>", "x")), true))
			.isInstanceOf(IllegalArgumentException.class);
		assertThatThrownBy(() -> template.render(List.of(), true)).isInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void bosIsWrittenOnce() {
		Tokenizer tokenizer = ChatTemplateGoldenTests.tokenizer(TestFiles.LLAMA2);
		List<ChatMessage> messages = List.of(ChatMessage.user("<s>hi"));
		assertThat(
				controls(new ChatTemplate(null, tokenizer.vocabulary()).encode(messages, true, tokenizer), tokenizer))
			.containsExactly(1);
		assertThat(controls(
				new ChatTemplate("{{ messages[0].content }}", tokenizer.vocabulary()).encode(messages, true, tokenizer),
				tokenizer))
			.containsExactly(1);
	}

	@Test
	void loneSurrogatesInMessagesAreReplaced() {
		Tokenizer tokenizer = ChatTemplateGoldenTests.tokenizer(TestFiles.SMOLLM2);
		ChatTemplate template = new ChatTemplate(null, tokenizer.vocabulary());
		List<ChatMessage> messages = List.of(ChatMessage.user("a\udc00\udc01\ud83d<|im_end|>\udc05"));
		List<ChatMessage> replaced = List.of(ChatMessage.user("a\ufffd\ufffd\ufffd<|im_end|>\ufffd"));
		assertThat(template.encode(messages, true, tokenizer)).isEqualTo(template.encode(replaced, true, tokenizer));
		assertThat(controls(template.encode(messages, true, tokenizer), tokenizer)).containsExactly(1, 2, 1);
	}

	@Test
	void addedWordsOfAModelAreNotSpelledByUsers(@TempDir Path folder) throws Exception {
		Vocabularies vocabulary = Vocabularies.bytePairs();
		int think = vocabulary.size();
		Tokenizer tokenizer = vocabulary.add("<think>", Vocabularies.USER_DEFINED, 0).tokenizer(folder);
		List<ChatMessage> messages = List.of(ChatMessage.user("<think> <|eot_id|><thi"));
		for (String source : Arrays.asList(null, "{{ messages[0].content }}nk><think>",
				"{{ messages[0].content | trim }}<think>")) {
			int[] ids = new ChatTemplate(source, tokenizer.vocabulary()).encode(messages, true, tokenizer);
			assertThat(Arrays.stream(ids).filter((id) -> id == think)).hasSize((source != null) ? 1 : 0);
			assertThat(controls(ids, tokenizer)).hasSize((source != null) ? 1 : 6);
		}
	}

	@Test
	void contentStaysTextInAVocabularyLikeLlama3(@TempDir Path folder) throws Exception {
		Tokenizer tokenizer = Vocabularies.bytePairs().tokenizer(folder);
		ChatTemplate builtIn = new ChatTemplate(null, tokenizer.vocabulary());
		ChatTemplate jinja = new ChatTemplate("{{ bos_token }}{% for m in messages %}"
				+ "<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n{{ m.content | trim }}<|eot_id|>{% endfor %}"
				+ "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}",
				tokenizer.vocabulary());
		Random random = new Random(11);
		for (int round = 0; round < 150; round++) {
			StringBuilder content = new StringBuilder();
			for (int i = random.nextInt(6); i > 0; i--) {
				String piece = tokenizer.vocabulary().piece(random.nextInt(tokenizer.size() - 20, tokenizer.size()));
				content.append(piece, random.nextInt(piece.length()), piece.length())
					.append((char) random.nextInt(0x10000));
			}
			List<ChatMessage> messages = List.of(ChatMessage.system("<|begin_of_text|"),
					ChatMessage.user(content.toString()));
			int[] ids = builtIn.encode(messages, true, tokenizer);
			assertThat(controls(ids, tokenizer)).as(content.toString())
				.containsExactly(256, 258, 259, 260, 258, 259, 260, 258, 259);
			assertThat(jinja.encode(messages, true, tokenizer)).isEqualTo(ids);
		}
	}

}
