package io.github.llamaspring.core.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The processor's name, which stands beside every figure.
 */
public final class CpuName {

	private static @Nullable String cached;

	private CpuName() {
	}

	public static synchronized String get() {
		if (cached == null) {
			cached = find().map(String::strip)
				.filter((name) -> !name.isEmpty())
				.orElseGet(() -> System.getProperty("os.arch"));
		}
		return cached;
	}

	private static Optional<String> find() {
		String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
		if (os.contains("windows")) {
			return Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER"));
		}
		return os.contains("mac") ? fromSysctl() : fromProc();
	}

	private static Optional<String> fromProc() {
		try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8)) {
			return lines.filter((line) -> line.startsWith("model name"))
				.findFirst()
				.map((line) -> line.substring(line.indexOf(':') + 1));
		}
		catch (IOException ex) {
			return Optional.empty();
		}
	}

	private static Optional<String> fromSysctl() {
		try {
			Process process = new ProcessBuilder("/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string").start();
			if (!process.waitFor(2, TimeUnit.SECONDS)) {
				process.destroyForcibly();
				return Optional.empty();
			}
			return Optional.of(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			return Optional.empty();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Optional.empty();
		}
	}

}
