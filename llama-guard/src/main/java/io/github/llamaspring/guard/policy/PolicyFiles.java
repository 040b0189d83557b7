package io.github.llamaspring.guard.policy;

import io.github.llamaspring.guard.digest.Sha256;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * A policy file and the files it extends. A file is named by a path relative to the one
 * that extends it. All of them lie in the folder above the first one's or below it, so
 * that a policy can't draw in any file of the machine; a link that lies there may lead
 * elsewhere, as those of mounted configurations do.
 */
final class PolicyFiles {

	private static final int MAX_FILES = 8;

	private final Path first;

	private final Path bounds;

	private final Map<Path, String> digests = new LinkedHashMap<>();

	PolicyFiles(Path file) {
		this.first = file;
		Path folder = parent(file.toAbsolutePath().normalize());
		this.bounds = parent(folder);
	}

	private static Path parent(Path path) {
		Path parent = path.getParent();
		return (parent != null) ? parent : path;
	}

	/**
	 * The files in the order in which they apply, the extended ones first.
	 * @param parser makes keys and values of a file's name and content
	 * @throws PolicyException where a file can't be read, lies elsewhere, extends itself,
	 * or there are too many
	 */
	List<Content> chain(BiFunction<String, String, YamlMap> parser) {
		Deque<Content> files = new ArrayDeque<>();
		Path file = this.first;
		while (file != null) {
			YamlMap root = parser.apply(file.toString(), read(file));
			String next = root.textOrNull("extends");
			boolean builtIn = PolicyReader.BUILT_IN.equals(next);
			files.addFirst(new Content(root, builtIn));
			file = (next == null || builtIn) ? null : resolve(root, file, next);
		}
		return List.copyOf(files);
	}

	/**
	 * Whether files have this SHA-256 each.
	 */
	static boolean hold(Map<Path, String> digests) {
		try {
			for (Map.Entry<Path, String> entry : digests.entrySet()) {
				PolicyFiles now = new PolicyFiles(entry.getKey());
				now.read(entry.getKey());
				if (!now.digests.equals(Map.of(entry.getKey(), entry.getValue()))) {
					return false;
				}
			}
			return true;
		}
		catch (PolicyException ex) {
			return false;
		}
	}

	/** The files that were read, with the SHA-256 of their content. */
	Map<Path, String> digests() {
		return this.digests;
	}

	private Path resolve(YamlMap root, Path from, String next) {
		if (!next.endsWith(".yaml") && !next.endsWith(".yml")) {
			throw root.error("extends", "is " + next + ", but only " + PolicyReader.BUILT_IN
					+ " or a relative path to a .yaml or .yml file can be extended");
		}
		Path relative;
		try {
			relative = Path.of(next);
		}
		catch (InvalidPathException ex) {
			throw root.error("extends", "is " + next + ", which is no path");
		}
		Path target = from.resolveSibling(relative).normalize();
		if (relative.isAbsolute() || !target.toAbsolutePath().normalize().startsWith(this.bounds)) {
			throw root.error("extends", "is " + next + ", but must be a relative path within " + this.bounds);
		}
		if (this.digests.containsKey(target.toAbsolutePath().normalize())) {
			throw root.error("extends",
					"is " + next + ", so the policy extends itself: "
							+ this.digests.keySet()
								.stream()
								.map((path) -> String.valueOf(path.getFileName()))
								.collect(Collectors.joining(" → "))
							+ " → " + target.getFileName());
		}
		if (this.digests.size() >= MAX_FILES) {
			throw root.error("extends", "is " + next + ", but a policy is made of at most " + MAX_FILES + " files");
		}
		if (!Files.exists(target)) {
			throw root.error("extends", "is " + next + ", but there is no such file");
		}
		return target;
	}

	private String read(Path file) {
		try {
			if (Files.isDirectory(file)) {
				throw new PolicyException(file + " is a folder; name the policy's YAML file");
			}
			byte[] bytes;
			try (InputStream in = Files.newInputStream(file)) {
				bytes = in.readNBytes(PolicyReader.MAX_BYTES + 1);
			}
			if (bytes.length > PolicyReader.MAX_BYTES) {
				throw new PolicyException(
						file + " is larger than a policy may be (" + PolicyReader.MAX_BYTES + " bytes)");
			}
			String yaml = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
			this.digests.put(file.toAbsolutePath().normalize(), Sha256.hex(yaml));
			return yaml;
		}
		catch (CharacterCodingException ex) {
			throw new PolicyException(file + " is not UTF-8", ex);
		}
		catch (NoSuchFileException ex) {
			throw new PolicyException("there is no policy file " + file, ex);
		}
		catch (IOException ex) {
			throw new PolicyException("the policy file " + file + " can't be read: " + ex.getMessage(), ex);
		}
	}

	/**
	 * A file's content.
	 *
	 * @param extendsBuiltIn whether it extends the built-in policy
	 */
	record Content(YamlMap root, boolean extendsBuiltIn) {
	}

}
