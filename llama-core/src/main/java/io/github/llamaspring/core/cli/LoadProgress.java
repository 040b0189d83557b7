package io.github.llamaspring.core.cli;

import java.nio.file.Path;
import java.util.function.DoubleConsumer;

/**
 * Shows how far the loading of a model is, once it has taken a second.
 */
final class LoadProgress implements DoubleConsumer {

	private static final long SILENT_NANOS = 1_000_000_000L;

	private final long start = System.nanoTime();

	private final String name;

	private final Console console;

	private int shown = -1;

	LoadProgress(Path file, Console console) {
		this.name = String.valueOf(file.getFileName());
		this.console = console;
	}

	@Override
	public void accept(double fraction) {
		int percent = (int) (100 * fraction);
		if (percent != this.shown && System.nanoTime() - this.start > SILENT_NANOS) {
			this.shown = percent;
			this.console.progress("%s: loading %d %%".formatted(this.name, percent));
		}
	}

	/** Ends the line, if there is one. */
	void end() {
		if (this.shown >= 0) {
			this.console.note("");
		}
	}

}
