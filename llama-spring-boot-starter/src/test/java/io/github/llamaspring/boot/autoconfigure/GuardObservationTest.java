package io.github.llamaspring.boot.autoconfigure;

import io.github.llamaspring.boot.guard.Moderation;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.GuardStream;
import io.github.llamaspring.guard.Stage;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks as observations; no model is needed.
 */
class GuardObservationTest {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LlamaAutoConfiguration.class))
		.withPropertyValues("llama.startup=background", "llama.model=file:nowhere.gguf");

	@Test
	void everyCheckIsAnObservation() {
		TestObservationRegistry observations = TestObservationRegistry.create();
		this.runner.withBean(ObservationRegistry.class, () -> observations).run((context) -> {
			Moderation moderation = context.getBean(Moderation.class);
			moderation.check("Mail anna@example.com", GuardContext.of(Stage.INPUT));
			moderation.check("Mail anna@example.com", GuardContext.of(Stage.INPUT));
			GuardStream stream = moderation.stream(GuardContext.of(Stage.OUTPUT));
			stream.feed("Gladly.");
			stream.finish();
		});
		TestObservationRegistryAssert.assertThat(observations)
			.doesNotHaveAnyRemainingCurrentObservation()
			.hasNumberOfObservationsWithNameEqualTo("guard.check", 2)
			.hasAnObservation((one) -> one.hasNameEqualTo("guard.check")
				.hasLowCardinalityKeyValue("stage", "INPUT")
				.hasLowCardinalityKeyValue("category", "EMAIL")
				.hasLowCardinalityKeyValue("action", "REDACT")
				.hasLowCardinalityKeyValue("detector", "pii")
				.hasLowCardinalityKeyValue("policy", "llama2-aup")
				.hasLowCardinalityKeyValue("status", "OK"))
			.hasAnObservation((one) -> one.hasLowCardinalityKeyValue("stage", "OUTPUT_STREAM")
				.hasLowCardinalityKeyValue("action", "ALLOW")
				.hasLowCardinalityKeyValue("category", "none")
				.hasLowCardinalityKeyValue("detector", "none"));
		TestObservationRegistryAssert.assertThat(observations)
			.hasObservationWithNameEqualTo("guard.check")
			.that()
			.hasBeenStopped();
	}

	@Test
	void timersComeOfThem() {
		MeterRegistry meters = new SimpleMeterRegistry();
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
		this.runner.withBean(ObservationRegistry.class, () -> observations)
			.run((context) -> context.getBean(Moderation.class)
				.check("Where is my order?", GuardContext.of(Stage.INPUT)));
		assertThat(meters.get("guard.check").tag("stage", "INPUT").tag("action", "ALLOW").timer().count()).isEqualTo(1);
	}

}
