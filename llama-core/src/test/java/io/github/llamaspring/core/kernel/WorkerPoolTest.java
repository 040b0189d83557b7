package io.github.llamaspring.core.kernel;

import java.lang.management.ManagementFactory;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(60)
class WorkerPoolTest {

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 5 })
	void runsEachChunkOnce(int threads) {
		try (WorkerPool pool = new WorkerPool(threads)) {
			for (int chunks : new int[] { 0, 1, 2, 3, 100 }) {
				AtomicIntegerArray runs = new AtomicIntegerArray(chunks);
				for (int i = 0; i < 200; i++) {
					pool.run(chunks, (chunk, worker) -> {
						assertThat(worker).isBetween(0, threads - 1);
						runs.incrementAndGet(chunk);
					});
				}
				for (int chunk = 0; chunk < chunks; chunk++) {
					assertThat(runs.get(chunk)).isEqualTo(200);
				}
			}
		}
	}

	@Test
	void usesEveryThread() {
		try (WorkerPool pool = new WorkerPool(3)) {
			ConcurrentHashMap<Integer, String> names = new ConcurrentHashMap<>();
			CountDownLatch together = new CountDownLatch(3);
			pool.run(3, (chunk, worker) -> {
				names.put(worker, Thread.currentThread().getName());
				together.countDown();
				await(together);
			});
			assertThat(names).containsEntry(0, Thread.currentThread().getName())
				.containsEntry(1, "llama-worker-1")
				.containsEntry(2, "llama-worker-2");
		}
	}

	@Test
	void wakesFromSleep() throws Exception {
		try (WorkerPool pool = new WorkerPool(2)) {
			AtomicInteger runs = new AtomicInteger();
			for (int i = 0; i < 20; i++) {
				Thread.sleep(2);
				pool.run(4, (chunk, worker) -> runs.incrementAndGet());
			}
			assertThat(runs).hasValue(80);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void throwsWhatATaskThrowsAndStaysUsable(int threads) {
		try (WorkerPool pool = new WorkerPool(threads)) {
			AtomicInteger inside = new AtomicInteger();
			for (int i = 0; i < 50; i++) {
				assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> pool.run(20, (chunk, worker) -> {
					inside.incrementAndGet();
					try {
						if (chunk == 7) {
							throw new ArithmeticException("seven");
						}
					}
					finally {
						inside.decrementAndGet();
					}
				})).withMessage("seven");
				assertThat(inside).hasValue(0);
			}
			AtomicInteger runs = new AtomicInteger();
			pool.run(20, (chunk, worker) -> runs.incrementAndGet());
			assertThat(runs).hasValue(20);
		}
	}

	@Test
	void passesErrorsOnToo() {
		try (WorkerPool pool = new WorkerPool(2)) {
			assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> pool.run(2, (chunk, worker) -> {
				throw new StackOverflowError();
			}));
		}
	}

	@Test
	void finishesForAnInterruptedCaller() {
		try (WorkerPool pool = new WorkerPool(2)) {
			AtomicInteger runs = new AtomicInteger();
			Thread.currentThread().interrupt();
			pool.run(8, (chunk, worker) -> {
				if (worker == 1) {
					java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
				}
				runs.incrementAndGet();
			});
			assertThat(Thread.interrupted()).isTrue();
			assertThat(runs).hasValue(8);
		}
	}

	@Test
	void closingEndsTheThreads() throws Exception {
		Thread[] worker = new Thread[1];
		CountDownLatch together = new CountDownLatch(2);
		WorkerPool pool = new WorkerPool(2);
		pool.run(2, (chunk, index) -> {
			together.countDown();
			await(together);
			if (index == 1) {
				worker[0] = Thread.currentThread();
			}
		});
		assertThat(worker[0].isDaemon()).isTrue();
		pool.close();
		pool.close();
		assertThat(worker[0].join(java.time.Duration.ofSeconds(20))).isTrue();
		assertThatIllegalStateException().isThrownBy(() -> pool.run(1, (chunk, index) -> {
		})).withMessageContaining("closed");
	}

	@Test
	void closingDuringARegionLetsItFinish() {
		WorkerPool pool = new WorkerPool(2);
		AtomicInteger runs = new AtomicInteger();
		pool.run(10, (chunk, worker) -> {
			pool.close();
			runs.incrementAndGet();
		});
		assertThat(runs).hasValue(10);
		assertThatIllegalStateException().isThrownBy(() -> pool.run(2, (chunk, worker) -> {
		}));
	}

	@Test
	void refusesASecondCaller() {
		try (WorkerPool pool = new WorkerPool(2)) {
			assertThatIllegalStateException().isThrownBy(() -> pool.run(2, (chunk, worker) -> pool.run(2, (c, w) -> {
			}))).withMessageContaining("one at a time");
		}
	}

	@Test
	void sleepsWhenIdle() throws Exception {
		try (WorkerPool pool = new WorkerPool(2)) {
			long[] id = new long[1];
			CountDownLatch together = new CountDownLatch(2);
			pool.run(2, (chunk, worker) -> {
				together.countDown();
				await(together);
				if (worker == 1) {
					id[0] = Thread.currentThread().threadId();
				}
			});
			Thread.State state = null;
			for (int i = 0; i < 1000 && state != Thread.State.WAITING; i++) {
				Thread.sleep(5);
				state = ManagementFactory.getThreadMXBean().getThreadInfo(id[0]).getThreadState();
			}
			assertThat(state).isEqualTo(Thread.State.WAITING);
		}
	}

	@Test
	void needsAThread() {
		assertThatIllegalArgumentException().isThrownBy(() -> new WorkerPool(0));
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

}
