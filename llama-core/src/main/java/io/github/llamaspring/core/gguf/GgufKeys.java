package io.github.llamaspring.core.gguf;

import java.util.OptionalLong;

import io.github.llamaspring.core.error.GgufFormatException;

/**
 * Typed, range-checked access to the keys of an architecture, or of another group.
 *
 * @param file the file
 * @param prefix what the names of the group's keys begin with, such as {@code llama.}
 */
public record GgufKeys(GgufFile file, String prefix) {

	/**
	 * An integer that has to be there.
	 * @throws GgufFormatException if it is missing or out of range
	 */
	public int required(String key, int min, int max) {
		OptionalLong value = this.file.integer(this.prefix + key);
		if (value.isEmpty()) {
			throw failure(this.prefix + key, "is missing");
		}
		return checked(key, value.getAsLong(), min, max);
	}

	/**
	 * An integer, or another where there is none.
	 * @throws GgufFormatException if it is out of range
	 */
	public int optional(String key, int min, int max, int other) {
		OptionalLong value = this.file.integer(this.prefix + key);
		return value.isEmpty() ? other : checked(key, value.getAsLong(), min, max);
	}

	private int checked(String key, long value, int min, int max) {
		if (value < min || value > max) {
			throw failure(this.prefix + key, "is %d, out of %d to %d".formatted(value, min, max));
		}
		return (int) value;
	}

	/**
	 * A number, or another where there is none.
	 * @throws GgufFormatException if it is out of range
	 */
	public float real(String key, double min, double max, double other) {
		double value = this.file.real(this.prefix + key).orElse(other);
		if (!(value >= min && value <= max)) {
			throw failure(this.prefix + key, "is %s, out of %s to %s".formatted(value, min, max));
		}
		return (float) value;
	}

	/**
	 * What is wrong with a key.
	 * @param key its whole name
	 */
	public GgufFormatException failure(String key, String what) {
		return new GgufFormatException("%s: key '%s' %s".formatted(this.file.describe(), key, what));
	}

}
