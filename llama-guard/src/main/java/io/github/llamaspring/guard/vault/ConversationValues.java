package io.github.llamaspring.guard.vault;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * The values of one conversation. Thread-safe. Deliberately without a {@code toString()}
 * of what it holds.
 */
final class ConversationValues {

	/** Characters of all values, at most: bounds the memory of one conversation. */
	private static final int MOST_CHARACTERS = 32_768;

	private final Map<String, Entry> byValue = new HashMap<>();

	private final NavigableMap<String, Entry> byKey = new TreeMap<>();

	private final Map<String, Integer> numbers = new HashMap<>();

	private final int maxValues;

	private int highest;

	private final int floor;

	private int characters;

	/**
	 * @param floor numbers up to this one were given out before
	 */
	ConversationValues(int maxValues, int floor) {
		this.maxValues = maxValues;
		this.floor = floor;
		this.highest = floor;
	}

	/**
	 * The placeholder of a value, or null where there is no room for it.
	 */
	synchronized @Nullable String conceal(String category, String value, boolean given) {
		String identity = ValueKey.of(category, value);
		Entry known = this.byValue.get(identity);
		if (known != null) {
			known.given |= given;
			return known.placeholder;
		}
		int size = value.length() + identity.length();
		if (!hasRoom(size)) {
			return null;
		}
		String label = label(category);
		int number = nextNumber(label);
		String placeholder = placeholder(label, number);
		this.numbers.put(label, number);
		this.highest = Math.max(this.highest, number);
		this.characters += size;
		Entry entry = new Entry(category, value, placeholder, given);
		this.byValue.put(identity, entry);
		this.byKey.put(BracketRun.key(placeholder), entry);
		return placeholder;
	}

	/**
	 * What {@link #conceal} would say; nothing changes.
	 */
	synchronized @Nullable String preview(String category, String value) {
		String identity = ValueKey.of(category, value);
		Entry known = this.byValue.get(identity);
		if (known != null) {
			return known.placeholder;
		}
		String label = label(category);
		return hasRoom(value.length() + identity.length()) ? placeholder(label, nextNumber(label)) : null;
	}

	private boolean hasRoom(int size) {
		return this.byKey.size() < this.maxValues && size <= MOST_CHARACTERS - this.characters;
	}

	private int nextNumber(String label) {
		int number = this.numbers.getOrDefault(label, this.floor) + 1;
		while (this.byKey.containsKey(BracketRun.key(placeholder(label, number)))) {
			number++;
		}
		return number;
	}

	private static String placeholder(String label, int number) {
		return "[" + label + "_" + number + "]";
	}

	/**
	 * The name in a placeholder: what a policy calls a category may have any characters.
	 */
	static String label(String category) {
		String plain = category.toUpperCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "_").replaceAll("^_+|_+$", "");
		return plain.isEmpty() ? "VALUE" : plain;
	}

	synchronized @Nullable String value(String key, Disclosure disclosure) {
		Entry entry = this.byKey.get(key);
		return (entry != null && disclosure.covers(entry.category, entry.given)) ? disclosure.form(entry.value) : null;
	}

	synchronized boolean anyBegins(String prefix) {
		String next = this.byKey.ceilingKey(prefix);
		return next != null && next.startsWith(prefix);
	}

	synchronized int highest() {
		return this.highest;
	}

	private static final class Entry {

		private final String category;

		private final String value;

		private final String placeholder;

		private boolean given;

		Entry(String category, String value, String placeholder, boolean given) {
			this.category = category;
			this.value = value;
			this.placeholder = placeholder;
			this.given = given;
		}

	}

}
