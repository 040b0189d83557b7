package io.github.llamaspring.guard.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Band;
import io.github.llamaspring.guard.PolicyInfo;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class AsyncAuditSinkTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	static GuardEvent event(int number) {
		Instant now = Instant.now();
		return new GuardEvent(EventIds.next(now), now, Stage.INPUT, null, null, Action.ALLOW, Band.CLEAR, Status.OK,
				null, null, new PolicyInfo("test", "1", "hash"), List.of(), 0, "hash" + number, number, "en", 1, false,
				false, false, null);
	}

	@Test
	void sixtyFourThreadsLoseNothing() throws Exception {
		List<GuardEvent> got = Collections.synchronizedList(new ArrayList<>());
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		AsyncAuditSink sink = new AsyncAuditSink((event) -> {
			most.accumulateAndGet(inside.incrementAndGet(), Math::max);
			got.add(event);
			inside.decrementAndGet();
		}, 64 * 200);
		List<Thread> threads = new ArrayList<>();
		for (int t = 0; t < 64; t++) {
			int first = t * 200;
			threads.add(Thread.ofPlatform().start(() -> {
				for (int i = 0; i < 200; i++) {
					sink.accept(event(first + i));
				}
			}));
		}
		for (Thread thread : threads) {
			thread.join();
		}
		sink.close();
		assertThat(got).hasSize(64 * 200).doesNotHaveDuplicates();
		assertThat(got.stream().map(GuardEvent::length).distinct()).hasSize(64 * 200);
		assertThat(most).hasValue(1);
		assertThat(sink.written()).isEqualTo(64 * 200);
		assertThat(sink.dropped()).isZero();
		assertThat(sink.failed()).isZero();
	}

	@Test
	void aFullQueueDropsAndCounts() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		CountDownLatch begun = new CountDownLatch(1);
		AsyncAuditSink sink = new AsyncAuditSink((event) -> {
			begun.countDown();
			await(release);
		}, 10);
		sink.accept(event(0));
		begun.await();
		for (int i = 1; i <= 25; i++) {
			sink.accept(event(i));
		}
		assertThat(sink.dropped()).isEqualTo(15);
		assertThat(sink.queued()).isEqualTo(10);
		assertThat(sink.flush(Duration.ofMillis(20))).isFalse();
		release.countDown();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(sink.written()).isEqualTo(11);
		sink.close();
		sink.accept(event(99));
		assertThat(sink.dropped()).isEqualTo(16);
	}

	@Test
	void aSinkThatFailsIsCountedAndAskedAgain() {
		AtomicBoolean broken = new AtomicBoolean(true);
		AsyncAuditSink sink = new AsyncAuditSink((event) -> {
			if (broken.get()) {
				throw new StackOverflowError("broken");
			}
		}, 10);
		sink.accept(event(1));
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(sink.failed()).isEqualTo(1);
		broken.set(false);
		sink.accept(event(2));
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(sink.written()).isEqualTo(1);
	}

	@Test
	void closesTheSinkAndGivesUpOnOneThatHangs() {
		CountDownLatch never = new CountDownLatch(1);
		AtomicBoolean interrupted = new AtomicBoolean();
		AsyncAuditSink sink = new AsyncAuditSink((event) -> {
			try {
				never.await();
			}
			catch (InterruptedException ex) {
				interrupted.set(true);
			}
		}, 10);
		for (int i = 0; i < 5; i++) {
			sink.accept(event(i));
		}
		sink.close();
		sink.close();
		assertThat(sink.queued()).isZero();
		never.countDown();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(interrupted).isTrue();
		assertThat(sink.written() + sink.dropped()).isEqualTo(5);
	}

	@Test
	void needsRoomForOne() {
		assertThatIllegalArgumentException().isThrownBy(() -> new AsyncAuditSink((event) -> {
		}, 0));
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
