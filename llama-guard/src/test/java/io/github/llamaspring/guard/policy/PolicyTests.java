package io.github.llamaspring.guard.policy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PolicyTests {

	private static final List<String> KINDS = List.of("EMAIL", "IBAN");

	@TempDir
	private Path folder;

	private Policy load(String yaml) throws Exception {
		Path file = this.folder.resolve("shop.yaml");
		Files.writeString(file, yaml);
		return Policy.load(file, KINDS, "rules");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					policy: p\\nextend: x | line 2: extend is not a known key
					policy: p\\npii:\\n  EMIAL: block | line 3: pii.EMIAL is no known kind
					policy: p\\nextends: llama2-aup\\ncategories:\\n  U2.5: {acton: block} | line 4: categories.U2.5.acton is not a known key
					policy: p\\npii: {EMAIL: blok} | line 2: pii.EMAIL is blok, but must be one of
					policy: p\\ninjection: {action: pseudonymize} | line 2: injection is pseudonymized
					policy: p\\nextends: llama2-aup\\ncategories: {U1.6: {action: pseudonymize}} | line 3: categories.U1.6 is pseudonymized
					policy: p\\npii: {tools: {crm: [EMIAL]}} | line 2: pii.tools.crm names EMIAL
					policy: p\\npii: {restoreTo: [crm]} | line 2: pii.restoreTo can name only user
					policy: p\\ninjection: {block: 2} | line 2: injection.block must lie between 0 and 1
					policy: p\\nextends: other | line 2: extends is other
					policy: p\\nonError: {input: redact} | line 2: onError.input must be block, flag or allow
					version: 1 | policy is missing
					policy: [ | not YAML
					policy: p\\npolicy: q | twice
					""")
	void namesFileLineAndKey(String yaml, String message) {
		assertThatThrownBy(() -> load(yaml.replace("\\n", "\n"))).isInstanceOf(PolicyException.class)
			.hasMessageContaining("shop.yaml")
			.hasMessageContaining(message);
	}

	@Test
	void overlaysWhatItExtends() throws Exception {
		Policy policy = load("""
				policy: shop
				version: 3
				extends: llama2-aup
				categories: {U2.5: {action: escalate}}
				pii: {IBAN: {input: block}}
				""");
		assertThat(policy.categories().get("U2.5").actions().at(Stage.INPUT)).isEqualTo(Action.ESCALATE);
		assertThat(policy.categories().get("U2.5").message()).isEqualTo("crisis-help");
		assertThat(policy.pii("IBAN").at(Stage.INPUT)).isEqualTo(Action.BLOCK);
		assertThat(policy.pii("IBAN").at(Stage.OUTPUT)).isEqualTo(Action.REDACT);
		assertThat(policy.pii("EMAIL").at(Stage.INPUT)).isEqualTo(Action.REDACT);
		assertThat(policy.categories()).hasSize(25);
		assertThat(policy.version()).isEqualTo("3");
	}

	@Test
	void hashesTheContentAndNotTheForm() throws Exception {
		String hash = load("policy: a\nextends: llama2-aup\npii: {IBAN: block, EMAIL: flag}").hash();
		assertThat(hash).matches("[0-9a-f]{64}");
		assertThat(load("# note\npolicy: a\npii:\n  EMAIL: flag\n  IBAN: block\nextends: llama2-aup\n").hash())
			.isEqualTo(hash);
		assertThat(load("policy: a\nextends: llama2-aup\npii: {IBAN: block, EMAIL: allow}").hash()).isNotEqualTo(hash);
		assertThat(Policy.builtIn(KINDS, "rules").hash()).isNotEqualTo(Policy.builtIn(KINDS, "other").hash());
	}

	@Test
	void limitsHostileFiles() {
		String bomb = "policy: p\na: &a [x,x]\n"
				+ "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]";
		assertThatThrownBy(() -> load(bomb)).isInstanceOf(PolicyException.class).hasMessageContaining("aliases");
		assertThatThrownBy(() -> load("policy: " + "[".repeat(5000))).isInstanceOf(PolicyException.class);
		assertThatThrownBy(() -> load("#" + "x".repeat(2_000_000))).isInstanceOf(PolicyException.class)
			.hasMessageContaining("larger");
		assertThatThrownBy(() -> load("")).isInstanceOf(PolicyException.class).hasMessageContaining("empty");
	}

	@Test
	void hasWordsInFiveLanguagesForEveryCategory() {
		Policy policy = Policy.builtIn(KINDS, "");
		for (Category category : policy.categories().values()) {
			for (String language : List.of("en", "de", "pt", "es", "fr")) {
				assertThat(policy.message(category.message(), language)).as(category.id())
					.isNotNull()
					.satisfies((message) -> assertThat(message.language()).isEqualTo(language));
			}
		}
	}

}
