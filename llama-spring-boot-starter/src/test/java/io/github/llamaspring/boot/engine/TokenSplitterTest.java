package io.github.llamaspring.boot.engine;

import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;

import io.github.llamaspring.boot.TestEngine;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TokenSplitterTest {

	@Test
	void cutsBetweenSentencesAndLosesNothing() {
		ToIntFunction<String> counter = TestEngine.engine().model()::countTokens;
		String text = "The shop opens at nine. It closes at six.\n\nDelivery takes two days. ".repeat(20);
		List<String> parts = new TokenSplitter(counter, 60).split(text);
		assertThat(String.join("", parts)).isEqualTo(text);
		assertThat(parts).hasSizeGreaterThan(3)
			.allSatisfy((part) -> assertThat(counter.applyAsInt(part)).isLessThanOrEqualTo(60))
			.allSatisfy((part) -> assertThat(part.strip()).endsWith("."));
	}

	@Test
	void cutsWhatHasNoSentencesAndNoSpaces() {
		ToIntFunction<String> counter = TestEngine.engine().model()::countTokens;
		String text = "\uD83D\uDE00ä".repeat(700);
		List<String> parts = new TokenSplitter(counter, 50).split(text);
		assertThat(String.join("", parts)).isEqualTo(text);
		assertThat(parts).allSatisfy((part) -> {
			assertThat(counter.applyAsInt(part)).isLessThanOrEqualTo(50);
			assertThat(Character.isLowSurrogate(part.charAt(0))).isFalse();
		});
	}

	@Test
	void losesNothingOfRandomText() {
		Random random = new Random(42);
		String alphabet = "ab .!\n,ß日\uD83D\uDE00";
		for (int round = 0; round < 200; round++) {
			StringBuilder text = new StringBuilder();
			for (int i = random.nextInt(300); i >= 0; i--) {
				text.append(alphabet.charAt(random.nextInt(alphabet.length())));
			}
			List<String> parts = new TokenSplitter(String::length, 8).split(text.toString());
			assertThat(String.join("", parts)).isEqualTo(text.toString());
			assertThat(parts).allSatisfy((part) -> assertThat(part.length()).isBetween(1, 8));
		}
	}

	@Test
	void keepsParagraphsTogetherWhereTheyFit() {
		String first = "One short sentence. Another one.";
		String second = "The second paragraph is here. It has a second sentence.";
		String text = first + "\n\n" + second + "\r\n \r\n" + first;
		assertThat(new TokenSplitter(String::length, 62).split(text)).containsExactly(first + "\n\n",
				second + "\r\n \r\n", first);
		assertThat(new TokenSplitter(String::length, 40).split(text)).containsExactly(first + "\n\n",
				"The second paragraph is here. ", "It has a second sentence.\r\n \r\n", first);
	}

	@Test
	void theEndIsWholeSentencesWhereTheyFit() {
		String text = "The first sentence. The second. The third.";
		assertThat(new TokenSplitter(String::length, 25).end(text)).isEqualTo("The second. The third.");
		assertThat(new TokenSplitter(String::length, 12).end(text)).isEqualTo("The third.");
		assertThat(new TokenSplitter(String::length, 8).end(text)).isEqualTo("third.");
		assertThat(new TokenSplitter(String::length, 100).end(text)).isEqualTo(text);
		assertThat(new TokenSplitter(String::length, 8).end("")).isEmpty();
	}

	@Test
	void aPartHasNoMoreTokensThanItMayEvenIfItsPiecesHaveFewer() {
		// counts more of the whole than of its pieces together
		ToIntFunction<String> counter = (text) -> text.length() + text.length() / 20;
		String text = "Word by word it grows. ".repeat(40);
		List<String> parts = new TokenSplitter(counter, 50).split(text);
		assertThat(String.join("", parts)).isEqualTo(text);
		assertThat(parts).allSatisfy((part) -> assertThat(counter.applyAsInt(part)).isLessThanOrEqualTo(50));
	}

}
