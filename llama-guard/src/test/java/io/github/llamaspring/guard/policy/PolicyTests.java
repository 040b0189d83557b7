package io.github.llamaspring.guard.policy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
					policy: p\\ninjection: {action: pseudonymize} | line 2: injection.action is pseudonymize
					policy: p\\nextends: llama2-aup\\ncategories: {U1.6: {action: pseudonymize}} | line 3: categories.U1.6.action is pseudonymize
					policy: p\\npii: {tools: {crm: [EMIAL]}} | line 2: pii.tools.crm names EMIAL
					policy: p\\npii: {restoreTo: [crm]} | line 2: pii.restoreTo can name only user
					policy: p\\ninjection: {block: 2} | line 2: injection.block must lie between 0 and 1
					policy: p\\nextends: other | line 2: extends is other
					policy: p\\nonError: {input: redact} | line 2: onError.input must be block, flag or allow
					policy: p\\nstream: {maxHoldMs: 10001} | line 2: stream.maxHoldMs must be a whole number from 0 to 10000
					policy: p\\nlimits: {maxMillis: -1} | line 2: limits.maxMillis must be a whole number
					policy: p\\nlimits: {millis: 1} | line 2: limits.millis is not a known key
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
	void readsTheTimeLimits() throws Exception {
		Policy usual = load("policy: p\nextends: llama2-aup\nstream: {maxHoldChars: 128}");
		assertThat(usual.maxHoldTime()).hasMillis(250);
		assertThat(usual.maxTime()).hasMillis(50);
		Policy own = load("policy: p\nextends: llama2-aup\nstream: {maxHoldMs: 0}\nlimits: {maxMillis: 700}");
		assertThat(own.maxHoldTime()).isZero();
		assertThat(own.maxHoldChars()).isEqualTo(256);
		assertThat(own.maxTime()).hasMillis(700);
		assertThat(own.hash()).isNotEqualTo(load("policy: p\nextends: llama2-aup\nlimits: {maxMillis: 700}").hash());
	}

	@Test
	void extendsOtherFiles() throws Exception {
		Path home = Files.createDirectories(this.folder.resolve("shops/own"));
		Files.writeString(this.folder.resolve("shops/base.yaml"),
				"policy: base\nversion: 7\nextends: llama2-aup\npii: {EMAIL: block, IBAN: block}\n"
						+ "tenants: {beta: {pii: {EMAIL: flag}}, alpha: {mode: shadow}}");
		Path file = Files.writeString(home.resolve("shop.yaml"), "policy: shop\nextends: ../base.yaml\n"
				+ "pii: {EMAIL: redact}\ntenants: {beta: {version: 2, pii: {IBAN: allow}}}");
		Policy policy = Policy.load(file, KINDS, "");
		assertThat(policy.id()).isEqualTo("shop");
		assertThat(policy.version()).isEqualTo("1");
		assertThat(policy.categories()).hasSize(25);
		assertThat(policy.pii("EMAIL").at(Stage.INPUT)).isEqualTo(Action.REDACT);
		assertThat(policy.pii("IBAN").at(Stage.INPUT)).isEqualTo(Action.BLOCK);
		assertThat(policy.sources()).containsOnlyKeys(file, this.folder.resolve("shops/base.yaml"));
		Policy beta = policy.tenants().get("beta");
		assertThat(beta.id()).isEqualTo("shop/beta");
		assertThat(beta.version()).isEqualTo("2");
		assertThat(beta.pii("EMAIL").at(Stage.INPUT)).isEqualTo(Action.FLAG);
		assertThat(beta.pii("IBAN").at(Stage.INPUT)).isEqualTo(Action.ALLOW);
		assertThat(policy.tenants().get("alpha").mode()).isEqualTo(Mode.SHADOW);
		assertThat(List.of(policy.hash(), beta.hash(), policy.tenants().get("alpha").hash())).doesNotHaveDuplicates();
	}

	@Test
	void tenantsChangeWhatHappensToAnswersAndWhoJudges() throws Exception {
		Policy policy = load("""
				policy: p
				extends: llama2-aup
				judge: {all: true, unsafe: 0.6}
				onError: {judge: flag}
				groundedness: {action: flag}
				tenants:
				  same: {}
				  leak: {leak: {words: 8}}
				  refusal: {refusal: {action: reask}}
				  grounded: {groundedness: {similarity: 0.8}}
				  judge: {judge: {maxMs: 500}}
				  one: {categories: {U2.5: {judge: false}}}
				  closed: {onError: {judge: block}}
				""");
		Map<String, Policy> tenants = policy.tenants();
		assertThat(tenants.get("same").judge()).isEqualTo(policy.judge());
		assertThat(tenants.get("same").answers()).isEqualTo(policy.answers());
		assertThat(tenants.get("leak").answers().leakWords()).isEqualTo(8);
		assertThat(tenants.get("leak").answers().groundedness()).isEqualTo(Action.FLAG);
		assertThat(tenants.get("refusal").answers().refusal()).isEqualTo(Action.REASK);
		assertThat(tenants.get("grounded").answers().similarity()).isEqualTo(0.8);
		assertThat(tenants.get("judge").judge().maxMs()).isEqualTo(500);
		assertThat(tenants.get("judge").judge().unsafe()).isEqualTo(0.6);
		assertThat(policy.judge().categories()).contains("U2.5");
		assertThat(tenants.get("one").judge().categories()).doesNotContain("U2.5");
		assertThat(policy.judge().onError()).isEqualTo(Action.FLAG);
		assertThat(tenants.get("closed").judge().onError()).isEqualTo(Action.BLOCK);
	}

	@ParameterizedTest
	@ValueSource(strings = { "leak: {words: 8}", "leak: {action: flag}", "refusal: {action: reask}",
			"groundedness: {action: flag}", "groundedness: {similarity: 0.8}", "judge: {all: true}",
			"judge: {unsafe: 0.6}", "judge: {maxMs: 500}", "categories: {U2.5: {judge: true}}",
			"onError: {judge: flag}" })
	void whatDecidesAboutAnswersIsInTheHash(String setting) throws Exception {
		assertThat(load("policy: p\nextends: llama2-aup\n" + setting).hash())
			.isNotEqualTo(load("policy: p\nextends: llama2-aup\n").hash());
	}

	@Test
	void namesTheExtendedFileThatIsWrong() throws Exception {
		Path base = Files.writeString(this.folder.resolve("base.yaml"), "policy: base\npii:\n  EMAIL: blok\n");
		assertThatThrownBy(() -> load("policy: p\nextends: base.yaml")).hasMessageStartingWith(base + ", line 3")
			.isInstanceOfSatisfying(PolicyException.class, (failure) -> assertThat(failure.line()).isEqualTo(3));
	}

	@Test
	void boundsHowFarPoliciesExtend() throws Exception {
		for (int i = 0; i < 9; i++) {
			Files.writeString(this.folder.resolve("p" + i + ".yaml"), "policy: p\nextends: p" + (i + 1) + ".yaml");
		}
		assertThatThrownBy(() -> load("policy: p\nextends: p0.yaml")).hasMessageContaining("at most 8 files");
		Files.writeString(this.folder.resolve("ring.yaml"), "policy: p\nextends: shop.yaml");
		assertThatThrownBy(() -> load("policy: p\nextends: ring.yaml"))
			.hasMessageContaining("shop.yaml → ring.yaml → shop.yaml")
			.hasMessageContaining("ring.yaml, line 2");
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
