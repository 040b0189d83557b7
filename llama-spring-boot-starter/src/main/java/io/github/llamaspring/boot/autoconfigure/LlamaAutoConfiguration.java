package io.github.llamaspring.boot.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

import io.github.llamaspring.boot.ai.LlamaChatModel;
import io.github.llamaspring.boot.ai.LlamaChatOptions;
import io.github.llamaspring.boot.ai.LlamaTokenCountEstimator;
import io.github.llamaspring.boot.engine.EmbeddingEngine;
import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.guard.BreakingJudge;
import io.github.llamaspring.boot.guard.EngineTextEncoder;
import io.github.llamaspring.boot.guard.GuardedChatModel;
import io.github.llamaspring.boot.guard.GuardedEngine;
import io.github.llamaspring.boot.guard.InputGuardAdvisor;
import io.github.llamaspring.boot.guard.LlamaGuardJudge;
import io.github.llamaspring.boot.guard.Moderation;
import io.github.llamaspring.boot.guard.ObservedGuard;
import io.github.llamaspring.boot.guard.OutputGuardAdvisor;
import io.github.llamaspring.boot.guard.ShadowReport;
import io.github.llamaspring.boot.guard.TenantResolver;
import io.github.llamaspring.boot.resilience.EngineGate;
import io.github.llamaspring.boot.resilience.GateLimits;
import io.github.llamaspring.core.ModelOptions;
import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.GuardObserver;
import io.github.llamaspring.guard.Guards;
import io.github.llamaspring.guard.TextEncoder;
import io.github.llamaspring.guard.ShadowListener;
import io.github.llamaspring.guard.audit.AuditSink;
import io.github.llamaspring.guard.judge.Judge;
import io.github.llamaspring.guard.vault.Vault;
import io.github.llamaspring.guard.vault.VaultLimits;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.ai.chat.client.ChatClientBuilderCustomizer;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.observation.ChatModelObservationConvention;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.ai.tokenizer.TokenCountEstimator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;

/**
 * The engine, what stands in front of it, and the guarded chat model on it. An
 * application with a chat model of its own, or another provider's, gets none of this: no
 * model is loaded for nothing. Last of all providers, before the chat client.
 */
