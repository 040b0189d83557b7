package io.github.llamaspring.core.vector;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Has the kernels of a network compiled while its weights are loaded.
 */
final class Warmup {

	/** Then the first requests are slower, and all is well. */
	private static final long PATIENCE = 5_000_000_000L;

	/** What the first request needs, at the least. */
	private final List<KernelRun> first = new ArrayList<>();

	/** What it needs as well, when the first are with the second compiler. */
	private final List<KernelRun> then = new ArrayList<>();

	/** What a long prompt needs. */
	private final List<KernelRun> later = new ArrayList<>();

	/** What makes a long answer faster, and what is to happen when it is compiled. */
	private final Map<KernelRun, Runnable> last = new LinkedHashMap<>();

	private final CountDownLatch ready = new CountDownLatch(1);

	private final Thread thread = Thread.ofPlatform().daemon(true).name("llama-warm-up").unstarted(this::run);

	private Warmup() {
	}

	private void run() {
		try {
			KernelRun.settle(this.first, this.then, System.nanoTime() + PATIENCE);
		}
		finally {
			this.ready.countDown();
		}
		KernelRun.settle(this.later, System.nanoTime() + PATIENCE);
		if (!this.last.isEmpty() && Prefetch.isAvailable()) {
			this.last.forEach((run, action) -> {
				if (KernelRun.settle(List.of(run), System.nanoTime() + PATIENCE)) {
					action.run();
				}
			});
		}
	}

	/**
	 * Queues the kernels for compilation.
	 * @param many formats that several tokens are multiplied with
	 * @param one formats that one token is multiplied with
	 * @param accelerated whether there may be an accelerator
	 */
	static Warmup start(Collection<PackedFormat> many, Collection<PackedFormat> one, KernelChoice choice,
			KernelRuns all, boolean accelerated) {
		Warmup warmup = new Warmup();
		if (!VectorKernels.TUNED) {
			warmup.ready.countDown();
			return warmup;
		}
		Panel.Need need = Panel.Need.NONE;
		for (PackedFormat format : one) {
			need = need.and(format);
			warmup.product(format, 1, choice, all);
			warmup.prefetch(format, choice, all);
		}
		boolean tiles = !many.isEmpty() && choice.tilesFrom(many) <= KernelChoice.MOST;
		for (PackedFormat format : many) {
			List<PackedFormat> alone = List.of(format);
			int most = (format.integer() ? choice.integerSplit(alone) : choice.floatSplit()).size(0, 64);
			if (most > 1) {
				warmup.product(format, most, choice, all);
			}
			if (tiles) {
				warmup.later.add(all.unpack(format));
			}
			PackedKernels.Unpacker pairs = choice.kernels().pairUnpacker(format);
			if (pairs != null && accelerated) {
				warmup.later.add(all.unpack(format, pairs));
			}
		}
		if (tiles) {
			for (int tokens : choice.kernels().tileTokens()) {
				warmup.later.add(all.tile(tokens));
			}
		}
		warmup.then.addAll(all.panels(need));
		warmup.thread.start();
		return warmup;
	}

	private void product(PackedFormat format, int tokens, KernelChoice choice, KernelRuns all) {
		int groups = (tokens == 1) ? choice.groups(format) : choice.groups(format, tokens);
		PackedKernels.Product product = choice.product(format, tokens, groups);
		if (product != null) {
			this.first.add(all.product(format, product, tokens, groups));
		}
	}

	private void prefetch(PackedFormat format, KernelChoice choice, KernelRuns all) {
		int groups = choice.groups(format);
		PackedKernels.Product ahead = choice.isPrefetched() ? choice.kernels().productAhead(format, groups) : null;
		if (ahead != null) {
			this.last.put(all.product(format, ahead, 1, groups), () -> choice.prefetch(format));
		}
	}

	/** Waits until those of a short request are compiled, or patience ends. */
	void finish() {
		try {
			this.ready.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
