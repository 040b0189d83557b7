package io.github.llamaspring.guard.vault;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class VaultStreamTests {

	private static final List<String> CATEGORIES = List.of("EMAIL", "IP_ADDRESS", "DE_TAX_ID", "IBAN", "PHONE",
			"Customer names");

	private final Vault vault = Vault.inMemory();

	@BeforeEach
	void fill() {
		for (String category : CATEGORIES) {
			for (int i = 1; i <= 12; i++) {
				this.vault.conceal("c", category, value(category, i), true);
			}
		}
	}

	private static String value(String category, int number) {
		return "<" + category + "#" + number + "[]\\>";
	}

	private String restore(String text) {
		return this.vault.restore("c", text, Disclosure.TO_USER);
	}

	@ParameterizedTest
	@ValueSource(strings = { "[EMAIL_1]", "[email_1]", "[Email_1]", "[ EMAIL 1 ]", "[EMAIL 1]", "[EMAIL-1]", "[EMAIL1]",
			"[E-Mail 1]", "[EMAIL_ 1]", "[EMAIL\u00a01]", "[EMAIL\u20111]", "[EMAIL\u200b_1]", "[EMAIL\n1]",
			"\\[EMAIL\\_1\\]", "[EMAIL\\_1]", "[**EMAIL_1**]", "[`EMAIL_1`]", "[__EMAIL_1__]" })
	void restoresHoweverTheModelWroteIt(String written) {
		String value = value("EMAIL", 1);
		assertThat(restore(written)).isEqualTo(value);
		assertThat(restore("**" + written + "**, " + written + "s and (`" + written + "`)."))
			.isEqualTo("**" + value + "**, " + value + "s and (`" + value + "`).");
		assertThat(restore("[x" + written + "](mailto:" + written + ")"))
			.isEqualTo("[x" + value + "](mailto:" + value + ")");
	}

	@ParameterizedTest
	@ValueSource(strings = { "[EMAIL_13]", "[EMAIL]", "[EMAIL_]", "[1]", "EMAIL_1", "(EMAIL_1)", "{EMAIL_1}",
			"[EMAIL_1", "EMAIL_1]", "[EMAIL_1.]", "[EMAIL_1, EMAIL_2]", "[]", "[[]]", "\\", "\\[", "\\\\", "[see 1]",
			"[EMAIL_01]", "[EMAIL_(EMAIL_1)1]", "[EMAIL                 1]", "a[0] = b[1];", "- [ ] todo", "[\ud83d]" })
	void leavesOtherTextAlone(String text) {
		assertThat(restore(text)).isEqualTo(text);
		assertThat(restore("x " + text + " y")).isEqualTo("x " + text + " y");
	}

	/** What a value says is not looked at again. */
	@Test
	void valuesAreNotRestoredInTheirTurn() {
		this.vault.conceal("d", "EMAIL", "[PHONE_1]", true);
		this.vault.conceal("d", "PHONE", "030 901820", true);
		assertThat(this.vault.restore("d", "[EMAIL_1] [PHONE_1]", Disclosure.TO_USER))
			.isEqualTo("[PHONE_1] 030 901820");
	}

	@Test
	void holdsBackOnlyWhatMayBecomeAPlaceholder() {
		VaultStream stream = this.vault.stream("c", Disclosure.TO_USER);
		assertThat(stream.feed("Write to [EMA")).isEqualTo("Write to ");
		assertThat(stream.held()).isEqualTo(4);
		assertThat(stream.feed("IL_1] or [see")).isEqualTo(value("EMAIL", 1) + " or [see");
		assertThat(stream.held()).isZero();
		assertThat(stream.feed("[" + " ".repeat(40))).hasSize(41);
		assertThat(stream.feed("[EMAIL_1")).isEmpty();
		assertThat(stream.finish()).isEqualTo("[EMAIL_1");
	}

	/** 20,000 placeholders, each changed at random, in texts cut at random. */
	@Test
	void restoresExactlyWhateverTheCaseTheSpacingAndTheCuts() {
		Random random = new Random(11);
		int exact = 0;
		int all = 0;
		int longest = "[CUSTOMERNAMES_12]".length() + 16;
		for (int text = 0; text < 4000; text++) {
			StringBuilder written = new StringBuilder();
			List<String> expected = new ArrayList<>();
			for (int i = 0; i < 5; i++) {
				String category = CATEGORIES.get(random.nextInt(CATEGORIES.size()));
				int number = 1 + random.nextInt(12);
				String before = noise(random);
				written.append(before).append(changed(ConversationValues.label(category), number, random));
				expected.add(before + value(category, number));
			}
			VaultStream stream = this.vault.stream("c", Disclosure.TO_USER);
			StringBuilder out = new StringBuilder();
			int from = 0;
			while (from < written.length()) {
				int to = Math.min(written.length(), from + 1 + random.nextInt(9));
				out.append(stream.feed(written.substring(from, to)));
				assertThat(stream.held()).isLessThanOrEqualTo(longest);
				from = to;
			}
			out.append(stream.finish());
			assertThat(out.toString()).isEqualTo(restore(written.toString()));
			int at = 0;
			for (String each : expected) {
				all++;
				if (out.toString().startsWith(each, at)) {
					exact++;
				}
				at += each.length();
			}
			assertThat(out.length()).isEqualTo(at);
		}
		assertThat(all).isEqualTo(20_000);
		assertThat(exact).isEqualTo(all);
	}

	private static String noise(Random random) {
		String signs = "abc XYZ 123 [](){}\\*_`\n😀é.,:";
		StringBuilder out = new StringBuilder();
		for (int i = random.nextInt(12); i > 0; i--) {
			out.append(signs.charAt(random.nextInt(signs.length())));
		}
		// A bracket or backslash right before would belong to the placeholder.
		return out.append(' ').toString();
	}

	private static String changed(String label, int number, Random random) {
		String name = switch (random.nextInt(4)) {
			case 0 -> label.toLowerCase(Locale.ROOT);
			case 1 -> label.charAt(0) + label.substring(1).toLowerCase(Locale.ROOT);
			default -> label;
		};
		List<String> gaps = List.of("_", " ", "", "-", "\\_", " _", "\u00a0", "  ");
		String gap = gaps.get(random.nextInt(gaps.size()));
		String body = name.replace("_", gaps.get(random.nextInt(gaps.size()))) + gap + number;
		String edge = List.of("", " ", "**", "`", "  ").get(random.nextInt(5));
		boolean escaped = random.nextInt(5) == 0;
		return (escaped ? "\\[" : "[") + edge + body + edge + (escaped ? "\\]" : "]");
	}

	@Test
	void copesWithHostileTexts() {
		for (String piece : List.of("[", "[EMAIL_1", "\\", "[E", "[[EMAIL_", "[ ", "\\[")) {
			String text = piece.repeat(300_000 / piece.length());
			assertThat(restore(text)).isEqualTo(text);
		}
	}

}
