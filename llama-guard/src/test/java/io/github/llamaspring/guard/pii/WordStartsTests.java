package io.github.llamaspring.guard.pii;

import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.llamaspring.guard.text.Deadline;

import static org.assertj.core.api.Assertions.assertThat;

class WordStartsTests {

	private static final String[] WORDS = { "token", "api", "clé", "kennwort", "secret" };

	private final WordStarts starts = new WordStarts(true, WORDS);

	@ParameterizedTest
	@ValueSource(strings = { "a token", "TOKEN", "xapi", "Clé", "CLÉ", "\u212Aennwort", "ap\u0130" })
	void findsWordsAsTheyAreInSmallLetters(String text) {
		assertThat(this.starts.occurIn(text, Deadline.NONE)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "t", "toke", "cle", "to ken", "\u017Fecret", "cl\u0130", "a\u0130pi" })
	void findsNothingElse(String text) {
		assertThat(this.starts.occurIn(text, Deadline.NONE)).isEqualTo(contained(text)).isFalse();
	}

	@Test
	void agreesWithContainsOnAnyText() {
		Random random = new Random(5);
		String letters = "tokenapicléÉsrCTK\u212A\u0130\u017F \uD800";
		for (int i = 0; i < 20_000; i++) {
			StringBuilder text = new StringBuilder();
			for (int k = random.nextInt(12); k > 0; k--) {
				text.append(letters.charAt(random.nextInt(letters.length())));
			}
			text.append(WORDS[random.nextInt(WORDS.length)], 0, 2 + random.nextInt(2));
			text.append(letters.charAt(random.nextInt(letters.length())));
			assertThat(this.starts.occurIn(text.toString(), Deadline.NONE)).as(text.toString())
				.isEqualTo(contained(text.toString()));
		}
	}

	private static boolean contained(String text) {
		String small = text.toLowerCase(Locale.ROOT);
		for (String word : WORDS) {
			if (small.contains(word)) {
				return true;
			}
		}
		return false;
	}

	@Test
	void saysNoOnlyWhereNoWordStarts() {
		Pattern pattern = Pattern.compile("(?<![\\p{L}\\p{N}])(?:" + String.join("|", WORDS) + ")",
				Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
		String text = "token xtoken \u017Fecret öapi 7api -api APICLÉ cl";
		pattern.matcher(text)
			.results()
			.forEach((found) -> assertThat(this.starts.mayStart(text, found.start())).as(found.group()).isTrue());
		assertThat(this.starts.mayStart(text, 7)).isFalse();
		assertThat(this.starts.mayStart(text, text.length() - 1)).isFalse();
	}

}
