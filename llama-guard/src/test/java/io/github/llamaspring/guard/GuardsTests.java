package io.github.llamaspring.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.llamaspring.guard.policy.PolicyException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class GuardsTests {

	private static final String TEXT = "Compare it with Acme, please.";

	private static final GuardContext INPUT = GuardContext.of(Stage.INPUT);

	@TempDir
	private Path folder;

	private Path write(String name, String yaml) throws IOException {
		Path file = this.folder.resolve(name);
		Path draft = Files.writeString(this.folder.resolve(name + ".new"), yaml);
		return Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
	}

	private static String policy(String action) {
		return "policy: shop\nextends: llama2-aup\nlists: {rivals: {words: [Acme], category: RIVAL, action: " + action
				+ "}}\n";
	}

	private static Guards guards(Path file) {
		return Guards.builder(Guard.builder().policy(file)).build();
	}

	private static void await(BooleanSupplier condition) throws InterruptedException {
		for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
			Thread.sleep(50);
		}
		assertThat(condition.getAsBoolean()).isTrue();
	}

	@Test
	void takesAChangedFile() throws Exception {
		Path file = write("shop.yaml", policy("flag"));
		Guards guards = guards(file);
		Guard before = guards.guard();
		assertThat(guards.reload()).isFalse();
		write("shop.yaml", policy("block"));
		assertThat(guards.reload()).isTrue();
		assertThat(before.check(TEXT, INPUT).action()).isEqualTo(Action.FLAG);
		assertThat(guards.guard().check(TEXT, INPUT).action()).isEqualTo(Action.BLOCK);
		assertThat(guards.guard().policy().hash()).isNotEqualTo(before.policy().hash());
		assertThat(guards.status().reloads()).isEqualTo(1);
		assertThat(guards.reload()).isFalse();
	}

	@Test
	void seesAChangeThatKeepsTimeAndSize() throws Exception {
		Path file = write("shop.yaml", policy("allow"));
		FileTime time = Files.getLastModifiedTime(file);
		Guards guards = guards(file);
		write("shop.yaml", policy("block"));
		Files.setLastModifiedTime(file, time);
		assertThat(guards.reload()).isTrue();
	}

	@Test
	void takesAChangedFileThatIsExtended() throws Exception {
		write("base.yaml", policy("flag"));
		Path file = write("shop.yaml", "policy: own\nextends: base.yaml\n");
		Guards guards = guards(file);
		write("base.yaml", policy("block"));
		assertThat(guards.reload()).isTrue();
		assertThat(guards.guard().check(TEXT, INPUT).action()).isEqualTo(Action.BLOCK);
	}

	@Test
	void keepsTheOldPolicyWhereTheFileIsBad() throws Exception {
		Path file = write("shop.yaml", policy("block"));
		Guards guards = guards(file);
		PolicyInfo before = guards.guard().policy();
		Instant start = Instant.now();
		write("shop.yaml", policy("blok"));
		assertThat(guards.reload()).isFalse();
		assertThat(guards.reload()).isFalse();
		assertThat(guards.guard().policy()).isEqualTo(before);
		assertThat(guards.guard().check(TEXT, INPUT).action()).isEqualTo(Action.BLOCK);
		Guards.Failure failure = guards.status().failure();
		assertThat(failure).isNotNull();
		assertThat(failure.file()).isEqualTo(file.toString());
		assertThat(failure.line()).isEqualTo(3);
		assertThat(failure.message()).contains("lists.rivals.action is blok");
		assertThat(failure.since()).isBetween(start, Instant.now());
		assertThat(guards.status().failures()).isEqualTo(1);
		Files.delete(file);
		guards.reload();
		Guards.Failure gone = guards.status().failure();
		assertThat(gone).isNotNull();
		assertThat(gone.message()).contains("there is no policy file");
		assertThat(gone.since()).isEqualTo(failure.since());
		write("shop.yaml", policy("block"));
		assertThat(guards.reload()).isFalse();
		assertThat(guards.status().failure()).isNull();
		assertThat(guards.guard().policy()).isEqualTo(before);
	}

	@Test
	void doesNotStartWithABadFile() throws Exception {
		Path file = write("shop.yaml", policy("blok"));
		assertThatThrownBy(() -> guards(file)).isInstanceOf(PolicyException.class).hasMessageContaining("line 3");
		Path good = write("good.yaml", policy("block"));
		assertThatThrownBy(() -> Guards.builder(Guard.builder().policy(good)).shadow(file, (difference) -> {
		}).build()).isInstanceOf(PolicyException.class).hasMessageContaining("line 3");
	}

	@Test
	void looksByItself() throws Exception {
		Path file = write("shop.yaml", policy("flag"));
		try (Guards guards = Guards.builder(Guard.builder().policy(file)).reload(Duration.ofMillis(20)).build()) {
			write("shop.yaml", policy("block"));
			await(() -> guards.guard().check(TEXT, INPUT).action() == Action.BLOCK);
			write("shop.yaml", "policy: [");
			await(() -> guards.status().failure() != null);
			write("shop.yaml", policy("redact"));
			await(() -> guards.guard().check(TEXT, INPUT).action() == Action.REDACT);
			assertThat(guards.status().failure()).isNull();
		}
	}

	@Test
	void followsALinkThatIsSwapped() throws Exception {
		Path one = Files.createDirectory(this.folder.resolve("v1"));
		Path two = Files.createDirectory(this.folder.resolve("v2"));
		Files.writeString(one.resolve("shop.yaml"), policy("flag"));
		Files.writeString(two.resolve("shop.yaml"), policy("block"));
		Path data = Files.createSymbolicLink(this.folder.resolve("data"), one);
		Guards guards = guards(data.resolve("shop.yaml"));
		Files.delete(data);
		Files.createSymbolicLink(data, two);
		assertThat(guards.reload()).isTrue();
		assertThat(guards.guard().check(TEXT, INPUT).action()).isEqualTo(Action.BLOCK);
	}

	@Test
	void finishesAStreamByThePolicyItBeganWith() throws Exception {
		Path file = write("shop.yaml", policy("redact"));
		Guards guards = guards(file);
		GuardStream stream = guards.guard().stream(GuardContext.of(Stage.OUTPUT));
		String hash = guards.guard().policy().hash();
		String shown = stream.feed("Compare it with ").text();
		write("shop.yaml", policy("allow"));
		assertThat(guards.reload()).isTrue();
		shown += stream.feed("Acme, please.").text() + stream.finish().text();
		assertThat(shown).isEqualTo("Compare it with [RIVAL], please.");
		assertThat(stream.verdict().policy().hash()).isEqualTo(hash);
	}

	@Test
	void everyVerdictIsOfOnePolicyWhileTheyChange() throws Exception {
		Path file = write("shop.yaml", policy("flag"));
		Guards guards = guards(file);
		Map<String, Action> expected = new java.util.concurrent.ConcurrentHashMap<>();
		expected.put(guards.guard().policy().hash(), Action.FLAG);
		write("shop.yaml", policy("block"));
		guards.reload();
		expected.put(guards.guard().policy().hash(), Action.BLOCK);
		AtomicBoolean stop = new AtomicBoolean();
		try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
			List<Future<Integer>> results = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				results.add(threads.submit(() -> {
					int checks = 0;
					do {
						Verdict verdict = guards.guard().check(TEXT, INPUT);
						assertThat(verdict.action()).isEqualTo(expected.get(verdict.policy().hash()));
						checks++;
					}
					while (!stop.get());
					return checks;
				}));
			}
			try {
				for (int i = 0; i < 20; i++) {
					write("shop.yaml", policy((i % 2 == 0) ? "flag" : "block"));
					assertThat(guards.reload()).isTrue();
				}
			}
			finally {
				stop.set(true);
			}
			for (Future<Integer> result : results) {
				assertThat(result.get()).isPositive();
			}
		}
	}

	@Test
	void givesTenantsTheirOwnPolicy() throws Exception {
		Path file = write("shop.yaml", policy("block") + """
				tenants:
				  beta: {lists: {rivals: {words: [Globex], action: block}}}
				  trial: {mode: shadow}
				""");
		Guards guards = guards(file);
		assertThat(guards.tenants()).containsExactly("beta", "trial");
		assertThat(guards.guard("beta").check(TEXT, INPUT).action()).isEqualTo(Action.ALLOW);
		assertThat(guards.guard("beta").check("Globex?", INPUT).policy().id()).isEqualTo("shop/beta");
		assertThat(guards.guard("beta").check("Globex?", INPUT).action()).isEqualTo(Action.BLOCK);
		assertThat(guards.guard("unknown")).isSameAs(guards.guard());
		assertThat(guards.guard(null).check(TEXT, INPUT).action()).isEqualTo(Action.BLOCK);
		Verdict trial = guards.guard("trial").check(TEXT, INPUT);
		assertThat(trial.action()).isEqualTo(Action.FLAG);
		assertThat(trial.text()).isSameAs(TEXT);
		assertThat(trial.message()).isNull();
		assertThat(trial.findings()).extracting(Finding::action).containsExactly(Action.BLOCK);
		assertThat(List.of(trial, guards.guard().check(TEXT, INPUT))).extracting((verdict) -> verdict.policy().hash())
			.doesNotHaveDuplicates();
	}

	@Test
	void aPolicyInShadowLetsEveryStreamPass() throws Exception {
		Guard guard = Guard.load(write("shop.yaml", policy("block") + "mode: shadow\n"));
		GuardStream stream = guard.stream(GuardContext.of(Stage.OUTPUT));
		for (char c : (TEXT + " Mail max@example.com.").toCharArray()) {
			GuardStream.Released released = stream.feed(String.valueOf(c));
			assertThat(released.text()).isEqualTo(String.valueOf(c));
			assertThat(released.blocked()).isFalse();
		}
		assertThat(stream.finish().text()).isEmpty();
		assertThat(stream.verdict().action()).isEqualTo(Action.FLAG);
		assertThat(stream.verdict().text()).isEqualTo(TEXT + " Mail max@example.com.");
		assertThat(stream.verdict().rule()).isEqualTo("list.rivals");
		Verdict clean = guard.check("Hello", INPUT);
		assertThat(clean.action()).isEqualTo(Action.ALLOW);
	}

	@Test
	void aGuardThatIsGivenStays() {
		Guard guard = Guard.builtIn();
		Guards guards = Guards.of(guard);
		assertThat(guards.guard("any")).isSameAs(guard);
		assertThat(guards.reload()).isFalse();
		assertThat(guards.status().policy()).isEqualTo(guard.policy());
	}

}
