package io.github.llamaspring.core.transformer;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ComputeTurnsTests {

	private final ComputeTurns turns = new ComputeTurns();

	@Test
	void turnsComeInOrderOfArrival() throws Exception {
		List<Integer> order = new CopyOnWriteArrayList<>();
		assertThat(this.turns.begin(() -> false)).isTrue();
		try (ExecutorService threads = Executors.newCachedThreadPool()) {
			for (int i = 0; i < 8; i++) {
				int index = i;
				CountDownLatch asked = new CountDownLatch(1);
				threads.submit(() -> {
					this.turns.begin(() -> {
						asked.countDown();
						return false;
					});
					order.add(index);
					this.turns.end();
				});
				// Who looks whether it was cancelled stands in the queue.
				asked.await();
			}
			assertThat(this.turns.hasWaiters()).isTrue();
			this.turns.end();
		}
		assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
		assertThat(this.turns.hasWaiters()).isFalse();
	}

	@Test
	void whoIsCancelledLeavesTheQueueWhileAnotherComputes() throws Exception {
		this.turns.begin(() -> false);
		AtomicBoolean cancelled = new AtomicBoolean();
		try (ExecutorService threads = Executors.newCachedThreadPool()) {
			Future<Boolean> waiting = threads.submit(() -> this.turns.begin(cancelled::get));
			cancelled.set(true);
			assertThat(waiting.get()).isFalse();
			assertThat(this.turns.hasWaiters()).isFalse();
		}
		this.turns.end();
		assertThat(this.turns.begin(() -> false)).isTrue();
	}

	@Test
	void anInterruptNeitherEndsTheWaitNorIsLost() throws Exception {
		this.turns.begin(() -> false);
		CountDownLatch asked = new CountDownLatch(1);
		boolean[] seen = new boolean[2];
		Thread waiting = new Thread(() -> {
			seen[0] = this.turns.begin(() -> {
				asked.countDown();
				return false;
			});
			seen[1] = Thread.currentThread().isInterrupted();
		});
		waiting.start();
		asked.await();
		waiting.interrupt();
		this.turns.end();
		waiting.join();
		assertThat(seen).containsExactly(true, true);
	}

}
