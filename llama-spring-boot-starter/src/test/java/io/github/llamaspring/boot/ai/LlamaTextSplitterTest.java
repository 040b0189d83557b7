package io.github.llamaspring.boot.ai;

import java.util.List;
import java.util.Map;

import io.github.llamaspring.boot.TestEncoder;
import io.github.llamaspring.boot.TestEngine;
import io.github.llamaspring.core.SentenceEncoder;
import io.github.llamaspring.core.TextType;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.ai.content.MediaContent;
import org.springframework.ai.document.Document;
import org.springframework.util.MimeTypeUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * With the real encoder's tokenizer.
 */
class LlamaTextSplitterTest {

	private static final String PARAGRAPH = "Parcels are sent back within 30 days. Please use the label in the box. "
			+ "Das Geld kommt nach f\u00FCnf Tagen zur\u00FCck. \u8FD4\u54C1\u306F30\u65E5\u4EE5\u5185\u3067\u3059\u3002\n\n";

	private final LlamaTextSplitter splitter = new LlamaTextSplitter(TestEncoder.engine(), 0, 0);

	@Test
	void aChunkIsWhatTheModelSeesAtOnceAndNothingIsLost() {
		String text = PARAGRAPH.repeat(60);
		List<Document> chunks = this.splitter.split(Document.builder().id("manual").text(text).build());
		SentenceEncoder encoder = TestEncoder.encoder();
		assertThat(chunks).hasSizeGreaterThan(3).allSatisfy((chunk) -> {
			assertThat(encoder.encode(chunk.getText(), TextType.PASSAGE).tokens())
				.isLessThanOrEqualTo(encoder.windowTokens());
			assertThat(chunk.getText()).startsWith("Parcels").endsWith("\u3002");
		});
		// no chunk is much smaller than it could be
		assertThat(chunks.subList(0, chunks.size() - 1))
			.allSatisfy((chunk) -> assertThat(encoder.countTokens(chunk.getText() + "\n\n" + PARAGRAPH.strip()))
				.isGreaterThan(encoder.windowTokens() - encoder.countTokens(TextType.PASSAGE.prefix())));
		assertThat(withoutSpace(chunks)).isEqualTo(text.replaceAll("\\s", ""));
	}

	private static String withoutSpace(List<Document> chunks) {
		StringBuilder text = new StringBuilder();
		chunks.forEach((chunk) -> text.append(chunk.getText()));
		return text.toString().replaceAll("\\s", "");
	}

	@Test
	void keepsMetadataAndSaysWhereAChunkComesFrom() {
		Document document = Document.builder().id("manual").text(PARAGRAPH.repeat(4)).metadata("page", 7).build();
		List<Document> chunks = this.splitter.with(60, 0).split(document);
		assertThat(chunks).hasSize(4);
		assertThat(chunks.get(2).getMetadata())
			.isEqualTo(Map.of("page", 7, "parent_document_id", "manual", "chunk_index", 2, "total_chunks", 4));
	}

	@Test
	void aChunkRepeatsTheEndOfTheOneBefore() {
		SentenceEncoder encoder = TestEncoder.encoder();
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < 40; i++) {
			text.append("Sentence number ").append(i).append(" stands here. ");
		}
		List<String> chunks = this.splitter.with(40, 10)
			.split(new Document(text.toString()))
			.stream()
			.map(Document::getText)
			.toList();
		assertThat(chunks).hasSizeGreaterThan(10).allSatisfy((chunk) -> {
			assertThat(encoder.countTokens(chunk)).isLessThanOrEqualTo(40);
			assertThat(chunk).startsWith("Sentence number").endsWith("stands here.");
		});
		for (int i = 1; i < chunks.size(); i++) {
			String repeated = chunks.get(i).substring(0, chunks.get(i).indexOf(". ") + 1);
			assertThat(chunks.get(i - 1)).endsWith(repeated);
			assertThat(encoder.countTokens(repeated)).isLessThanOrEqualTo(10);
		}
	}

	@Test
	void cutsWhatIsTooLongToBeCounted() {
		String text = "word ".repeat(SentenceEncoder.MAX_TEXT / 5 + 1000);
		List<Document> chunks = this.splitter.split(new Document(text));
		assertThat(withoutSpace(chunks)).isEqualTo(text.replace(" ", ""));
		assertThat(chunks).allSatisfy((chunk) -> assertThat(TestEncoder.encoder().countTokens(chunk.getText()))
			.isLessThanOrEqualTo(TestEncoder.encoder().windowTokens()));
	}

	@Test
	void spaceAloneGivesNoChunkAndMediaIsRefused() {
		assertThat(this.splitter.split(new Document(" \n\n "))).isEmpty();
		Media picture = Media.builder().mimeType(MimeTypeUtils.IMAGE_PNG).data(new byte[] { 1 }).build();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.splitter.split(Document.builder().id("logo").media(picture).build()))
			.withMessageContaining("logo")
			.withMessageContaining("reads text only");
	}

	@Test
	void refusesChunksThatMakeNoSense() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.splitter.with(5, 0));
		assertThatIllegalArgumentException().isThrownBy(() -> this.splitter.with(100, 51));
		assertThatIllegalArgumentException().isThrownBy(() -> this.splitter.with(100, -1));
		assertThatIllegalArgumentException().isThrownBy(() -> this.splitter.with(100, 3))
			.withMessageContaining("an overlap of 3");
	}

	@Test
	void tokensAreThoseOfTheModelThatIsMeant() {
		String text = "Wie schicke ich die Ware zur\u00FCck? \u8FD4\u54C1";
		LlamaTokenCountEstimator encoder = LlamaTokenCountEstimator.of(TestEncoder.engine());
		int count = TestEncoder.encoder().countTokens(text);
		assertThat(encoder.estimate(text)).isEqualTo(count).isPositive();
		assertThat(encoder.estimate(new UserMessage(text))).isEqualTo(count);
		assertThat(encoder.estimate(List.<MediaContent>of(new UserMessage(text), new UserMessage(text))))
			.isEqualTo(2 * count);
		assertThat(encoder.estimate((String) null)).isZero();
		assertThat(encoder.estimate("")).isZero();
		LlamaTokenCountEstimator chat = LlamaTokenCountEstimator.of(TestEngine.engine());
		assertThat(chat.estimate(text)).isEqualTo(TestEngine.engine().model().countTokens(text)).isNotEqualTo(count);
		Media picture = Media.builder().mimeType(MimeTypeUtils.IMAGE_PNG).data(new byte[] { 1 }).build();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> encoder.estimate(UserMessage.builder().text(text).media(picture).build()));
	}

}
