package io.github.llamaspring.examples.supportchat;

import java.util.Locale;
import java.util.function.Consumer;

import io.github.llamaspring.boot.engine.EngineStatus;
import io.github.llamaspring.boot.engine.LlamaEngine;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Tells whoever started the application on the console how far the model is, and at the
 * end where the page is.
 */
@Component
final class StartupProgress {

	private static final long EVERY_NANOS = 1_000_000_000L;

	private static final int BAR = 30;

	private static final double MEGABYTE = 1e6;

	private final LlamaEngine engine;

	private final Environment environment;

	StartupProgress(LlamaEngine engine, Environment environment) {
		this.engine = engine;
		this.environment = environment;
	}

	@EventListener(ApplicationReadyEvent.class)
	void begin() {
		String url = url();
		System.out.println("The page is at " + url + " already; the model follows.");
		this.engine.onStatus(new Printer(url));
	}

	private String url() {
		String address = this.environment.getProperty("server.address", "localhost");
		boolean here = address.equals("127.0.0.1") || address.equals("0.0.0.0") || address.equals("::1");
		return "http://" + (here ? "localhost" : address) + ":"
				+ this.environment.getProperty("local.server.port", "8080");
	}

	/**
	 * Prints what changed, at most once a second.
	 */
	private static final class Printer implements Consumer<EngineStatus> {

		private final String url;

		private long last = System.nanoTime() - EVERY_NANOS;

		Printer(String url) {
			this.url = url;
		}

		@Override
		public synchronized void accept(EngineStatus status) {
			switch (status) {
				case EngineStatus.Fetching fetching -> throttled(describe(fetching));
				case EngineStatus.Loading loading ->
					throttled(String.format(Locale.ROOT, "Loading the model %s", bar(loading.fraction())));
				case EngineStatus.Ready ready ->
					System.out.println("Ready: " + ready.name() + " answers at " + this.url);
				case EngineStatus.Failed failed -> System.out.println("There is no model: " + failed.reason());
				case EngineStatus.Stopped _ -> {
				}
			}
		}

		private void throttled(String line) {
			long now = System.nanoTime();
			if (now - this.last >= EVERY_NANOS) {
				this.last = now;
				System.out.println(line);
			}
		}

		private static String describe(EngineStatus.Fetching fetch) {
			if (fetch.total() <= 0) {
				return String.format(Locale.ROOT, "Fetching the model: %.1f MB", fetch.bytes() / MEGABYTE);
			}
			String line = String.format(Locale.ROOT, "Fetching the model %s %.1f of %.1f MB",
					bar((double) fetch.bytes() / fetch.total()), fetch.bytes() / MEGABYTE, fetch.total() / MEGABYTE);
			if (fetch.bytes() < MEGABYTE || fetch.bytesPerSecond() <= 0) {
				return line;
			}
			return line + String.format(Locale.ROOT, ", %.1f MB/s, %.0f s left", fetch.bytesPerSecond() / MEGABYTE,
					(fetch.total() - fetch.bytes()) / fetch.bytesPerSecond());
		}

		private static String bar(double fraction) {
			int done = (int) Math.round(BAR * Math.clamp(fraction, 0, 1));
			return "[" + "#".repeat(done) + "-".repeat(BAR - done) + "] " + Math.round(100 * fraction) + " %";
		}

	}

}
