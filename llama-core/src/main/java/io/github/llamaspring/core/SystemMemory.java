package io.github.llamaspring.core;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import com.sun.management.OperatingSystemMXBean;

/**
 * The machine's memory, or the container's.
 *
 * @param total all of it
 * @param available what it can give now, pages of files counted in, which it can take
 * back; rather too much than too little, where it does not say exactly
 */
record SystemMemory(long total, long available) {

	private static final Path LINUX = Path.of("/proc/meminfo");

	static SystemMemory now() {
		OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
		if (system == null) {
			return new SystemMemory(Runtime.getRuntime().maxMemory(), Long.MAX_VALUE);
		}
		long total = system.getTotalMemorySize();
		if (Files.isReadable(LINUX)) {
			try {
				return of(Files.readAllLines(LINUX), total);
			}
			catch (IOException ex) {
				return new SystemMemory(total, total);
			}
		}
		// What is free on a Mac is without the pages of files.
		boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
		return new SystemMemory(total, windows ? Math.min(total, system.getFreeMemorySize()) : total);
	}

	/**
	 * As Linux tells it.
	 * @param meminfo lines as in {@code /proc/meminfo}: of the machine, also in a
	 * container
	 * @param total of the container, if there is one
	 */
	static SystemMemory of(List<String> meminfo, long total) {
		long available = kibibytes(meminfo, "MemAvailable:");
		// Other programs can go to swap.
		return new SystemMemory(total,
				(available < 0) ? total : Math.min(total, available + Math.max(0, kibibytes(meminfo, "SwapFree:"))));
	}

	private static long kibibytes(List<String> meminfo, String name) {
		return meminfo.stream()
			.filter((line) -> line.startsWith(name))
			.map((line) -> line.replaceAll("\\D", ""))
			.filter((digits) -> !digits.isEmpty() && digits.length() < 16)
			.mapToLong((digits) -> Long.parseLong(digits) << 10)
			.findFirst()
			.orElse(-1);
	}

}
