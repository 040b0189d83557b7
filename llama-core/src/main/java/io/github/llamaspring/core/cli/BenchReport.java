package io.github.llamaspring.core.cli;

import io.github.llamaspring.core.ModelInfo;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The figures of a run, as JSON and as text. Rates are medians, in tokens per second;
 * giga is 10^9.
 *
 * @param run the samples
 * @param test what was measured
 * @param info the model
 * @param weights its shapes
 * @param versus the peer, or null
 */
record BenchReport(BenchRun run, BenchTest test, ModelInfo info, BenchWeights weights, @Nullable BenchVersus versus) {

	private static final double GIGA = 1e9;

	private static final double MEGA = 1e6;

	ObjectNode json() {
		ObjectNode json = Console.object();
		json.put("prefill_tps", median(this.run.prefill));
		json.put("decode_tps", median(this.run.decode));
		json.put("decode_gbps", decodeGigabytes());
		json.put("cpu", this.info.cpu());
		json.put("kernel", this.info.kernel());
		json.put("accelerator", this.info.accelerator());
		json.put("threads", this.info.threads());
		json.put("model", this.info.name());
		json.put("n_prompt", this.test.prompt());
		json.put("n_gen", this.test.generated());
		json.put("n_depth", this.test.depth());
		json.put("prefill_gmacs", prefillMacs());
		json.put("read_gbps", this.run.readGigabytes);
		json.put("bandwidth_share", bandwidthShare());
		json.put("decode_tps_at_0", median(this.run.decodeAtZero));
		json.put("depth_ratio", BenchVersus.ratio(this.run.decode, this.run.decodeAtZero));
		json.put("load_average", (this.run.loadAverage >= 0) ? this.run.loadAverage : null);
		json.put("load_ms", this.run.loadMillis);
		json.put("start_to_first_token_ms", this.run.startMillis);
		json.put("first_request_ms", firstRequest());
		json.put("tenth_request_ms", tenthRequest());
		json.put("peak_rss_after_load_bytes", this.run.residentAfterLoad);
		json.put("peak_rss_bytes", this.run.residentBytes);
		json.put("weight_bytes", this.weights.bytes());
		json.put("weight_bytes_per_token", this.weights.bytesPerToken());
		json.put("cache_bytes", cacheBytes());
		array(json, "prefill_samples", this.run.prefill);
		array(json, "decode_samples", this.run.decode);
		if (this.versus != null) {
			json.put("prefill_ratio", BenchVersus.ratio(this.run.prefill, this.versus.prefill()));
			json.put("decode_ratio", BenchVersus.ratio(this.run.decode, this.versus.decode()));
			json.set("peer", this.versus.json());
		}
		return json;
	}

	static void array(ObjectNode json, String key, BenchSamples samples) {
		ArrayNode array = json.putArray(key);
		for (double value : samples.values()) {
			array.add(value);
		}
	}

	private static @Nullable Double median(BenchSamples samples) {
		return samples.isEmpty() ? null : samples.median();
	}

	private @Nullable Double decodeGigabytes() {
		Double rate = median(this.run.decode);
		return (rate != null) ? rate * this.weights.bytesPerToken() / GIGA : null;
	}

	private @Nullable Double bandwidthShare() {
		Double gigabytes = decodeGigabytes();
		Double read = this.run.readGigabytes;
		return (gigabytes != null && read != null) ? gigabytes / read : null;
	}

	private @Nullable Double prefillMacs() {
		Double rate = median(this.run.prefill);
		return (rate != null) ? rate * this.weights.macsPerPromptToken(this.test.prompt()) / GIGA : null;
	}

	private double firstRequest() {
		return this.run.firstTokenMillis.values()[0];
	}

	private double tenthRequest() {
		return this.run.firstTokenMillis.values()[BenchRun.REQUESTS - 1];
	}

	/** Keys and values of both sequences at their longest. */
	private long cacheBytes() {
		long positions = (long) this.test.depth() + Math.max(this.test.prompt(), this.test.generated());
		long atZero = (this.test.depth() > 0 && this.test.generated() > 0) ? this.test.generated() : 0;
		return (positions + atZero) * this.weights.cacheBytesPerToken();
	}

	String text() {
		StringBuilder text = new StringBuilder();
		text.append("%s, %.2f GB, %d threads, %s, accelerator: %s, %s%n%n".formatted(this.info.name(),
				this.weights.bytes() / GIGA, this.info.threads(), this.info.kernel(), this.info.accelerator(),
				this.info.cpu()));
		text.append("| %-16s | %10s | %18s |%n".formatted("test", "median t/s", "mean t/s"));
		text.append("|------------------|-----------:|-------------------:|%n".formatted());
		row(text, this.test.promptName(), this.run.prefill);
		row(text, this.test.generatedName(), this.run.decode);
		row(text, BenchTest.name("tg", this.test.generated(), 0), this.run.decodeAtZero);
		if (this.versus != null) {
			row(text, "peer prompt", this.versus.prefill());
			row(text, "peer generation", this.versus.decode());
		}
		text.append("%n".formatted());
		line(text, "prefill", "%.1f GMAC/s", prefillMacs());
		line(text, "decode", "%.2f GB/s of weights", decodeGigabytes());
		line(text, "memory read", "%.2f GB/s, the same threads", this.run.readGigabytes);
		line(text, "share of it", "%.2f", bandwidthShare());
		line(text, "at depth / at 0", "%.2f", BenchVersus.ratio(this.run.decode, this.run.decodeAtZero));
		if (this.versus != null) {
			line(text, "prefill / peer", "%.2f", BenchVersus.ratio(this.run.prefill, this.versus.prefill()));
			line(text, "decode / peer", "%.2f", BenchVersus.ratio(this.run.decode, this.versus.decode()));
		}
		line(text, "load", "%.0f ms", this.run.loadMillis);
		line(text, "to first token", "%.0f ms from the start of the process", this.run.startMillis);
		text.append("%-16s %.1f ms, tenth %.1f ms, ratio %.2f (%d prompt tokens)%n".formatted("first request",
				firstRequest(), tenthRequest(), firstRequest() / tenthRequest(), BenchSequence.SHORT_PROMPT));
		memory(text);
		return text.toString();
	}

	private static void row(StringBuilder text, String name, BenchSamples samples) {
		if (!samples.isEmpty()) {
			text.append("| %-16s | %10.2f | %18s |%n".formatted(name, samples.median(),
					"%.2f ± %.2f".formatted(samples.mean(), samples.deviation())));
		}
	}

	private static void line(StringBuilder text, String name, String format, @Nullable Double value) {
		if (value != null) {
			text.append("%-16s ".formatted(name)).append(format.formatted(value)).append(System.lineSeparator());
		}
	}

	private void memory(StringBuilder text) {
		Long loaded = this.run.residentAfterLoad;
		Long peak = this.run.residentBytes;
		if (loaded != null && peak != null) {
			text.append("%-16s %.0f MB after load, %.0f MB at most; weights %.0f MB, keys and values %.0f MB%n"
				.formatted("peak resident", loaded / MEGA, peak / MEGA, this.weights.bytes() / MEGA,
						cacheBytes() / MEGA));
		}
	}

}
