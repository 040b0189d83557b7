package io.github.llamaspring.core.store;

import io.github.llamaspring.core.store.FetchProgress.Phase;

/**
 * Passes progress on to a listener, but not at every buffer.
 */
final class Progress {

	private static final long INTERVAL_NANOS = 100_000_000;

	private final ProgressListener listener;

	private final String model;

	private long last;

	Progress(ProgressListener listener, String model) {
		this.listener = listener;
		this.model = model;
	}

	/** Enters a phase: always reported. */
	void phase(Phase phase, long bytes, long total) {
		this.last = System.nanoTime();
		this.listener.onProgress(new FetchProgress(phase, this.model, bytes, total));
	}

	/** Reports unless the last report is too recent. */
	void step(Phase phase, long bytes, long total) {
		if (System.nanoTime() - this.last >= INTERVAL_NANOS) {
			phase(phase, bytes, total);
		}
	}

}
