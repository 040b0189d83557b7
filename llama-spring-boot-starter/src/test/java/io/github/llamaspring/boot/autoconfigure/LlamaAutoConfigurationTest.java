package io.github.llamaspring.boot.autoconfigure;

import java.time.Duration;

import io.github.llamaspring.boot.TestEngine;
import io.github.llamaspring.boot.actuate.LlamaHealthIndicator;
import io.github.llamaspring.boot.actuate.LlamaMetrics;
import io.github.llamaspring.boot.ai.LlamaChatModel;
import io.github.llamaspring.boot.ai.LlamaChatOptions;
import io.github.llamaspring.boot.chat.ChatFacade;
import io.github.llamaspring.boot.engine.EngineNotReadyException;
import io.github.llamaspring.boot.engine.EngineStatus;
import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.guard.GuardedChatModel;
import io.github.llamaspring.boot.guard.Moderation;
import io.github.llamaspring.boot.resilience.EngineGate;
import io.github.llamaspring.boot.summary.SummaryFacade;
import io.github.llamaspring.boot.vr.VrDialogueFacade;
import io.github.llamaspring.core.ModelOptions.KernelChoice;
import io.github.llamaspring.core.error.ModelNotFoundException;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * With the real demo model; no SpringExtension, so it runs on JUnit 5 too.
 */
