package io.github.llamaspring.guard;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What checks write into is used again: little garbage, and no check sees another's.
 */
class GuardGarbageTests {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private static final String SENTENCE = "The delivery arrived on time and the colours look even better than in the "
			+ "shop window. ";

	private final Guard guard = Guard.builtIn();

	@Test
	void anOrdinaryKilobyteMakesAtMostEightKilobytesOfGarbage() {
		assertThat(garbage(SENTENCE.repeat(12).substring(0, 1024), 8 * 1024)).isLessThan(8 * 1024);
	}

	@Test
	void garbageGrowsNoFasterThanTheText() {
		assertThat(garbage(SENTENCE.repeat(190).substring(0, 16 * 1024), 16 * 8 * 1024)).isLessThan(16 * 8 * 1024);
	}

	/** Of the best run; the compilers may take a while on a busy machine. */
	private long garbage(String text, long limit) {
		GuardContext context = GuardContext.of(Stage.OUTPUT);
		long least = Long.MAX_VALUE;
		for (int i = 0; i < 300 || (i < 20_000 && least >= limit); i++) {
			long before = THREADS.getCurrentThreadAllocatedBytes();
			Verdict verdict = this.guard.check(text, context);
			least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
			assertThat(verdict.action()).isEqualTo(Action.ALLOW);
		}
		return least;
	}

	@Test
	void checksOnManyVirtualThreadsSeeOnlyTheirOwnText() throws Exception {
		List<String> texts = StreamedAnswers.of(60);
		List<String> expected = texts.stream().map(this::judged).toList();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Callable<List<String>>> tasks = new ArrayList<>();
			for (int i = 0; i < 32; i++) {
				tasks.add(() -> texts.stream().map(this::judged).toList());
			}
			for (Future<List<String>> result : threads.invokeAll(tasks)) {
				assertThat(result.get()).isEqualTo(expected);
			}
		}
	}

	private String judged(String text) {
		Verdict verdict = this.guard.check(text, GuardContext.of(Stage.INPUT));
		return verdict.action() + " " + verdict.findings() + " " + verdict.scores() + " " + verdict.text();
	}

}
