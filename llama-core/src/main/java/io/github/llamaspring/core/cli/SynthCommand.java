package io.github.llamaspring.core.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.llamaspring.core.gguf.GgmlType;

/**
 * {@code synth SHAPE TYPE OUT}: a model of random weights in the exact shape of a real
 * one, to measure speed and memory without a download. The same each time. The file
 * appears under its name when it is complete.
 */
final class SynthCommand extends Command {

	private static final Map<String, GgmlType> TYPES = Map.of("f16", GgmlType.F16, "q8_0", GgmlType.Q8_0, "q4_0",
			GgmlType.Q4_0, "q4_k", GgmlType.Q4_K, "q6_k", GgmlType.Q6_K);

	private static final double GIBIBYTE = 1 << 30;

	@Override
	Set<String> flags() {
		return Set.of("--json");
	}

	@Override
	List<String> operands() {
		return List.of("SHAPE", "TYPE", "OUT");
	}

	@Override
	void run(String shapeName, Arguments arguments, Console console) {
		SynthShape shape = SynthShape.of(shapeName);
		String typeName = arguments.words().get(2);
		GgmlType type = TYPES.get(typeName);
		if (type == null) {
			throw new UsageException("'" + typeName + "' is none of the types f16, q8_0, q4_0, q4_k, q6_k");
		}
		Path out = Path.of(arguments.words().get(3)).toAbsolutePath();
		List<SynthTensor> tensors = SynthTensor.of(shape, type);
		byte[] header = SynthHeader.of("synthetic-" + shape.title() + "-" + typeName, shape, type, tensors);
		long size = header.length + tensors.stream().mapToLong(SynthTensor::paddedBytes).sum();
		try {
			write(out, header, tensors, size, console);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(
					"%s of %.1f GiB cannot be written: %s".formatted(out, size / GIBIBYTE, ex.getMessage()), ex);
		}
		if (arguments.has("--json")) {
			console.json(Console.object().put("path", out.toString()).put("bytes", size));
		}
		else {
			console.println(out.toString());
		}
	}

	private static void write(Path out, byte[] header, List<SynthTensor> tensors, long size, Console console)
			throws IOException {
		Path folder = out.getParent();
		if (folder == null || !Files.isDirectory(folder)) {
			throw new IOException("there is no folder " + folder);
		}
		if (Files.isDirectory(out)) {
			throw new IOException("it is a folder");
		}
		long free = Files.getFileStore(folder).getUsableSpace();
		if (free < size) {
			throw new IOException("%.1f GiB are free in %s".formatted(free / GIBIBYTE, folder));
		}
		console
			.note("writing %.2f GiB, of %.1f that are free in %s".formatted(size / GIBIBYTE, free / GIBIBYTE, folder));
		Path part = folder.resolve("%s.%d.part".formatted(out.getFileName(), ProcessHandle.current().pid()));
		Thread hook = Thread.ofPlatform().unstarted(() -> part.toFile().delete());
		Runtime.getRuntime().addShutdownHook(hook);
		try {
			try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW,
					StandardOpenOption.WRITE)) {
				ByteBuffer bytes = ByteBuffer.wrap(header);
				while (bytes.hasRemaining()) {
					channel.write(bytes);
				}
				new SynthFile(channel, header.length, tensors,
						(done) -> console
							.note("%.0f of %.1f GiB".formatted(Math.floor(done / GIBIBYTE), size / GIBIBYTE)))
					.write(Runtime.getRuntime().availableProcessors());
				pad(channel, size);
				channel.force(true);
			}
			Files.move(part, out, StandardCopyOption.ATOMIC_MOVE);
		}
		finally {
			Files.deleteIfExists(part);
			unhook(hook);
		}
	}

	/** The last tensor's padding, which nothing follows. */
	private static void pad(FileChannel channel, long size) throws IOException {
		if (channel.size() < size) {
			channel.write(ByteBuffer.allocate(1), size - 1);
		}
	}

	private static void unhook(Thread hook) {
		try {
			Runtime.getRuntime().removeShutdownHook(hook);
		}
		catch (IllegalStateException ex) {
			// The JVM is ending, and the hook runs: there is nothing to take back.
		}
	}

}
