package io.github.llamaspring.guard;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;

/**
 * Measures streams of harmless answers, a token of four characters at a time: the tokens
 * held back and the processor time of one.
 */
public final class StreamCost {

	private static final int TOKEN = 4;

	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	private StreamCost() {
	}

	public static void main(String[] args) {
		Guard guard = Guard.builtIn();
		List<String> answers = StreamedAnswers.harmless(300);
		int[] held = new int[answers.stream().mapToInt(String::length).sum() / TOKEN + answers.size()];
		int tokens = 0;
		for (int round = 1; round <= 5; round++) {
			tokens = 0;
			long began = THREADS.getCurrentThreadCpuTime();
			for (String answer : answers) {
				tokens = run(guard, answer, held, tokens);
			}
			System.out.printf("%d: %.1f µs CPU a token (%d tokens)%n", round,
					(THREADS.getCurrentThreadCpuTime() - began) / 1e3 / tokens, tokens);
		}
		int[] sorted = Arrays.copyOf(held, tokens);
		Arrays.sort(sorted);
		System.out.printf("held: median %d, p90 %d, p99 %d, most %d tokens of %d characters%n", sorted[tokens / 2],
				sorted[tokens * 9 / 10], sorted[tokens * 99 / 100], sorted[tokens - 1], TOKEN);
	}

	private static int run(Guard guard, String answer, int[] held, int first) {
		GuardStream stream = guard.stream(GuardContext.of(Stage.OUTPUT));
		int token = first;
		for (int at = 0; at < answer.length(); at += TOKEN) {
			stream.feed(answer.substring(at, Math.min(at + TOKEN, answer.length())));
			// Of a token of which a part is out the rest doesn't count.
			held[token++] = stream.held() / TOKEN;
		}
		stream.finish();
		if (stream.verdict().action().compareTo(Action.FLAG) > 0) {
			throw new IllegalStateException("not harmless: " + stream.verdict().findings() + " in " + answer);
		}
		return token;
	}

}