@AutoConfiguration(before = ChatClientAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnProperty(name = "spring.ai.model.chat", havingValue = "llama-java", matchIfMissing = true)
@ConditionalOnMissingBean(ChatModel.class)
@EnableConfigurationProperties(LlamaProperties.class)
public final class LlamaAutoConfiguration {

	/** For the pieces of one text; longer ones are decided by the policy's fail mode. */
	private static final Duration ENCODER_LIMIT = Duration.ofSeconds(10);

	private static final Logger LOG = LoggerFactory.getLogger(LlamaAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean
	LlamaEngine llamaEngine(LlamaProperties properties) {
		LlamaEngine engine = LlamaEngine.of(properties.model(), modelOptions(properties));
		if (properties.startup() == LlamaProperties.Startup.EAGER) {
			engine.load();
		}
		return engine;
	}

	private static ModelOptions modelOptions(LlamaProperties properties) {
		ModelOptions options = ModelOptions.DEFAULTS.withKernel(properties.kernel())
			.withThreads(properties.threads())
			.withContextLength(properties.contextLength())
			.withMaxCacheBytes(properties.maxCache().toBytes());
		return properties.weightCache() ? options.withWeightCache() : options;
	}

	@Bean
	@Lazy(false)
	SmartInitializingSingleton llamaEngineStarter(LlamaEngine engine) {
		return engine::loadInBackground;
	}

	@Bean
	EngineReadiness llamaEngineReadiness(LlamaEngine engine, ApplicationContext context) {
		return new EngineReadiness(engine, context);
	}

	@Bean
	ResilienceRegistries llamaResilienceRegistries(LlamaProperties properties,
			ObjectProvider<BulkheadRegistry> bulkheads, ObjectProvider<CircuitBreakerRegistry> breakers) {
		return new ResilienceRegistries(bulkheads.getIfAvailable(), breakers.getIfAvailable(), limits(properties),
				properties.resilience().circuitBreaker());
	}

	@Bean
	@ConditionalOnMissingBean
	EngineGate llamaEngineGate(LlamaProperties properties, LlamaEngine engine, ResilienceRegistries registries) {
		return new EngineGate(engine, registries.bulkhead(), registries.circuitBreaker(), limits(properties));
	}

	private static GateLimits limits(LlamaProperties properties) {
		LlamaProperties.Resilience resilience = properties.resilience();
		return new GateLimits(properties.slots(), resilience.queueCapacity(), resilience.firstToken(),
				resilience.betweenTokens(), resilience.total());
	}

	@Bean(defaultCandidate = false)
	@ConditionalOnMissingBean(name = "llamaEngineChatModel")
	LlamaChatModel llamaEngineChatModel(LlamaProperties properties, LlamaEngine engine, EngineGate gate,
			ObjectProvider<ObservationRegistry> observations,
			ObjectProvider<ChatModelObservationConvention> convention) {
		return new LlamaChatModel(engine, gate, options(properties), properties.resilience().callWait(),
				observations.getIfUnique(() -> ObservationRegistry.NOOP), convention.getIfAvailable());
	}

	private static LlamaChatOptions options(LlamaProperties properties) {
		LlamaProperties.Chat chat = properties.chat();
		return LlamaChatOptions.builder()
			.model(properties.model())
			.maxTokens(chat.maxTokens())
			.temperature(chat.temperature())
			.topK(chat.topK())
			.topP(chat.topP())
			.minP(chat.minP())
			.repetitionPenalty(chat.repetitionPenalty())
			.presencePenalty(chat.presencePenalty())
			.frequencyPenalty(chat.frequencyPenalty())
			.stopSequences(chat.stop())
			.seed(chat.seed())
			.build();
	}

	/**
	 * For prompts, by its name: without one the embedding model's is meant, which counts
	 * what is searched.
	 */
	@Bean(defaultCandidate = false)
	TokenCountEstimator llamaChatTokenCountEstimator(LlamaEngine engine) {
		return LlamaTokenCountEstimator.of(engine);
	}

	/**
	 * An application with a guard of its own has no policy files for us to look after.
	 */
	@Bean
	@ConditionalOnMissingBean({ Guard.class, Guards.class })
	@ConditionalOnProperty(name = "llama.guard.enabled", matchIfMissing = true)
	Guards llamaGuards(LlamaProperties properties, ObjectProvider<ShadowListener> listeners,
			ObjectProvider<Judge> judges, ObjectProvider<TextEncoder> encoders,
			ObjectProvider<EmbeddingEngine> embedding, ObjectProvider<AuditSink> audit,
			ObjectProvider<ObservationRegistry> observations, ResilienceRegistries registries) {
		LlamaProperties.Guard guard = properties.guard();
		Judge judge = judges.getIfAvailable();
		Judge bounded = (judge != null) ? new BreakingJudge(judge, registries.judgeBreaker(), guard.judge().timeout())
				: null;
		TextEncoder encoder = encoders.getIfAvailable(() -> encoder(guard.semantic(), embedding.getIfAvailable()));
		LlamaProperties.Vault vault = guard.vault();
		VaultLimits limits = new VaultLimits(vault.expiry(), vault.maxConversations(), vault.maxValues());
		return Guards
			.builder(Guard.builder()
				.policy(guard.policy())
				.judge(bounded)
				.encoder(encoder, ENCODER_LIMIT)
				.vault(Vault.inMemory(limits))
				.observer(observer(observations.getIfUnique()))
				.audit(audit.getIfAvailable(), AuditSettings.options(guard.audit())))
			.shadow(guard.shadow(), new ShadowReport(listeners::orderedStream))
			.reload(guard.reload())
			.build();
	}

	private static @Nullable GuardObserver observer(@Nullable ObservationRegistry registry) {
		return (registry != null && !registry.isNoop()) ? new ObservedGuard(registry) : null;
	}

	/**
	 * The guard's heads are made for one model. Loading it is up to who embeds, unless
	 * the properties say so.
	 */
	private static @Nullable TextEncoder encoder(LlamaProperties.Semantic semantic, @Nullable EmbeddingEngine engine) {
		if (engine == null || semantic == LlamaProperties.Semantic.OFF) {
			return null;
		}
		if (semantic == LlamaProperties.Semantic.ON) {
			engine.loadInBackground();
			return new EngineTextEncoder(engine);
		}
		return engine.reference().equals(EmbeddingEngine.E5) ? new EngineTextEncoder(engine) : null;
	}

	/**
	 * The guard of the start, which no reload changes: {@link Guards} has that of now.
	 */
	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnProperty(name = "llama.guard.enabled", matchIfMissing = true)
	Guard llamaGuard(Guards guards) {
		return guards.guard();
	}

	@Bean
	@ConditionalOnMissingBean(Judge.class)
	@ConditionalOnProperty(name = "llama.guard.judge.enabled", havingValue = "true")
	LlamaGuardJudge llamaGuardJudge(LlamaProperties properties) {
		LlamaProperties.Judge settings = properties.guard().judge();
		String model = settings.model();
		if (model == null) {
			throw new IllegalArgumentException("llama.guard.judge.enabled is true, but llama.guard.judge.model names "
					+ "no model: say where Llama Guard 1 is");
		}
		LlamaEngine engine = LlamaEngine.of(model,
				modelOptions(properties).withContextLength(settings.contextLength()));
		engine.loadInBackground();
		return new LlamaGuardJudge(engine, categories(settings.categories()));
	}

	private static @Nullable String categories(@Nullable Path file) {
		try {
			return (file != null) ? Files.readString(file) : null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("llama.guard.judge.categories: " + file + " can't be read", ex);
		}
	}

	@Bean
	@ConditionalOnMissingBean
	Moderation llamaModeration(LlamaProperties properties, ObjectProvider<Guards> guards, ObjectProvider<Guard> guard,
			ObjectProvider<TenantResolver> tenants, ObjectProvider<Moderation.VerdictObserver> observers) {
		Guards present = guards.getIfAvailable();
		Guard own = (present == null) ? guard.getIfAvailable() : null;
		if (!properties.guard().enabled() || (present == null && own == null)) {
			return Moderation.off();
		}
		LlamaProperties.Guard settings = properties.guard();
		if (own != null && (settings.policy() != null || settings.shadow() != null || !settings.reload().isZero()
				|| settings.audit().store() != LlamaProperties.AuditStore.NONE)) {
			LOG.warn(
					"llama.guard.policy, shadow, reload and audit have no effect: the application has a Guard of its own");
		}
		return Moderation.of((present != null) ? present : Guards.of(Objects.requireNonNull(own)),
				tenants.getIfAvailable(() -> TenantResolver.NONE),
				(stage, verdict) -> observers.forEach((each) -> each.onVerdict(stage, verdict)));
	}

	@Bean
	@ConditionalOnMissingBean
	GuardedEngine llamaGuardedEngine(EngineGate gate, Moderation moderation) {
		return new GuardedEngine(gate, moderation);
	}

	@Bean
	GuardedChatModel llamaChatModel(@Qualifier("llamaEngineChatModel") LlamaChatModel engine, Moderation moderation,
			LlamaProperties properties) {
		return new GuardedChatModel(engine, moderation, properties.guard().language());
	}

	@Bean
	ChatClientBuilderCustomizer llamaGuardAdvisors(Moderation moderation, LlamaProperties properties) {
		String language = properties.guard().language();
		return (builder) -> builder.defaultAdvisors(new InputGuardAdvisor(moderation, language),
				new OutputGuardAdvisor(moderation, language));
	}

}
