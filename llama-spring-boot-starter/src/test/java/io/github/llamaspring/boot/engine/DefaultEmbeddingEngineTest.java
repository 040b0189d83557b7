package io.github.llamaspring.boot.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.github.llamaspring.boot.TestEncoder;
import io.github.llamaspring.core.ModelOptions;
import io.github.llamaspring.core.SentenceEncoder;
import io.github.llamaspring.core.TextType;
import io.github.llamaspring.core.error.ModelNotFoundException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class DefaultEmbeddingEngineTest {

	@Test
	void loadsOnceForAllThatAskTogether() throws Exception {
		Path file = TestEncoder.file();
		AtomicInteger loads = new AtomicInteger();
		Set<SentenceEncoder> encoders = ConcurrentHashMap.newKeySet();
		try (EmbeddingEngine engine = engine((reference, progress) -> {
			loads.incrementAndGet();
			return file;
		}); ExecutorService threads = Executors.newFixedThreadPool(6)) {
			assertThat(engine.status()).isInstanceOf(EngineStatus.Stopped.class);
			assertThat(engine.knownDimensions()).isEmpty();
			List<Callable<Boolean>> tasks = Stream
				.<Callable<Boolean>>generate(() -> () -> encoders.add(engine.encoder()))
				.limit(6)
				.toList();
			for (Future<Boolean> task : threads.invokeAll(tasks)) {
				task.get();
			}
			assertThat(loads).hasValue(1);
			assertThat(encoders).hasSize(1);
			assertThat(engine.knownDimensions()).hasValue(384);
			assertThat(engine.status()).isInstanceOfSatisfying(EngineStatus.Ready.class, (ready) -> {
				assertThat(ready.name()).isEqualTo("e5-small-q4");
				assertThat(ready.contextLength()).isEqualTo(engine.encoder().windowTokens());
			});
		}
	}

	@Test
	void theDimensionsOfE5AreKnownBeforeAndRight() {
		try (EmbeddingEngine engine = EmbeddingEngine.of(EmbeddingEngine.E5, ModelOptions.DEFAULTS)) {
			assertThat(engine.knownDimensions()).hasValue(TestEncoder.encoder().dimensions());
			assertThat(engine.status()).isInstanceOf(EngineStatus.Stopped.class);
		}
	}

	@Test
	void aFailureIsSaidAndTheNextCallTriesAgain() {
		Path file = TestEncoder.file();
		AtomicInteger loads = new AtomicInteger();
		try (EmbeddingEngine engine = engine((reference, progress) -> {
			if (loads.incrementAndGet() == 1) {
				throw new ModelNotFoundException("cannot get the model: no network");
			}
			return file;
		})) {
			assertThatExceptionOfType(EngineNotReadyException.class).isThrownBy(engine::encoder)
				.withMessage("The embedding model could not be loaded: cannot get the model: no network")
				.withCauseInstanceOf(ModelNotFoundException.class);
			assertThat(engine.status()).isInstanceOf(EngineStatus.Failed.class);
			assertThat(engine.encoder().encode("hello", TextType.QUERY).values()).hasSize(384);
			assertThat(engine.status()).isInstanceOf(EngineStatus.Ready.class);
		}
	}

	@Test
	void whoWaitedForAFailureDoesNotFailForAsLongAgain() throws Exception {
		CountDownLatch fetching = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		AtomicInteger loads = new AtomicInteger();
		try (EmbeddingEngine engine = engine((reference, progress) -> {
			loads.incrementAndGet();
			fetching.countDown();
			await(end);
			throw new ModelNotFoundException("no network");
		}); ExecutorService threads = Executors.newSingleThreadExecutor()) {
			engine.loadInBackground();
			fetching.await();
			Thread[] waiting = new Thread[1];
			Future<SentenceEncoder> waiter = threads.submit(() -> {
				waiting[0] = Thread.currentThread();
				return engine.encoder();
			});
			while (waiting[0] == null || waiting[0].getState() != Thread.State.WAITING) {
				Thread.sleep(5);
			}
			end.countDown();
			assertThat(waiter).failsWithin(Duration.ofMinutes(1))
				.withThrowableThat()
				.withCauseInstanceOf(EngineNotReadyException.class)
				.withMessageContaining("no network");
			assertThat(loads).hasValue(1);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void aClosedEngineRefusesAndItsEncoderToo() {
		EmbeddingEngine engine = TestEncoder.newEngine();
		SentenceEncoder encoder = engine.encoder();
		engine.close();
		engine.close();
		assertThat(engine.status()).isInstanceOf(EngineStatus.Stopped.class);
		assertThatExceptionOfType(EngineNotReadyException.class).isThrownBy(engine::encoder);
		assertThatIllegalStateException().isThrownBy(() -> encoder.encode("hello", TextType.QUERY));
	}

	private static EmbeddingEngine engine(ModelSource source) {
		return new DefaultEmbeddingEngine("test", source, ModelOptions.DEFAULTS);
	}

}
