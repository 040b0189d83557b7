package io.github.llamaspring.core.gguf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.llamaspring.core.error.GgufFormatException;
import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.error.ModelNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * A GGUF file (version 2 or 3, also split into parts), mapped into memory: the metadata
 * by key, the tensors as segments of the mapping, nothing copied. Immutable and
 * thread-safe; the tensors' data must not be used after {@link #close()}. Source:
 * docs/gguf.md of the ggml project.
 */
public final class GgufFile implements AutoCloseable {

	private static final Pattern PART = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf", Pattern.DOTALL);

	private static final String SPLIT_COUNT = "split.count";

	private final Path path;

	private final Arena arena;

	private final GgufMetadata metadata;

	private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();

	private final List<GgufPart> parts = new ArrayList<>();

	private long modified;

	private GgufFile(Path path) {
		this.path = path;
		this.arena = Arena.ofShared();
		try {
			GgufPart first = GgufPart.read(describe(), map(path));
			this.metadata = first.metadata();
			add(first);
			addParts();
		}
		catch (RuntimeException | Error ex) {
			this.arena.close();
			throw ex;
		}
	}

	/**
	 * Maps a file and reads its header.
	 * @param path a GGUF file, or the first part of a split one
	 * @throws ModelNotFoundException if there is no readable file
	 * @throws GgufFormatException if it is no GGUF, damaged, truncated, or holds tensor
	 * types the engine does not read
	 */
	public static GgufFile open(Path path) {
		return new GgufFile(path);
	}

	private MemorySegment map(Path part) {
		if (!Files.isRegularFile(part)) {
			throw new ModelNotFoundException(part + (Files.exists(part) ? " is not a file: give the path of a GGUF file"
					: " does not exist: check the path of the model file"));
		}
		try (FileChannel channel = FileChannel.open(part, StandardOpenOption.READ)) {
			this.modified = Math.max(this.modified, Files.getLastModifiedTime(part).toMillis());
			return channel.map(MapMode.READ_ONLY, 0, channel.size(), this.arena);
		}
		catch (ClosedByInterruptException ex) {
			// The thread's flag is still set.
			throw new LlamaException(part + " was not read: the thread is interrupted", ex);
		}
		catch (IOException ex) {
			throw new ModelNotFoundException(part + " cannot be read: " + ex.getMessage(), ex);
		}
	}

	private void add(GgufPart part) {
		this.parts.add(part);
		for (GgufTensor tensor : part.tensors()) {
			if (this.tensors.put(tensor.name(), tensor) != null) {
				throw new GgufFormatException(
						"%s: tensor '%s' appears twice".formatted(describe(), GgufMetadata.printable(tensor.name())));
			}
		}
	}

	private void addParts() {
		long parts = integer(SPLIT_COUNT).orElse(1);
		if (parts <= 1) {
			return;
		}
		Matcher name = PART.matcher(describe());
		if (!name.matches() || Long.parseLong(name.group(3)) != parts) {
			throw new GgufFormatException("%s: key '%s' says %d parts but the file is not named …-00001-of-%05d.gguf"
				.formatted(describe(), SPLIT_COUNT, parts, parts));
		}
		if (Integer.parseInt(name.group(2)) != 1) {
			throw new GgufFormatException(
					"%s is part %s of a split model: open the first part".formatted(describe(), name.group(2)));
		}
		for (int i = 2; i <= parts; i++) {
			Path part = this.path.resolveSibling("%s-%05d-of-%05d.gguf".formatted(name.group(1), i, parts));
			add(GgufPart.read(fileName(part), map(part)));
		}
		long expected = integer("split.tensors.count").orElse(this.tensors.size());
		if (expected != this.tensors.size()) {
			throw new GgufFormatException("%s: %d tensors in all parts where key 'split.tensors.count' says %d"
				.formatted(describe(), this.tensors.size(), expected));
		}
	}

	/**
	 * The file's name, for messages.
	 */
	public String describe() {
		return fileName(this.path);
	}

	private static String fileName(Path path) {
		Path name = path.getFileName();
		return (name != null) ? name.toString() : path.toString();
	}

	public Path path() {
		return this.path;
	}

	/**
	 * What tells this state of the file from others without reading all of it: two files
	 * that differ in some weights only can have the same.
	 */
	public GgufFingerprint fingerprint() {
		return GgufFingerprint.of(this.parts, this.modified);
	}

	/**
	 * A text of the metadata. Like the other getters, it throws
	 * {@link GgufFormatException} if the key holds something of another kind.
	 */
	public Optional<String> string(String key) {
		return this.metadata.string(key);
	}

	public OptionalLong integer(String key) {
		return this.metadata.integer(key);
	}

	/**
	 * A real or an integer.
	 */
	public Optional<Double> real(String key) {
		return this.metadata.real(key);
	}

	public Optional<Boolean> bool(String key) {
		return this.metadata.bool(key);
	}

	public Optional<List<String>> strings(String key) {
		return this.metadata.strings(key);
	}

	public Optional<int[]> integers(String key) {
		return this.metadata.integers(key);
	}

	public Optional<float[]> floats(String key) {
		return this.metadata.floats(key);
	}

	/**
	 * The tensor with this name, or null.
	 */
	public @Nullable GgufTensor tensor(String name) {
		return this.tensors.get(name);
	}

	/**
	 * All tensors, in the order of the file.
	 */
	public Collection<GgufTensor> tensors() {
		return Collections.unmodifiableCollection(this.tensors.values());
	}

	/**
	 * Unmaps the file.
	 */
	@Override
	public void close() {
		if (this.arena.scope().isAlive()) {
			this.arena.close();
		}
	}

}
