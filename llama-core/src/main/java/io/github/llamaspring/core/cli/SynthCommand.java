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

	private static final long SEED = 13;

	/** Elements written at once: a whole number of blocks of each type. */
	private static final int CHUNK = 1 << 20;

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
		byte[] header = SynthHeader.of("synthetic-" + shape.title() + "-" + typeName, shape, tensors);
		long size = header.length + tensors.stream().mapToLong(SynthCommand::paddedBytes).sum();
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

	private static long paddedBytes(SynthTensor tensor) {
		return tensor.bytes() + SynthHeader.padding(tensor.bytes());
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
		Path part = folder.resolve("%s.%d.part".formatted(out.getFileName(), ProcessHandle.current().pid()));
		try {
			try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW,
					StandardOpenOption.WRITE)) {
				write(channel, ByteBuffer.wrap(header));
				for (int i = 0; i < tensors.size(); i++) {
					// A seed of its own, so that a tensor does not depend on those
					// before.
					write(channel, tensors.get(i), new SynthWeights(SEED + i), size, console);
				}
				channel.force(true);
			}
			Files.move(part, out, StandardCopyOption.ATOMIC_MOVE);
		}
		finally {
			Files.deleteIfExists(part);
		}
	}

	private static void write(FileChannel channel, SynthTensor tensor, SynthWeights weights, long size, Console console)
			throws IOException {
		byte[] bytes = new byte[(int) tensor.type().bytes(Math.min(CHUNK, tensor.elements()))];
		long left = tensor.bytes();
		while (left > 0) {
			int length = (int) Math.min(bytes.length, left);
			weights.fill(bytes, length, tensor.type(), tensor.deviation());
			long before = channel.position();
			write(channel, ByteBuffer.wrap(bytes, 0, length));
			left -= length;
			if ((before >>> 30) != (channel.position() >>> 30)) {
				console.note("%.1f of %.1f GiB".formatted(channel.position() / GIBIBYTE, size / GIBIBYTE));
			}
		}
		write(channel, ByteBuffer.allocate(SynthHeader.padding(tensor.bytes())));
	}

	private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
		while (bytes.hasRemaining()) {
			channel.write(bytes);
		}
	}

}
