package io.github.llamaspring.guard;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The fast tier on whole texts: lists, personal data, rules and all heads. The texts are
 * ordinary ones, each check gets another.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class CheckBenchmark {

	private static final int TEXTS = 64;

	private static final GuardContext OUTPUT = GuardContext.of(Stage.OUTPUT);

	@Param({ "1024", "16384" })
	private int length;

	private final Guard guard = Guard.builtIn();

	private final String[] texts = new String[TEXTS];

	private int next;

	@Setup
	public void texts() {
		String all = String.join("", StreamedAnswers.harmless(100));
		for (int i = 0; i < TEXTS; i++) {
			int from = 97 * i;
			this.texts[i] = all.substring(from, from + this.length);
		}
	}

	@Benchmark
	public Verdict check() {
		this.next = (this.next + 1) % TEXTS;
		return this.guard.check(this.texts[this.next], OUTPUT);
	}

}
