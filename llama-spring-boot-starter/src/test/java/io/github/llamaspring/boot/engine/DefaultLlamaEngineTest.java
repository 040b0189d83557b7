package io.github.llamaspring.boot.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.llamaspring.boot.TestEngine;
import io.github.llamaspring.core.ModelOptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DefaultLlamaEngineTest {

	private static final ModelOptions OPTIONS = ModelOptions.DEFAULTS.withContextLength(64);

	@Test
	void aModelIsCalledByItsFile() {
		assertThat(TestEngine.engine().status()).isInstanceOfSatisfying(EngineStatus.Ready.class,
				(ready) -> assertThat(ready.name()).isEqualTo("SmolLM2-135M-Instruct.Q4_1"));
	}

	@Test
	void aClosedEngineIsStopped() {
		LlamaEngine engine = TestEngine.newEngine();
		engine.load();
		engine.close();
		assertThat(engine.status()).isInstanceOf(EngineStatus.Stopped.class);
		assertThatExceptionOfType(EngineNotReadyException.class).isThrownBy(engine::model);
		engine.load();
		engine.loadInBackground();
		assertThat(engine.status()).isInstanceOf(EngineStatus.Stopped.class);
	}

	@Test
	void nothingIsHeardOfALoadThatWasClosedMeanwhile() throws Exception {
		Path model = TestEngine.demoModel();
		CountDownLatch fetching = new CountDownLatch(1);
		CountDownLatch closed = new CountDownLatch(1);
		CountDownLatch resolved = new CountDownLatch(1);
		DefaultLlamaEngine engine = new DefaultLlamaEngine("slow", (reference, progress) -> {
			fetching.countDown();
			awaitStubbornly(closed);
			progress.onBytes(1, 2);
			resolved.countDown();
			return model;
		}, OPTIONS);
		List<EngineStatus> heard = new CopyOnWriteArrayList<>();
		engine.onStatus(heard::add);
		engine.loadInBackground();
		assertThat(fetching.await(1, TimeUnit.MINUTES)).isTrue();
		assertThat(engine.status()).isInstanceOf(EngineStatus.Fetching.class);
		engine.close();
		closed.countDown();
		assertThat(resolved.await(1, TimeUnit.MINUTES)).isTrue();
		// waits for the loader, and does nothing
		engine.load();
		assertThat(engine.status()).isInstanceOf(EngineStatus.Stopped.class);
		assertThat(heard.getLast()).isInstanceOf(EngineStatus.Stopped.class);
		assertThatExceptionOfType(EngineNotReadyException.class).isThrownBy(engine::model);
	}

	/** A download that does not hear the interrupt. */
	private static void awaitStubbornly(CountDownLatch latch) {
		while (latch.getCount() > 0) {
			Thread.onSpinWait();
		}
	}

}
