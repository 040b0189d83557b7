package io.github.llamaspring.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.guard.GuardedEngine;
import io.github.llamaspring.boot.guard.Moderation;
import io.github.llamaspring.boot.resilience.EngineGate;
import io.github.llamaspring.boot.resilience.GateLimits;
import io.github.llamaspring.core.ModelOptions;
import io.github.llamaspring.core.sampling.SamplingOptions;
import io.github.llamaspring.guard.Guard;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import org.junit.jupiter.api.Assumptions;

/**
 * The real demo model, loaded once for all tests.
 */
public final class TestEngine {

	/** Positions of a session in tests. */
	public static final int CONTEXT = 512;

	/** The same answer every time. */
	public static final SamplingOptions GREEDY = SamplingOptions.DEFAULTS.greedy();

	private static LlamaEngine shared;

	private TestEngine() {
	}

	public static Path demoModel() {
		String data = System.getenv("LLAMA_TESTDATA");
		Path root = (data != null) ? Path.of(data)
				: Path.of(System.getProperty("llama.project.root", "."), "..", "shared");
		Path model = root.resolve("models").resolve("SmolLM2-135M-Instruct.Q4_1.gguf");
		if (!Files.exists(model)) {
			String message = "skipped: there is no demo model " + model.toAbsolutePath().normalize();
			if (Boolean.parseBoolean(System.getenv("LLAMA_TESTDATA_REQUIRED"))) {
				throw new AssertionError(message);
			}
			System.out.println(message);
			Assumptions.abort(message);
		}
		return model.toAbsolutePath().normalize();
	}

	public static synchronized LlamaEngine engine() {
		if (shared == null) {
			shared = newEngine();
			shared.load();
		}
		return shared;
	}

	/**
	 * An engine that has not loaded yet.
	 */
	public static LlamaEngine newEngine() {
		return LlamaEngine.of("file:" + demoModel(), ModelOptions.DEFAULTS.withContextLength(CONTEXT));
	}

	public static GateLimits limits(int slots, int queue) {
		return new GateLimits(slots, queue, Duration.ofMinutes(2), Duration.ofMinutes(1), Duration.ofMinutes(5));
	}

	public static EngineGate gate(int slots, int queue) {
		return gate(engine(), limits(slots, queue));
	}

	public static EngineGate gate(LlamaEngine engine, GateLimits limits) {
		return new EngineGate(engine,
				Bulkhead.of("test", BulkheadConfig.custom().maxConcurrentCalls(limits.slots()).build()),
				CircuitBreaker.of("test",
						CircuitBreakerConfig.custom()
							.slidingWindowSize(4)
							.minimumNumberOfCalls(2)
							.waitDurationInOpenState(Duration.ofSeconds(30))
							.build()),
				limits);
	}

	/**
	 * A guard that blocks an answer which the model surely gives.
	 */
	public static Guard noParis(Path folder) throws IOException {
		return Guard.load(Files.writeString(folder.resolve("no-paris.yaml"), """
				policy: no-paris
				extends: llama2-aup
				lists:
				  cities: {words: [Paris], action: block}
				"""));
	}

	public static GuardedEngine noParis(EngineGate gate, Path folder) throws IOException {
		return new GuardedEngine(gate, Moderation.of(noParis(folder), (stage, verdict) -> {
		}));
	}

	/**
	 * A guard that puts placeholders in place of personal data.
	 */
	public static Guard pseudonymizing(Path folder) throws IOException {
		return Guard.load(Files.writeString(folder.resolve("pseudonymize.yaml"), """
				policy: pseudonymize
				extends: llama2-aup
				pii: {default: pseudonymize}
				"""));
	}

	public static GuardedEngine guarded(EngineGate gate) {
		return new GuardedEngine(gate, Moderation.of(Guard.builtIn(), (stage, verdict) -> {
		}));
	}

}