class LlamaAutoConfigurationTest {

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LlamaAutoConfiguration.class, LlamaFacadeAutoConfiguration.class,
				LlamaActuatorAutoConfiguration.class, LlamaWebAutoConfiguration.class,
				ToolCallingAutoConfiguration.class, ChatClientAutoConfiguration.class));

	private ApplicationContextRunner withModel() {
		return this.bare.withPropertyValues("llama.model=file:" + TestEngine.demoModel(), "llama.context-length=256");
	}

	@Test
	void theGuardedModelIsTheOnlyCandidate() {
		withModel().run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(ChatModel.class)).isInstanceOf(GuardedChatModel.class);
			assertThat(context.getBean("llamaEngineChatModel")).isInstanceOf(LlamaChatModel.class);
			assertThat(context).hasSingleBean(ChatFacade.class)
				.hasSingleBean(SummaryFacade.class)
				.hasSingleBean(VrDialogueFacade.class)
				.hasSingleBean(ChatClient.Builder.class)
				.hasSingleBean(LlamaHealthIndicator.class)
				.hasSingleBean(LlamaMetrics.class)
				.doesNotHaveBean(EngineExceptionAdvice.class);
		});
	}

	@Test
	void hasTheDocumentedDefaults() {
		this.bare.withPropertyValues("llama.startup=background", "llama.model=file:nowhere.gguf").run((context) -> {
			LlamaProperties properties = context.getBean(LlamaProperties.class);
			assertThat(properties.kernel()).isEqualTo(KernelChoice.AUTO);
			assertThat(properties.slots()).isEqualTo(1);
			assertThat(properties.guard().enabled()).isTrue();
			LlamaProperties.Resilience resilience = properties.resilience();
			assertThat(resilience.queueCapacity()).isEqualTo(16);
			assertThat(resilience.callWait()).isEqualTo(Duration.ofSeconds(30));
			assertThat(resilience.firstToken()).isEqualTo(Duration.ofSeconds(60));
			assertThat(resilience.betweenTokens()).isEqualTo(Duration.ofSeconds(15));
			assertThat(resilience.total()).isEqualTo(Duration.ofMinutes(5));
			assertThat(resilience.circuitBreaker())
				.isEqualTo(new LlamaProperties.Breaker(10, 5, 50, Duration.ofSeconds(30)));
		});
		assertThat(new ApplicationContextRunner().withUserConfiguration(PropertiesOnly.class))
			.satisfies((runner) -> runner
				.run((context) -> assertThat(context.getBean(LlamaProperties.class).model()).isEqualTo("demo")));
	}

	@Test
	void bindsProperties() {
		withModel()
			.withPropertyValues("llama.slots=2", "llama.kernel=scalar", "llama.threads=1", "llama.chat.max-tokens=7",
					"llama.chat.stop=A,B", "llama.chat.seed=5", "llama.chat.min-p=0.2", "llama.memory.expiry=5m")
			.run((context) -> {
				assertThat(context.getBean(EngineGate.class).slots()).isEqualTo(2);
				LlamaChatOptions options = (LlamaChatOptions) context.getBean(ChatModel.class).getOptions();
				assertThat(options.getMaxTokens()).isEqualTo(7);
				assertThat(options.getStopSequences()).containsExactly("A", "B");
				assertThat(options.getSeed()).isEqualTo(5);
				assertThat(options.getMinP()).isEqualTo(0.2);
				assertThat(context.getBean(LlamaEngine.class).status()).isInstanceOfSatisfying(EngineStatus.Ready.class,
						(ready) -> {
							assertThat(ready.model().kernel()).isEqualTo("scalar");
							assertThat(ready.model().threads()).isEqualTo(1);
							assertThat(ready.contextLength()).isEqualTo(256);
						});
			});
	}

	@Test
	void backsOffForTheApplicationsOwnChatModel() {
		this.bare.withUserConfiguration(OwnChatModel.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ChatModel.class)
				.doesNotHaveBean(LlamaEngine.class)
				.doesNotHaveBean(ChatFacade.class)
				.doesNotHaveBean(LlamaHealthIndicator.class));
	}

	@Test
	void isOffWhereAnotherProviderIsSelected() {
		this.bare.withPropertyValues("spring.ai.model.chat=none")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(ChatModel.class)
				.doesNotHaveBean(LlamaEngine.class));
	}

	@Test
	void facadesCanBeSwitchedOff() {
		withModel()
			.withPropertyValues("llama.chat.enabled=false", "llama.summary.enabled=false", "llama.vr.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ChatFacade.class)
				.doesNotHaveBean(SummaryFacade.class)
				.doesNotHaveBean(VrDialogueFacade.class)
				.hasSingleBean(GuardedChatModel.class));
	}

	@Test
	void theGuardCanBeSwitchedOff() {
		withModel().withPropertyValues("llama.guard.enabled=false")
			.run((context) -> assertThat(context.getBean(Moderation.class).policy().id()).isEqualTo("none"));
	}

	@Test
	void worksWithoutActuatorMetricsAndWeb() {
		withModel()
			.withClassLoader(
					new FilteredClassLoader(HealthIndicator.class, MeterBinder.class, RestControllerAdvice.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ChatFacade.class)
				.doesNotHaveBean("llamaHealthIndicator")
				.doesNotHaveBean("llamaMetrics")
				.doesNotHaveBean("llamaEngineExceptionAdvice"));
	}

	@Test
	void theApplicationsOwnRegistryDecidesOnTheSlots() {
		BulkheadRegistry own = BulkheadRegistry.ofDefaults();
		own.bulkhead("llama", BulkheadConfig.custom().maxConcurrentCalls(3).build());
		withModel().withBean(BulkheadRegistry.class, () -> own).run((context) -> {
			assertThat(context.getBean(EngineGate.class).slots()).isEqualTo(3);
			SimpleMeterRegistry meters = new SimpleMeterRegistry();
			context.getBean("llamaResilienceMetrics", MeterBinder.class).bindTo(meters);
			assertThat(meters.find("resilience4j.bulkhead.available.concurrent.calls").meter()).isNull();
			assertThat(meters.find("resilience4j.circuitbreaker.state").meters()).isNotEmpty();
		});
	}

	@Test
	void anEagerStartFailsWhereThereIsNoModel() {
		this.bare.withPropertyValues("llama.model=file:nowhere.gguf")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.hasRootCauseInstanceOf(Exception.class)
				.satisfies((failure) -> assertThat(failure).hasStackTraceContaining("ModelNotFoundException")));
	}

	@Test
	void aBackgroundStartIsUpAndSaysWhyThereIsNoModel() {
		this.bare.withPropertyValues("llama.model=file:nowhere.gguf", "llama.startup=background")
			.withBean(ApplicationAvailabilityBean.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				EngineStatus status = awaitEnd(context.getBean(LlamaEngine.class));
				assertThat(status).isInstanceOfSatisfying(EngineStatus.Failed.class,
						(failed) -> assertThat(failed.reason()).contains("nowhere.gguf"));
				Health health = context.getBean(LlamaHealthIndicator.class).health();
				assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
				assertThat(health.getDetails().get("why")).asString().contains("nowhere.gguf");
				assertThatExceptionOfType(EngineNotReadyException.class)
					.isThrownBy(() -> context.getBean(ChatModel.class).call(new Prompt("Hello")))
					.satisfies((failure) -> assertThat(failure.retryAfterSeconds()).isPositive());
				AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
				assertThat(context.getBean(ApplicationAvailabilityBean.class).getReadinessState())
					.isEqualTo(ReadinessState.REFUSING_TRAFFIC);
			});
	}

	@Test
	void aBackgroundStartAcceptsTrafficWhenTheModelIsThere() {
		withModel().withPropertyValues("llama.startup=background")
			.withBean(ApplicationAvailabilityBean.class)
			.run((context) -> {
				AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
				assertThat(awaitEnd(context.getBean(LlamaEngine.class))).isInstanceOf(EngineStatus.Ready.class);
				Health health = context.getBean(LlamaHealthIndicator.class).health();
				assertThat(health.getStatus()).isEqualTo(Status.UP);
				assertThat(health.getDetails()).containsKeys("model", "kernel", "threads", "contextLength", "queued");
				ApplicationAvailabilityBean availability = context.getBean(ApplicationAvailabilityBean.class);
				// the listeners hear of it right after
				for (int i = 0; i < 600 && availability.getReadinessState() != ReadinessState.ACCEPTING_TRAFFIC; i++) {
					Thread.sleep(100);
				}
				assertThat(availability.getReadinessState()).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
			});
	}

	@Test
	void measuresTimeToFirstTokenAndTokens() {
		withModel().withPropertyValues("llama.chat.max-tokens=3")
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> {
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				context.getBean(LlamaMetrics.class).bindTo(meters);
				ChatResponse response = context.getBean(ChatModel.class).call(new Prompt("Say hello."));
				assertThat(response.getMetadata().getUsage().getCompletionTokens()).isBetween(1, 3);
				assertThat(meters.get("gen_ai.client.operation.time_to_first_chunk").timer().count()).isEqualTo(1);
				assertThat(meters.get("llama.engine.tokens").tag("type", "prompt").counter().count()).isPositive();
				assertThat(meters.get("llama.guard.verdicts").tag("stage", "INPUT").counter().count()).isEqualTo(1);
			});
	}

	private static EngineStatus awaitEnd(LlamaEngine engine) throws InterruptedException {
		for (int i = 0; i < 600; i++) {
			EngineStatus status = engine.status();
			if (status instanceof EngineStatus.Ready || status instanceof EngineStatus.Failed) {
				return status;
			}
			Thread.sleep(100);
		}
		throw new AssertionError("still " + engine.status());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(LlamaProperties.class)
	static class PropertiesOnly {

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnChatModel {

		@Bean
		ChatModel ownChatModel() {
			return (prompt) -> {
				throw new UnsupportedOperationException();
			};
		}

	}

}
