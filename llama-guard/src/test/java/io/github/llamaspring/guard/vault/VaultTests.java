package io.github.llamaspring.guard.vault;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class VaultTests {

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

	private final InstantSource clock = this.now::get;

	private final Vault vault = vault(3, 4);

	private Vault vault(int conversations, int values) {
		return new Vault(new VaultLimits(Duration.ofMinutes(30), conversations, values), this.clock);
	}

	private void pass(Duration time) {
		this.now.updateAndGet((instant) -> instant.plus(time));
	}

	private String email(String conversation, String value) {
		return this.vault.conceal(conversation, "EMAIL", value, true);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			IBAN | DE89 3704 0044 0532 0130 00 | de89370400440532013000
			IBAN | DE89-3704-0044-0532-0130-00 | DE89 3704 0044 0532 0130 00
			CREDIT_CARD | 4111 1111 1111 1111 | 4111-1111-1111-1111
			EMAIL | Max@Example.com | max@example.COM
			PHONE | +49 (0)30 901820 | 0049 30/901820
			BR_CPF | 529.982.247-25 | 52998224725
			PROJECT | Falcon  Nine | falcon nine
			""")
	void givesOneValueOnePlaceholderHoweverItIsWritten(String category, String one, String other) {
		String placeholder = this.vault.conceal("c", category, one, true);
		assertThat(placeholder).isEqualTo("[" + category + "_1]");
		assertThat(this.vault.conceal("c", category, other, true)).isEqualTo(placeholder);
		assertThat(this.vault.restore("c", placeholder, Disclosure.TO_USER)).isEqualTo(one);
	}

	@ParameterizedTest
	@CsvSource({ "PASSWORD,Hunter2,hunter2", "EMAIL,max@example.com,mux@example.com", "PHONE,030 901820,030 901821",
			"API_KEY,sk-a-b,sk-ab" })
	void givesDifferentValuesDifferentPlaceholders(String category, String one, String other) {
		assertThat(this.vault.conceal("c", category, one, true))
			.isNotEqualTo(this.vault.conceal("c", category, other, true));
	}

	/**
	 * LLM Guard: one vault for the whole process restored one user's data for another.
	 */
	@Test
	void neverRestoresAcrossConversations() {
		assertThat(email("a", "anna@example.com")).isEqualTo("[EMAIL_1]");
		assertThat(email("b", "bert@example.com")).isEqualTo("[EMAIL_1]");
		email("b", "bella@example.com");
		assertThat(this.vault.restore("a", "[EMAIL_1] [EMAIL_2]", Disclosure.TO_USER))
			.isEqualTo("anna@example.com [EMAIL_2]");
		assertThat(this.vault.restore("b", "[EMAIL_1] [EMAIL_2]", Disclosure.TO_USER))
			.isEqualTo("bert@example.com bella@example.com");
		assertThat(this.vault.restore("c", "[EMAIL_1]", Disclosure.TO_USER)).isEqualTo("[EMAIL_1]");
	}

	@Test
	void forgetsWhatNobodyUsesAndDoesNotGiveItsNumbersOutAgain() {
		email("a", "anna@example.com");
		email("a", "alma@example.com");
		pass(Duration.ofMinutes(29));
		assertThat(this.vault.restore("a", "[EMAIL_2]", Disclosure.TO_USER)).isEqualTo("alma@example.com");
		pass(Duration.ofMinutes(29));
		assertThat(this.vault.conversations()).isOne();
		pass(Duration.ofMinutes(2));
		assertThat(this.vault.restore("a", "[EMAIL_1]", Disclosure.TO_USER)).isEqualTo("[EMAIL_1]");
		assertThat(this.vault.conversations()).isZero();
		assertThat(email("a", "adam@example.com")).isEqualTo("[EMAIL_3]");
		assertThat(this.vault.restore("a", "[EMAIL_1]", Disclosure.TO_USER)).isEqualTo("[EMAIL_1]");
	}

	@Test
	void isBounded() {
		for (int i = 0; i < 5; i++) {
			assertThat(email("a", i + "@example.com")).isEqualTo((i < 4) ? "[EMAIL_" + (i + 1) + "]" : null);
		}
		assertThat(email("a", "3@example.com")).isEqualTo("[EMAIL_4]");
		for (String id : List.of("b", "c", "d")) {
			email(id, "x@example.com");
		}
		assertThat(this.vault.conversations()).isEqualTo(3);
		assertThat(this.vault.restore("a", "[EMAIL_1]", Disclosure.TO_USER)).isEqualTo("[EMAIL_1]");
		assertThat(this.vault.restore("b", "[EMAIL_1]", Disclosure.TO_USER)).isEqualTo("x@example.com");
		assertThat(this.vault.conceal("b", "API_KEY", "x".repeat(40_000), true)).isNull();
		assertThatIllegalArgumentException().isThrownBy(() -> new VaultLimits(Duration.ZERO, 1, 1));
		assertThatIllegalArgumentException().isThrownBy(() -> new VaultLimits(Duration.ofDays(1), 0, 1));
	}

	@Test
	void forgetsAtOnce() {
		email("a", "anna@example.com");
		this.vault.forget("a");
		assertThat(this.vault.restore("a", "[EMAIL_1]", Disclosure.TO_USER)).isEqualTo("[EMAIL_1]");
	}

	@Test
	void aPreviewKeepsNothing() {
		assertThat(this.vault.preview("a", "EMAIL", "anna@example.com")).isEqualTo("[EMAIL_1]");
		assertThat(this.vault.conversations()).isZero();
		email("a", "bert@example.com");
		assertThat(this.vault.preview("a", "EMAIL", "BERT@example.com")).isEqualTo("[EMAIL_1]");
		assertThat(this.vault.preview("a", "EMAIL", "anna@example.com")).isEqualTo("[EMAIL_2]");
		assertThat(this.vault.preview("a", "EMAIL", "carl@example.com")).isEqualTo("[EMAIL_2]");
		assertThat(this.vault.restore("a", "[EMAIL_2]", Disclosure.TO_USER)).isEqualTo("[EMAIL_2]");
		assertThat(email("a", "carl@example.com")).isEqualTo("[EMAIL_2]");
		email("a", "dora@example.com");
		email("a", "emil@example.com");
		assertThat(this.vault.preview("a", "EMAIL", "anna@example.com")).isNull();
		assertThat(this.vault.preview("a", "EMAIL", "emil@example.com")).isEqualTo("[EMAIL_4]");
	}

	@Test
	void disclosesByKindAndOrigin() {
		email("a", "anna@example.com");
		this.vault.conceal("a", "IBAN", "DE89370400440532013000", true);
		this.vault.conceal("a", "PHONE", "030 901820", false);
		String text = "[EMAIL_1] [IBAN_1] [PHONE_1]";
		assertThat(this.vault.restore("a", text, Disclosure.TO_USER))
			.isEqualTo("anna@example.com DE89370400440532013000 [PHONE_1]");
		assertThat(this.vault.restore("a", text, Disclosure.toTool(Set.of("EMAIL", "PHONE"), text)))
			.isEqualTo("anna@example.com [IBAN_1] 030 901820");
		assertThat(this.vault.restore("a", text, Disclosure.toTool(Set.of(), text))).isEqualTo(text);
		this.vault.conceal("a", "PHONE", "030/901820", true);
		assertThat(this.vault.restore("a", text, Disclosure.TO_USER)).endsWith(" 030 901820");
	}

	@Test
	void valuesCannotBreakOutOfJson() {
		this.vault.conceal("a", "PASSWORD", "a\"b\\c\nd", true);
		for (String json : List.of("{\"p\":\"[PASSWORD_1]\"}", " [ \"[PASSWORD_1]\"]", "\"[PASSWORD_1]\"")) {
			assertThat(this.vault.restore("a", json, Disclosure.toTool(Set.of("PASSWORD"), json)))
				.isEqualTo(json.replace("[PASSWORD_1]", "a\\\"b\\\\c\\u000ad"));
		}
		String plain = "[PASSWORD_1]";
		assertThat(this.vault.restore("a", plain, Disclosure.toTool(Set.of("PASSWORD"), plain)))
			.isEqualTo("a\"b\\c\nd");
	}

	/** LLM Guard put placeholders into a regular expression without escaping them. */
	@Test
	void namesAndValuesAreNoPatterns() {
		this.vault.conceal("a", "we[i]rd.*(name)", "$1 \\2 .*", true);
		String placeholder = this.vault.conceal("a", "we[i]rd.*(name)", "$1 \\2 .*", true);
		assertThat(placeholder).isEqualTo("[WE_I_RD_NAME_1]");
		assertThat(this.vault.restore("a", "Dear " + placeholder + ", hi", Disclosure.TO_USER))
			.isEqualTo("Dear $1 \\2 .*, hi");
		assertThat(this.vault.conceal("a", "!?", "x", true)).isEqualTo("[VALUE_1]");
		assertThat(this.vault.conceal("a", "WE_I_RD_NAME_", "y", true)).isEqualTo("[WE_I_RD_NAME_2]");
	}

	@Test
	void namesThatEndInDigitsAreNotMixedUp() {
		for (int i = 0; i < 2; i++) {
			this.vault.conceal("a", "T1", "a" + i, true);
		}
		assertThat(this.vault.conceal("a", "T", "b", true)).isEqualTo("[T_1]");
		Vault roomy = vault(3, 100);
		List<String> given = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			given.add(roomy.conceal("a", "T1", "one" + i, true));
			given.add(roomy.conceal("a", "T", "none" + i, true));
		}
		for (int i = 0; i < 20; i++) {
			assertThat(roomy.restore("a", given.get(2 * i), Disclosure.TO_USER)).isEqualTo("one" + i);
			assertThat(roomy.restore("a", given.get(2 * i + 1), Disclosure.TO_USER)).isEqualTo("none" + i);
		}
	}

	@Test
	void valuesDoNotShow() {
		email("a", "anna@example.com");
		VaultStream stream = this.vault.stream("a", Disclosure.TO_USER);
		stream.feed("[EMAIL_1] [EMA");
		assertThat(this.vault + " " + stream + " " + this.vault.find("a") + Disclosure.TO_USER)
			.doesNotContainIgnoringCase("anna");
	}

	@Test
	void isSafeUnder64Threads() throws Exception {
		Vault shared = Vault.inMemory();
		Map<String, String> byValue = new ConcurrentHashMap<>();
		CountDownLatch start = new CountDownLatch(1);
		List<Future<?>> all = new ArrayList<>();
		try (ExecutorService threads = Executors.newFixedThreadPool(64)) {
			for (int t = 0; t < 64; t++) {
				int thread = t;
				all.add(threads.submit(() -> {
					start.await();
					for (int i = 0; i < 400; i++) {
						// Eight threads share a conversation, all of them its values.
						String id = "c" + thread % 8;
						String value = id + "-" + (i * 7 + thread) % 200 + "@example.com";
						String placeholder = shared.conceal(id, "EMAIL", value, true);
						assertThat(byValue.putIfAbsent(value, placeholder)).isIn(null, placeholder);
						assertThat(shared.restore(id, "to " + placeholder + "!", Disclosure.TO_USER))
							.isEqualTo("to " + value + "!");
					}
					return null;
				}));
			}
			start.countDown();
			for (Future<?> each : all) {
				each.get();
			}
		}
		assertThat(shared.conversations()).isEqualTo(8);
		assertThat(byValue).hasSize(8 * 200);
		for (int c = 0; c < 8; c++) {
			String id = "c" + c + "-";
			assertThat(byValue.entrySet().stream().filter((entry) -> entry.getKey().startsWith(id)))
				.extracting(Map.Entry::getValue)
				.doesNotHaveDuplicates()
				.hasSize(200);
		}
	}

}
