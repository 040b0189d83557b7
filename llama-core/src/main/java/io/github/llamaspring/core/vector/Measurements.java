package io.github.llamaspring.core.vector;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

import io.github.llamaspring.core.kernel.CpuName;
import org.jspecify.annotations.Nullable;

/**
 * What was measured on this machine: in {@code llama-spring/kernels.properties} (or
 * {@code kernels-without-native-access.properties}) in the user's cache folder
 * ({@code XDG_CACHE_HOME}, else {@code ~/.cache}). A file from another processor, JVM or
 * version, or one that makes no sense, is not used; one that cannot be written does no
 * harm.
 */
final class Measurements {

	/** Grows when kernels or layouts change. */
	static final String VERSION = "5";

	private static final String NAME = "kernels.properties";

	private static final int MOST_BYTES = 1 << 16;

	private final @Nullable Path file;

	private final String machine;

	private final Map<PackedFormat, FormatCosts> costs = new EnumMap<>(PackedFormat.class);

	private final Map<PackedFormat, Layout> layouts = new EnumMap<>(PackedFormat.class);

	private double tile;

	private double accelerated;

	private boolean changed;

	private Measurements(@Nullable Path file, String machine) {
		this.file = file;
		this.machine = machine;
	}

	/**
	 * Processes with and without native access have other kernels and a file each, so
	 * that one does not undo what the other measured.
	 */
	static Measurements load() {
		boolean granted = NativeMemory.isGranted();
		Path folder = folder();
		return load(
				(folder == null) ? null : folder.resolve(granted ? NAME : "kernels-without-native-access.properties"),
				"%s, %d threads, %d bits, %s, %s".formatted(CpuName.get(), Runtime.getRuntime().availableProcessors(),
						Lanes.BITS, System.getProperty("java.vm.version"), granted ? "addresses" : "segments"));
	}

	/**
	 * Reads what a machine kept in a file.
	 * @param file null if nothing is to be kept
	 */
	static Measurements load(@Nullable Path file, String machine) {
		Measurements all = new Measurements(file, machine);
		all.read();
		return all;
	}

	private static @Nullable Path folder() {
		return Stream.of(System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home") + "/.cache")
			.filter((name) -> name != null && !name.isBlank() && Path.of(name).isAbsolute())
			.findFirst()
			.map((name) -> Path.of(name, "llama-spring"))
			.orElse(null);
	}

	private void read() {
		try {
			if (this.file == null || !Files.isRegularFile(this.file) || Files.size(this.file) > MOST_BYTES) {
				return;
			}
			Properties properties = new Properties();
			try (Reader in = Files.newBufferedReader(this.file)) {
				properties.load(in);
			}
			if (!VERSION.equals(properties.getProperty("version"))
					|| !this.machine.equals(properties.getProperty("machine"))) {
				return;
			}
			double floats = positive(properties.getProperty("tile"));
			String library = properties.getProperty("accelerated");
			this.accelerated = (library != null) ? positive(library) : 0;
			for (PackedFormat format : PackedFormat.values()) {
				String cost = properties.getProperty(format + ".costs");
				String layout = properties.getProperty(format + ".layout");
				if (cost != null) {
					String[] parts = cost.split(" ");
					this.costs.put(format, new FormatCosts(positive(parts[0]), positive(parts[1]), positive(parts[2]),
							positive(parts[3])));
				}
				if (layout != null) {
					this.layouts.put(format, Layout.parse(layout));
				}
			}
			this.tile = floats;
		}
		catch (IOException | IllegalArgumentException | IndexOutOfBoundsException ex) {
			// Then it is measured again, and the file replaced.
			this.costs.clear();
			this.layouts.clear();
			this.accelerated = 0;
		}
	}

	private static double positive(@Nullable String text) {
		double value = Double.parseDouble(String.valueOf(text));
		if (!(value > 0)) {
			throw new IllegalArgumentException("cost " + text);
		}
		return value;
	}

	@Nullable FormatCosts costs(PackedFormat format) {
		return this.costs.get(format);
	}

	Map<PackedFormat, FormatCosts> costs() {
		return this.costs;
	}

	void costs(PackedFormat format, FormatCosts value) {
		this.costs.put(format, value);
		this.changed = true;
	}

	@Nullable Layout layout(PackedFormat format) {
		return this.layouts.get(format);
	}

	void layout(PackedFormat format, Layout value) {
		this.layouts.put(format, value);
		this.changed = true;
	}

	/** Nanoseconds for a float of a tile times a token; 0 if not measured. */
	double tile() {
		return this.tile;
	}

	void tile(double value) {
		this.tile = value;
	}

	/** Nanoseconds for a bfloat16 times a token by oneDNN; 0 if not measured. */
	double accelerated() {
		return this.accelerated;
	}

	void accelerated(double value) {
		this.accelerated = value;
		this.changed = true;
	}

	/** Keeps what is new, beside what another process measured meanwhile. */
	void save() {
		Path target = this.file;
		if (!this.changed || target == null) {
			return;
		}
		this.changed = false;
		Measurements others = load(target, this.machine);
		others.costs.forEach(this.costs::putIfAbsent);
		others.layouts.forEach(this.layouts::putIfAbsent);
		this.accelerated = (this.accelerated > 0) ? this.accelerated : others.accelerated;
		Properties properties = new Properties();
		properties.setProperty("version", VERSION);
		properties.setProperty("machine", this.machine);
		properties.setProperty("tile", String.valueOf(this.tile));
		if (this.accelerated > 0) {
			properties.setProperty("accelerated", String.valueOf(this.accelerated));
		}
		this.costs.forEach((format, c) -> properties.setProperty(format + ".costs",
				c.one() + " " + c.pair() + " " + c.unpack() + " " + c.narrow()));
		this.layouts.forEach((format, l) -> properties.setProperty(format + ".layout", l.toString()));
		try {
			Path folder = Files.createDirectories(target.toAbsolutePath().getParent());
			Path part = Files.createTempFile(folder, "kernels", ".part");
			try {
				try (Writer out = Files.newBufferedWriter(part)) {
					properties.store(out, "Nanoseconds a weight; measured again if this file is deleted.");
				}
				Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
			}
			finally {
				Files.deleteIfExists(part);
			}
		}
		catch (IOException ex) {
			System.getLogger(Measurements.class.getName())
				.log(System.Logger.Level.DEBUG, "kernel measurements are not kept: {0}", ex.toString());
		}
	}

}
