package io.github.llamaspring.boot.resilience;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.llamaspring.boot.TestEngine;
import io.github.llamaspring.boot.engine.EngineNotReadyException;
import io.github.llamaspring.boot.engine.EngineStatus;
import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.core.GenerationRequest;
import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.ModelOptions;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EngineGateTest {

	private final List<EngineGate> gates = new ArrayList<>();

	@AfterEach
	void closeGates() {
		this.gates.forEach(EngineGate::close);
	}

	private EngineGate gate(int slots, int queue) {
		EngineGate gate = TestEngine.gate(slots, queue);
		this.gates.add(gate);
		return gate;
	}

	private static GateRequest request(String prompt, int tokens) {
		return new GateRequest(GenerationRequest.ofText(prompt).withMaxTokens(tokens).withSampling(TestEngine.GREEDY),
				null, null);
	}

	@Test
	void eightAtOnceGetEachItsOwnAnswer() throws Exception {
		List<String> prompts = List.of("The capital of France is", "Water boils at", "Two plus two is", "The sky is",
				"A cat is", "My favourite food is", "In the morning I", "Berlin is the capital of");
		Map<String, String> alone = new HashMap<>();
		EngineGate single = gate(1, 0);
		for (String prompt : prompts) {
			Recorder recorder = new Recorder();
			single.submit(request(prompt, 6), recorder);
			recorder.outcome();
			alone.put(prompt, recorder.text.toString());
		}
		EngineGate shared = gate(2, 8);
		Map<String, Recorder> together = new HashMap<>();
		for (String prompt : prompts) {
			Recorder recorder = new Recorder();
			shared.submit(request(prompt, 6), recorder);
			together.put(prompt, recorder);
		}
		for (String prompt : prompts) {
			together.get(prompt).outcome();
			assertThat(together.get(prompt).text.toString()).as(prompt).isEqualTo(alone.get(prompt));
		}
		assertThat(alone.get("The capital of France is")).contains("Paris");
	}

	@Test
	void turnsAwayWhoFindsTheQueueFull() throws Exception {
		EngineGate gate = gate(1, 1);
		Blocking first = new Blocking();
		gate.submit(request("Once upon a time", 50), first);
		first.reached.await();
		Recorder second = new Recorder();
		gate.submit(request("Once", 1), second);
		assertThat(gate.queued()).isEqualTo(1);
		assertThat(second.positions).containsExactly(1);
		assertThatExceptionOfType(EngineBusyException.class)
			.isThrownBy(() -> gate.submit(request("Once", 1), new Recorder()))
			.satisfies((busy) -> assertThat(busy.retryAfterSeconds()).isBetween(1L, 60L));
		first.release.countDown();
		assertThat(second.outcome().finishReason()).isEqualTo("length");
	}

	@Test
	void servesInTheOrderOfArrivalAndTellsThePlace() throws Exception {
		EngineGate gate = gate(1, 8);
		Blocking first = new Blocking();
		gate.submit(request("Once", 3), first);
		first.reached.await();
		List<Recorder> waiting = new ArrayList<>();
		List<Integer> order = new CopyOnWriteArrayList<>();
		for (int i = 0; i < 3; i++) {
			int number = i;
			Recorder recorder = new Recorder() {
				@Override
				public void onStarted() {
					order.add(number);
				}
			};
			waiting.add(recorder);
			gate.submit(request("Once", 1), recorder);
		}
		first.release.countDown();
		for (Recorder each : waiting) {
			each.outcome();
		}
		assertThat(order).containsExactly(0, 1, 2);
		assertThat(waiting.get(2).positions).containsExactly(3, 2, 1);
	}

	@Test
	void cancellingStopsTheEngineAndFreesTheSlot() throws Exception {
		EngineGate gate = gate(1, 4);
		Blocking listener = new Blocking();
		Ticket ticket = gate.submit(request("Once upon a time", 400), listener);
		listener.reached.await();
		ticket.cancel();
		listener.release.countDown();
		Outcome outcome = listener.outcome();
		assertThat(outcome.finishReason()).isEqualTo("cancelled");
		assertThat(outcome.usage().completionTokens()).isLessThan(5);
		Recorder next = new Recorder();
		gate.submit(request("The capital of France is", 4), next);
		assertThat(next.outcome().finishReason()).isEqualTo("length");
	}

	@Test
	void cancellingInTheQueueNeverStarts() throws Exception {
		EngineGate gate = gate(1, 4);
		Blocking first = new Blocking();
		gate.submit(request("Once", 3), first);
		first.reached.await();
		Recorder second = new Recorder();
		gate.submit(request("Once", 1), second).cancel();
		assertThat(second.outcome().usage().promptTokens()).isZero();
		assertThat(gate.queued()).isZero();
		first.release.countDown();
		first.outcome();
	}

	@Test
	void endsWhatTakesTooLong() throws Exception {
		EngineGate gate = TestEngine.gate(TestEngine.engine(),
				new GateLimits(1, 1, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMillis(30)));
		this.gates.add(gate);
		Recorder recorder = new Recorder();
		gate.submit(request("Once upon a time", 500), recorder);
		assertThat(recorder.outcome().finishReason()).isEqualTo("timeout");
		assertThat(gate.circuit()).isEqualTo("CLOSED");
	}

	@Test
	void aCallThatWaitsTooLongIsTurnedAway() throws Exception {
		EngineGate gate = gate(1, 4);
		Blocking first = new Blocking();
		gate.submit(request("Once", 3), first);
		first.reached.await();
		Recorder second = new Recorder();
		GateRequest patient = request("Once", 1);
		gate.submit(new GateRequest(patient.generation(), null, Duration.ofMillis(20)), second);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(second::outcome)
			.withCauseInstanceOf(EngineBusyException.class);
		first.release.countDown();
		first.outcome();
	}

	@Test
	void noMemoryForOneMoreConversationIsBeingBusyAndNoFault() throws Exception {
		LlamaEngine small = LlamaEngine.of("file:" + TestEngine.demoModel(),
				ModelOptions.DEFAULTS.withMaxCacheBytes(2 << 20));
		small.load();
		EngineGate gate = TestEngine.gate(small, TestEngine.limits(1, 4));
		this.gates.add(gate);
		for (int i = 0; i < 3; i++) {
			Recorder recorder = new Recorder();
			gate.submit(request("word ".repeat(80), 1), recorder);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(recorder::outcome)
				.withCauseInstanceOf(EngineBusyException.class)
				.withMessageContaining("llama.max-cache");
		}
		assertThat(gate.circuit()).isEqualTo("CLOSED");
		Recorder brief = new Recorder();
		gate.submit(request("Once", 1), brief);
		assertThat(brief.outcome().finishReason()).isEqualTo("length");
		gate.close();
		small.close();
	}

	@Test
	void aBadRequestIsNoFaultOfTheEngine() {
		EngineGate gate = gate(1, 4);
		for (int i = 0; i < 6; i++) {
			Recorder recorder = new Recorder();
			gate.submit(request("word ".repeat(TestEngine.CONTEXT), 1), recorder);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(recorder::outcome);
		}
		assertThat(gate.circuit()).isEqualTo("CLOSED");
	}

	@Test
	void aListenerThatFailsIsNoFaultOfTheEngine() {
		EngineGate gate = gate(1, 4);
		for (int i = 0; i < 4; i++) {
			Recorder recorder = new Recorder() {
				@Override
				public boolean onText(String piece) {
					throw new UnsupportedOperationException("mine");
				}
			};
			gate.submit(request("Once upon a time", 5), recorder);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(recorder::outcome)
				.withCauseInstanceOf(UnsupportedOperationException.class);
		}
		assertThat(gate.circuit()).isEqualTo("CLOSED");
	}

	@Test
	void aBrokenEngineIsLeftAlone() {
		LlamaEngine engine = TestEngine.newEngine();
		engine.load();
		EngineGate gate = TestEngine.gate(engine, TestEngine.limits(1, 4));
		this.gates.add(gate);
		engine.model().close();
		for (int i = 0; i < 2; i++) {
			Recorder recorder = new Recorder();
			gate.submit(request("Once", 1), recorder);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(recorder::outcome);
		}
		assertThat(gate.circuit()).isEqualTo("OPEN");
		assertThatExceptionOfType(EngineBusyException.class)
			.isThrownBy(() -> gate.submit(request("Once", 1), new Recorder()))
			.satisfies((busy) -> assertThat(busy.retryAfter()).isEqualTo(Duration.ofSeconds(30)));
		engine.close();
	}

	@Test
	void anEngineThatRecoversIsUsedAgain() throws Exception {
		LlamaModel broken = LlamaModel.load(TestEngine.demoModel(), ModelOptions.DEFAULTS.withContextLength(64));
		broken.close();
		AtomicReference<LlamaModel> current = new AtomicReference<>(broken);
		EngineGate gate = new EngineGate(new SwappedEngine(current::get), Bulkhead.ofDefaults("one"),
				CircuitBreaker.of("quick",
						CircuitBreakerConfig.custom()
							.slidingWindowSize(4)
							.minimumNumberOfCalls(2)
							.permittedNumberOfCallsInHalfOpenState(1)
							.waitDurationInOpenState(Duration.ofMillis(100))
							.build()),
				TestEngine.limits(1, 4));
		this.gates.add(gate);
		for (int i = 0; i < 2; i++) {
			Recorder recorder = new Recorder();
			gate.submit(request("Once", 1), recorder);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(recorder::outcome);
		}
		assertThat(gate.circuit()).isEqualTo("OPEN");
		current.set(TestEngine.engine().model());
		Recorder probe = new Recorder();
		submitWhenLetIn(gate, probe);
		assertThat(probe.outcome().finishReason()).isEqualTo("length");
		assertThat(gate.circuit()).isEqualTo("CLOSED");
	}

	private static void submitWhenLetIn(EngineGate gate, Recorder recorder) throws InterruptedException {
		for (int i = 0; i < 600; i++) {
			try {
				gate.submit(request("The capital of France is", 2), recorder);
				return;
			}
			catch (EngineBusyException ex) {
				Thread.sleep(50);
			}
		}
		throw new AssertionError("the circuit stays open");
	}

	@Test
	void aFirstTokenThatIsLateEndsTheTurnAndFreesTheSlot() throws Exception {
		EngineGate gate = TestEngine.gate(TestEngine.engine(),
				new GateLimits(1, 0, Duration.ofNanos(1), Duration.ofMinutes(1), Duration.ofMinutes(1)));
		this.gates.add(gate);
		for (int i = 0; i < 2; i++) {
			Recorder recorder = new Recorder();
			// a queue of none: the second is let in because the first has left
			gate.submit(request("word ".repeat(400), 100), recorder);
			Outcome outcome = recorder.outcome();
			assertThat(outcome.finishReason()).isEqualTo("timeout");
			assertThat(outcome.usage().completionTokens()).isZero();
			assertThat(recorder.text).isEmpty();
			assertThat(gate.running()).isZero();
		}
		assertThat(gate.circuit()).isEqualTo("CLOSED");
	}

	@Test
	void refusesWhileThereIsNoModel() {
		EngineGate gate = TestEngine.gate(TestEngine.newEngine(), TestEngine.limits(1, 4));
		this.gates.add(gate);
		assertThatExceptionOfType(EngineNotReadyException.class)
			.isThrownBy(() -> gate.submit(request("Once", 1), new Recorder()));
	}

	@Test
	void reportsFirstTokenAndTokensOfCancelledGenerationsToo() throws Exception {
		EngineGate gate = gate(1, 4);
		AtomicInteger firsts = new AtomicInteger();
		CompletableFuture<Outcome> seen = new CompletableFuture<>();
		gate.observe(new GateObserver() {
			@Override
			public void onFirstToken(Duration sinceSubmitted) {
				firsts.incrementAndGet();
			}

			@Override
			public void onCompleted(Outcome outcome) {
				seen.complete(outcome);
			}

			@Override
			public void onFailed(Throwable failure) {
			}

			@Override
			public void onRejected() {
			}
		});
		Blocking listener = new Blocking();
		Ticket ticket = gate.submit(request("Once upon a time", 100), listener);
		listener.reached.await();
		ticket.cancel();
		listener.release.countDown();
		assertThat(seen.get(1, TimeUnit.MINUTES).usage().completionTokens()).isPositive();
		assertThat(firsts).hasValue(1);
	}

	private static class Recorder implements GateListener {

		final StringBuffer text = new StringBuffer();

		final List<Integer> positions = new CopyOnWriteArrayList<>();

		private final CompletableFuture<Outcome> end = new CompletableFuture<>();

		Outcome outcome() throws Exception {
			return this.end.get(2, TimeUnit.MINUTES);
		}

		@Override
		public void onQueued(int position) {
			this.positions.add(position);
		}

		@Override
		public boolean onText(String piece) {
			this.text.append(piece);
			return true;
		}

		@Override
		public void onCompleted(Outcome outcome) {
			this.end.complete(outcome);
		}

		@Override
		public void onFailed(Throwable failure) {
			this.end.completeExceptionally(failure);
		}

	}

	/** An engine whose model is replaced, as after a reload. */
	private record SwappedEngine(Supplier<LlamaModel> current) implements LlamaEngine {

		@Override
		public String reference() {
			return "swapped";
		}

		@Override
		public EngineStatus status() {
			return new EngineStatus.Ready("swapped", model().info(), model().contextLength());
		}

		@Override
		public void onStatus(Consumer<? super EngineStatus> listener) {
			listener.accept(status());
		}

		@Override
		public void load() {
		}

		@Override
		public void loadInBackground() {
		}

		@Override
		public LlamaModel model() {
			return this.current.get();
		}

		@Override
		public void close() {
		}

	}

	/** Holds the engine at the first piece of text. */
	private static final class Blocking extends Recorder {

		final CountDownLatch reached = new CountDownLatch(1);

		final CountDownLatch release = new CountDownLatch(1);

		@Override
		public boolean onText(String piece) {
			this.reached.countDown();
			try {
				this.release.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return super.onText(piece);
		}

	}

}
