package io.github.llamaspring.core.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.ModelInfo;
import io.github.llamaspring.core.ModelOptions;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one {@code bench} measures. Used by one thread.
 */
final class BenchRun {

	/** The first request is compared with this one. */
	static final int REQUESTS = 10;

	/** A first run longer than this has kept the compiler busy long enough. */
	private static final long LONG_WARM_UP_NANOS = 10_000_000_000L;

	/** Share of the cores that other work may have had during the last minute. */
	private static final double BUSY = 0.5;

	private final BenchTest wanted;

	private final Console console;

	private final @Nullable BenchVersus versus;

	final BenchSamples prefill = new BenchSamples();

	final BenchSamples decode = new BenchSamples();

	/** Of an empty context, if the depth is another. */
	final BenchSamples decodeAtZero = new BenchSamples();

	final BenchSamples firstTokenMillis = new BenchSamples();

	/** Of the system at the start, over a minute; negative where it does not say. */
	double loadAverage;

	double loadMillis;

	/** From the start of this process to the first token. */
	double startMillis;

	/** Highest resident set so far when the model was loaded and had answered. */
	@Nullable Long residentAfterLoad;

	/** The same after the longest prompt; without what is only measured against. */
	@Nullable Long residentBytes;

	@Nullable Double readGigabytes;

	BenchRun(BenchTest wanted, Console console, @Nullable BenchVersus versus) {
		this.wanted = wanted;
		this.console = console;
		this.versus = versus;
	}

	/**
	 * Loads the model, measures, and reports.
	 */
	BenchReport measure(Path file, ModelOptions options) {
		this.loadAverage = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
		if (this.loadAverage > Runtime.getRuntime().availableProcessors() * BUSY) {
			this.console.note("note: the machine is busy (load %.1f on %d cores): rates and ratios will be off"
				.formatted(this.loadAverage, Runtime.getRuntime().availableProcessors()));
		}
		long start = System.nanoTime();
		try (LlamaModel model = Command.load(file, options, this.console)) {
			this.loadMillis = (System.nanoTime() - start) / 1e6;
			BenchTest test = this.wanted.within(model.contextLength(), this.console);
			requests(model);
			BenchWeights weights = BenchWeights.of(file);
			repeat(model, weights, test);
			ModelInfo info = model.info();
			return new BenchReport(this, test, info, weights, this.versus);
		}
	}

	private void requests(LlamaModel model) {
		for (int i = 0; i < REQUESTS; i++) {
			this.firstTokenMillis.add(BenchSequence.firstTokenMillis(model, i));
			if (i == 0) {
				this.startMillis = ProcessAge.millis();
				this.residentAfterLoad = peakResidentBytes();
			}
		}
		this.console
			.note("loaded in %.0f ms; first token of the first request after %.0f ms, of the tenth %.0f ms".formatted(
					this.loadMillis, this.firstTokenMillis.values()[0], this.firstTokenMillis.values()[REQUESTS - 1]));
	}

	private void repeat(LlamaModel model, BenchWeights weights, BenchTest test) {
		int most = Math.max(test.prompt(), test.generated());
		try (BenchSequence sequence = new BenchSequence(model, weights.vocabulary(), test.depth(), most);
				BenchSequence empty = new BenchSequence(model, weights.vocabulary(), 0, test.generated())) {
			warmUp(sequence, empty, test);
			this.residentBytes = peakResidentBytes();
			try (BenchBandwidth bandwidth = bandwidth(model.info().threads())) {
				for (int i = 0; i < test.repetitions(); i++) {
					repetition("run " + (i + 1), sequence, empty, test, true);
					if (bandwidth != null) {
						bandwidth.measure();
					}
					if (this.versus != null) {
						this.versus.run(test, model.info().threads(), this.console);
					}
				}
				this.readGigabytes = (bandwidth != null) ? bandwidth.gigabytesPerSecond() : null;
			}
		}
	}

	/** Two runs that do not count, so that the compiler is done; one if it is long. */
	private void warmUp(BenchSequence sequence, BenchSequence empty, BenchTest test) {
		long start = System.nanoTime();
		repetition("warm-up", sequence, empty, test, false);
		if (System.nanoTime() - start < LONG_WARM_UP_NANOS) {
			repetition("warm-up", sequence, empty, test, false);
		}
	}

	private void repetition(String name, BenchSequence sequence, BenchSequence empty, BenchTest test, boolean counts) {
		StringBuilder note = new StringBuilder(name).append(':');
		if (test.prompt() > 0) {
			one(sequence.prefill(test.prompt()), counts, this.prefill, test.promptName(), note);
		}
		if (test.generated() > 0) {
			one(sequence.decode(test.generated()), counts, this.decode, test.generatedName(), note);
			if (test.depth() > 0) {
				one(empty.decode(test.generated()), counts, this.decodeAtZero,
						BenchTest.name("tg", test.generated(), 0), note);
			}
		}
		this.console.note(note.toString());
	}

	private static void one(double rate, boolean counts, BenchSamples samples, String name, StringBuilder note) {
		if (counts) {
			samples.add(rate);
		}
		note.append("  %s %.2f tok/s".formatted(name, rate));
	}

	private @Nullable BenchBandwidth bandwidth(int threads) {
		try {
			BenchBandwidth bandwidth = new BenchBandwidth(threads, BenchReader.best());
			bandwidth.measure(); // The compiler's turn.
			bandwidth.forget();
			return bandwidth;
		}
		catch (OutOfMemoryError ex) {
			this.console.note("note: no memory to measure the read bandwidth with: " + ex.getMessage());
			return null;
		}
	}

	/**
	 * The most memory this process ever held, or null where the system does not say.
	 */
	private static @Nullable Long peakResidentBytes() {
		try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
			return lines.filter((line) -> line.startsWith("VmHWM:"))
				.map((line) -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
				.findFirst()
				.orElse(null);
		}
		catch (IOException | NumberFormatException ex) {
			return null; // Only Linux tells.
		}
	}

}
