package io.github.llamaspring.core.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * How long ago this process began. Linux counts from when it was started as whatever
 * program first, such as the shell script that became the JVM.
 */
final class ProcessAge {

	/** What the kernel tells programs, whatever it counts in itself. */
	private static final long TICKS_PER_SECOND = 100;

	/** Counted from 1, behind the process's name. */
	private static final int START_TIME = 22;

	private ProcessAge() {
	}

	/**
	 * Milliseconds, on Linux to about ten of them; 0 where the system does not say.
	 */
	static long millis() {
		try {
			return sinceBoot(Files.readString(Path.of("/proc/uptime")), Files.readString(Path.of("/proc/self/stat")));
		}
		catch (IOException | RuntimeException ex) {
			// The JDK adds the time of booting, which Linux tells in whole seconds only.
			Instant start = ProcessHandle.current().info().startInstant().orElse(null);
			return (start != null) ? Duration.between(start, Instant.now()).toMillis() : 0;
		}
	}

	/**
	 * Both count from when the machine was booted.
	 * @param uptime {@code /proc/uptime}: seconds
	 * @param stat {@code /proc/self/stat}: start time in ticks
	 */
	static long sinceBoot(String uptime, String stat) {
		double now = Double.parseDouble(uptime.split(" ")[0]);
		// The name is the second field, in parentheses, and may hold anything.
		String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
		long ticks = Long.parseLong(fields[START_TIME - 3]);
		return Math.round(1000 * (now - (double) ticks / TICKS_PER_SECOND));
	}

}
