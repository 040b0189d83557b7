package io.github.llamaspring.core.chat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What one rendering may still use. Its own thread asks at every node and variable, so a
 * template that loops is really stopped, not only left alone.
 */
final class RenderBudget {

	private static final int MAX_ELEMENTS = 20_000;

	private static final int MAX_STEPS = 2_000_000;

	private static final ThreadLocal<RenderBudget> CURRENT = new ThreadLocal<>();

	/** Asking for the time costs more than a step. */
	private static final int STEPS_A_LOOK = 64;

	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	private final long nanos;

	private long start;

	private int steps;

	private @Nullable String raised;

	/**
	 * Limits a rendering.
	 * @param nanos of processor time, so that a busy machine is no reason to fail
	 */
	RenderBudget(long nanos) {
		this.nanos = nanos;
	}

	/**
	 * Begins, on the thread that renders.
	 */
	void begin() {
		CURRENT.set(this);
		this.start = now();
	}

	private static long now() {
		return THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
	}

	static void step() {
		RenderBudget budget = CURRENT.get();
		if (budget != null) {
			budget.take();
		}
	}

	/**
	 * Counts what hangs on a value: lists that hold each other twice are small in memory
	 * and endless as text.
	 */
	static @Nullable Object checked(@Nullable Object value) {
		step();
		if (count(value, 0) > MAX_ELEMENTS) {
			throw new Stop("builds a value of more than %d elements".formatted(MAX_ELEMENTS));
		}
		return value;
	}

	/**
	 * The template itself gives up.
	 */
	static void raise(String message) {
		RenderBudget budget = CURRENT.get();
		if (budget != null && budget.raised == null) {
			budget.raised = message;
		}
		throw new Stop(message);
	}

	@Nullable String raised() {
		return this.raised;
	}

	private void take() {
		boolean late = ++this.steps % STEPS_A_LOOK == 0 && now() - this.start > this.nanos;
		if (late || this.steps > MAX_STEPS || Thread.currentThread().isInterrupted()) {
			throw new Stop("runs too long");
		}
	}

	private static int count(@Nullable Object value, int before) {
		int elements = before + 1;
		if (elements > MAX_ELEMENTS) {
			return elements;
		}
		if (value instanceof Map<?, ?> map) {
			return count(map.values(), elements);
		}
		if (value instanceof Collection<?> collection) {
			for (Object element : collection) {
				elements = count(element, elements);
				if (elements > MAX_ELEMENTS) {
					break;
				}
			}
		}
		return elements;
	}

	/**
	 * Ends the rendering. An error, because the template engine turns exceptions into
	 * notes and goes on.
	 */
	static final class Stop extends Error {

		private static final long serialVersionUID = 1L;

		Stop(String message) {
			super(message, null, false, false);
		}

	}

}
