package io.github.llamaspring.core.gguf;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import io.github.llamaspring.core.error.GgufFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The key-value pairs of a GGUF file, typed on the way out.
 */
final class GgufMetadata {

	/** The largest vocabularies have 256 Ki pieces; merges are of the same order. */
	private static final int MAX_ARRAY = 1 << 23;

	/** Real files have fewer than a hundred. */
	private static final int MAX_PAIRS = 1 << 16;

	private static final int MAX_DEPTH = 4;

	/** Least bytes of a pair: a key's length, a value type, a value. */
	static final int MIN_PAIR_BYTES = 13;

	private final String file;

	private final MemorySegment data;

	private final Map<String, Object> values = new LinkedHashMap<>();

	private GgufMetadata(String file, MemorySegment data) {
		this.file = file;
		this.data = data;
	}

	static GgufMetadata read(String file, MemorySegment data, GgufReader in, long count) {
		if (count > MAX_PAIRS) {
			throw in.failure("%d metadata keys are too many (up to %d are read)", count, MAX_PAIRS);
		}
		GgufMetadata metadata = new GgufMetadata(file, data);
		for (long i = 0; i < count; i++) {
			in.subject("metadata key " + i);
			String key = in.name("key");
			in.subject("key '" + printable(key) + "'");
			GgufValueType type = GgufValueType.read(in);
			Object value = switch (type) {
				case ARRAY -> array(in, 1);
				case STRING -> text(in);
				default -> type.readScalar(in);
			};
			if (metadata.values.put(key, value) != null) {
				throw in.failure("appears twice");
			}
		}
		return metadata;
	}

	private static Text text(GgufReader in) {
		Text text = new Text(in.position());
		in.skipString();
		return text;
	}

	private static GgufArray array(GgufReader in, int depth) {
		if (depth > MAX_DEPTH) {
			throw in.failure("arrays are nested deeper than %d", MAX_DEPTH);
		}
		GgufValueType type = GgufValueType.read(in);
		long count = in.count("array elements", type.bytes());
		GgufArray array = new GgufArray(type, count, in.position());
		switch (type) {
			case STRING -> {
				for (long i = 0; i < count; i++) {
					in.skipString();
				}
			}
			case ARRAY -> {
				for (long i = 0; i < count; i++) {
					array(in, depth + 1);
				}
			}
			default -> in.skip(count * type.bytes());
		}
		return array;
	}

	/**
	 * A key for a message: what a damaged file holds must not break the line.
	 */
	static String printable(String text) {
		String clean = text.replaceAll("[^\\x20-\\x7e]", "?");
		return (clean.length() > 100) ? clean.substring(0, 100) + "…" : clean;
	}

	Optional<String> string(String key) {
		Text text = value(key, Text.class, "a text");
		return Optional.ofNullable(text).map((it) -> at(key, it.position()).string("text"));
	}

	OptionalLong integer(String key) {
		Long value = value(key, Long.class, "an integer");
		return (value != null) ? OptionalLong.of(value) : OptionalLong.empty();
	}

	Optional<Double> real(String key) {
		if (this.values.get(key) instanceof Long integer) {
			return Optional.of((double) integer);
		}
		return Optional.ofNullable(value(key, Double.class, "a number"));
	}

	Optional<Boolean> bool(String key) {
		return Optional.ofNullable(value(key, Boolean.class, "true or false"));
	}

	Optional<List<String>> strings(String key) {
		GgufArray array = array(key, "texts");
		if (array == null) {
			return Optional.empty();
		}
		if (array.type() != GgufValueType.STRING) {
			throw wrongKind(key, "an array of texts");
		}
		GgufReader in = at(key, array.position());
		List<String> strings = new ArrayList<>((int) array.count());
		for (int i = 0; i < array.count(); i++) {
			strings.add(in.string("element " + i));
		}
		return Optional.of(strings);
	}

	Optional<int[]> integers(String key) {
		GgufArray array = array(key, "integers");
		if (array == null) {
			return Optional.empty();
		}
		if (!array.type().isInteger()) {
			throw wrongKind(key, "an array of integers");
		}
		GgufReader in = at(key, array.position());
		int[] integers = new int[(int) array.count()];
		for (int i = 0; i < integers.length; i++) {
			integers[i] = (int) (long) (Long) array.type().readScalar(in);
		}
		return Optional.of(integers);
	}

	Optional<float[]> floats(String key) {
		GgufArray array = array(key, "numbers");
		if (array == null) {
			return Optional.empty();
		}
		if (array.type() != GgufValueType.FLOAT32 && array.type() != GgufValueType.FLOAT64) {
			throw wrongKind(key, "an array of numbers");
		}
		GgufReader in = at(key, array.position());
		float[] floats = new float[(int) array.count()];
		for (int i = 0; i < floats.length; i++) {
			floats[i] = ((Double) array.type().readScalar(in)).floatValue();
		}
		return Optional.of(floats);
	}

	private @Nullable GgufArray array(String key, String of) {
		GgufArray array = value(key, GgufArray.class, "an array of " + of);
		if (array != null && array.count() > MAX_ARRAY) {
			throw new GgufFormatException("%s: key '%s' has %d elements, more than any sensible file"
				.formatted(this.file, key, array.count()));
		}
		return array;
	}

	private GgufReader at(String key, long position) {
		GgufReader in = new GgufReader(this.file, this.data, position);
		in.subject("key '" + key + "'");
		return in;
	}

	private <T> @Nullable T value(String key, Class<T> type, String kind) {
		Object value = this.values.get(key);
		if (value != null && !type.isInstance(value)) {
			throw wrongKind(key, kind);
		}
		return type.cast(value);
	}

	private GgufFormatException wrongKind(String key, String kind) {
		return new GgufFormatException("%s: key '%s' should be %s".formatted(this.file, key, kind));
	}

	/**
	 * A text, left in the file until somebody asks for it.
	 *
	 * @param position where its length stands in the file
	 */
	private record Text(long position) {
	}

}
