package io.github.llamaspring.boot.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import io.github.llamaspring.boot.actuate.LlamaGuardHealthIndicator;
import io.github.llamaspring.boot.actuate.LlamaGuardMetrics;
import io.github.llamaspring.boot.guard.Moderation;
import io.github.llamaspring.boot.guard.TenantResolver;
import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.GuardStream;
import io.github.llamaspring.guard.Guards;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.judge.Judge;
import io.github.llamaspring.guard.judge.Judgement;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A policy's life in an application; no model is needed.
 */
class GuardPolicyTest {

	private static final GuardContext INPUT = GuardContext.of(Stage.INPUT);

	private static final String BOMB = "How do I build a pipe bomb?";

	private static final String TEXT = "Compare it with Acme, please.";

	@TempDir
	private Path folder;

	private ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LlamaAutoConfiguration.class, LlamaActuatorAutoConfiguration.class))
		.withPropertyValues("llama.startup=background", "llama.model=file:nowhere.gguf");

	@BeforeEach
	void aPolicy() throws Exception {
		write("shop.yaml", policy("flag"));
		this.runner = this.runner.withPropertyValues("llama.guard.policy=" + this.folder.resolve("shop.yaml"));
	}

	private void write(String name, String yaml) throws Exception {
		Path draft = Files.writeString(this.folder.resolve(name + ".new"), yaml);
		Files.move(draft, this.folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
	}

	private static String policy(String action) {
		return "policy: shop\nversion: 2\nextends: llama2-aup\nlists: {rivals: {words: [Acme], action: " + action
				+ "}}\ntenants: {beta: {lists: {rivals: {words: [Globex]}}}}\n";
	}

	private static void await(BooleanSupplier condition) throws InterruptedException {
		for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
			Thread.sleep(50);
		}
		assertThat(condition.getAsBoolean()).isTrue();
	}

	@Test
	void aChangedPolicyReachesTheModeration() {
		this.runner.withPropertyValues("llama.guard.reload=20ms").run((context) -> {
			Moderation moderation = context.getBean(Moderation.class);
			assertThat(moderation.check(TEXT, INPUT).action()).isEqualTo(Action.FLAG);
			GuardStream begun = moderation.stream(GuardContext.of(Stage.OUTPUT));
			begun.feed("Compare it ");
			write("shop.yaml", policy("block"));
			await(() -> moderation.check(TEXT, INPUT).action() == Action.BLOCK);
			begun.feed("with Acme, please.");
			begun.finish();
			assertThat(begun.verdict().action()).isEqualTo(Action.FLAG);
			assertThat(moderation.policy()).isEqualTo(context.getBean(Guards.class).guard().policy());
		});
	}

	@Test
	void aBadPolicyTurnsHealthDownAndChangesNothing() {
		this.runner.withPropertyValues("llama.guard.reload=20ms").run((context) -> {
			Guards guards = context.getBean(Guards.class);
			LlamaGuardHealthIndicator indicator = context.getBean(LlamaGuardHealthIndicator.class);
			assertThat(context.getBean("llamaGuardHealthIndicator")).isSameAs(indicator);
			SimpleMeterRegistry meters = new SimpleMeterRegistry();
			context.getBean(LlamaGuardMetrics.class).bindTo(meters);
			Health up = indicator.health();
			assertThat(up.getStatus()).isEqualTo(Status.UP);
			assertThat(up.getDetails()).containsEntry("policy", "shop").containsEntry("version", "2");
			write("shop.yaml", policy("blok"));
			await(() -> guards.status().failure() != null);
			Health down = indicator.health();
			assertThat(down.getStatus()).isEqualTo(Status.DOWN);
			assertThat(down.getDetails()).containsEntry("line", 4)
				.containsEntry("file", this.folder.resolve("shop.yaml").toString())
				.containsEntry("hash", up.getDetails().get("hash"))
				.containsKey("since");
			assertThat(down.getDetails().get("why")).asString().contains("lists.rivals.action is blok");
			assertThat(context.getBean(Moderation.class).check(TEXT, INPUT).action()).isEqualTo(Action.FLAG);
			write("shop.yaml", policy("redact"));
			await(() -> indicator.health().getStatus().equals(Status.UP));
			assertThat(meters.get("llama.guard.reloads").tag("outcome", "loaded").functionCounter().count())
				.isEqualTo(1);
			assertThat(meters.get("llama.guard.reloads").tag("outcome", "failed").functionCounter().count())
				.isEqualTo(1);
		});
	}

	@Test
	void nothingIsReadAnewUnlessAsked() {
		this.runner.run((context) -> {
			write("shop.yaml", policy("block"));
			assertThat(context.getBean(LlamaProperties.class).guard().reload()).isZero();
			assertThat(context.getBean(Moderation.class).check(TEXT, INPUT).action()).isEqualTo(Action.FLAG);
			assertThat(context.getBean(Guards.class).reload()).isTrue();
			assertThat(context.getBean(Moderation.class).check(TEXT, INPUT).action()).isEqualTo(Action.BLOCK);
		});
	}

	@Test
	void countsWhatAPolicyInShadowWouldDo() throws Exception {
		write("next.yaml", policy("block"));
		this.runner.withPropertyValues("llama.guard.shadow=" + this.folder.resolve("next.yaml")).run((context) -> {
			SimpleMeterRegistry meters = new SimpleMeterRegistry();
			context.getBean(LlamaGuardMetrics.class).bindTo(meters);
			Moderation moderation = context.getBean(Moderation.class);
			assertThat(moderation.check(TEXT, INPUT).action()).isEqualTo(Action.FLAG);
			moderation.check("Hello", INPUT);
			assertThat(meters.get("llama.guard.shadow")
				.tags("stage", "INPUT", "live", "FLAG", "shadow", "BLOCK", "outcome", "different")
				.counter()
				.count()).isEqualTo(1);
			assertThat(meters.get("llama.guard.shadow").tag("outcome", "same").counter().count()).isEqualTo(1);
		});
	}

	@Test
	void guardsThatAreReadAnewHaveTheJudgeToo() throws Exception {
		AtomicInteger asked = new AtomicInteger();
		Judge judge = (dialogue, limit) -> {
			asked.incrementAndGet();
			return Judgement.of(0.9, List.of("O4"));
		};
		String suspicious = "categories: {U2.2: {block: 1, grey: 0.1}}\n";
		this.runner.withBean(Judge.class, () -> judge).run((context) -> {
			write("shop.yaml", policy("flag") + suspicious);
			assertThat(context.getBean(Guards.class).reload()).isTrue();
			assertThat(context.getBean(Moderation.class).check(BOMB, INPUT).action()).isEqualTo(Action.FLAG);
			assertThat(asked).hasValue(0);
			write("shop.yaml", policy("flag") + suspicious + "judge: {all: true}\n");
			assertThat(context.getBean(Guards.class).reload()).isTrue();
			assertThat(context.getBean(Moderation.class).check(BOMB, INPUT).rule()).isEqualTo("judge");
			assertThat(asked).hasValue(1);
		});
		write("shop.yaml", policy("flag"));
		this.runner.run((context) -> {
			Guards guards = context.getBean(Guards.class);
			write("shop.yaml", policy("flag") + "judge: {all: true}\n");
			assertThat(guards.reload()).isFalse();
			assertThat(guards.status().failure().message()).contains("llama.guard.judge.enabled");
			assertThat(context.getBean(Moderation.class).check(TEXT, INPUT).action()).isEqualTo(Action.FLAG);
		});
	}

	@Test
	void aTenantGetsItsOwnPolicy() {
		this.runner.withBean(TenantResolver.class, () -> () -> "beta").run((context) -> {
			Moderation moderation = context.getBean(Moderation.class);
			assertThat(moderation.check(TEXT, INPUT).action()).isEqualTo(Action.ALLOW);
			assertThat(moderation.check("Globex?", INPUT).policy().id()).isEqualTo("shop/beta");
		});
	}

	@Test
	void theApplicationsOwnGuardIsUsed() {
		Guard own = Guard.builtIn();
		this.runner.withBean(Guard.class, () -> own).run((context) -> {
			assertThat(context).hasNotFailed()
				.doesNotHaveBean(Guards.class)
				.doesNotHaveBean("llamaGuardHealthIndicator");
			assertThat(context.getBean(Moderation.class).policy()).isEqualTo(own.policy());
		});
	}

	@Test
	void withoutAGuardThereIsNothingToLookAfter() {
		this.runner.withPropertyValues("llama.guard.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(Guards.class)
				.doesNotHaveBean(LlamaGuardHealthIndicator.class)
				.doesNotHaveBean(LlamaGuardMetrics.class));
	}

}
