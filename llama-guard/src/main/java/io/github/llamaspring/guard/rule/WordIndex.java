package io.github.llamaspring.guard.rule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.llamaspring.guard.text.Folding;
import io.github.llamaspring.guard.text.TokenView;

/**
 * All words of all rules: {@code word}, {@code word*} and {@code *word}, each with a
 * number. One walk over a word of the text finds all of them.
 */
final class WordIndex {

	private static final int[] NONE = {};

	private final Map<String, Integer> numbers = new HashMap<>();

	private final CharTrie forward = new CharTrie();

	private final CharTrie backward = new CharTrie();

	private final List<int[]> exact = new ArrayList<>();

	private final List<int[]> prefix = new ArrayList<>();

	private final List<int[]> suffix = new ArrayList<>();

	/**
	 * The number of a word pattern.
	 */
	int number(String pattern) {
		Integer known = this.numbers.get(pattern);
		if (known != null) {
			return known;
		}
		int number = this.numbers.size();
		this.numbers.put(pattern, number);
		if (pattern.startsWith("*")) {
			String word = new StringBuilder(folded(pattern, 1, pattern.length())).reverse().toString();
			append(this.suffix, this.backward.add(word), number);
		}
		else if (pattern.endsWith("*")) {
			append(this.prefix, this.forward.add(folded(pattern, 0, pattern.length() - 1)), number);
		}
		else {
			append(this.exact, this.forward.add(folded(pattern, 0, pattern.length())), number);
		}
		return number;
	}

	/**
	 * Patterns so far.
	 */
	int size() {
		return this.numbers.size();
	}

	private static String folded(String pattern, int from, int to) {
		String word = Folding.fold(pattern.substring(from, to));
		if (word.isEmpty() || word.indexOf('*') >= 0) {
			throw new IllegalArgumentException("not a word pattern: " + pattern);
		}
		return word;
	}

	private static void append(List<int[]> lists, int node, int number) {
		while (lists.size() <= node) {
			lists.add(NONE);
		}
		int[] old = lists.get(node);
		int[] list = Arrays.copyOf(old, old.length + 1);
		list[old.length] = number;
		lists.set(node, list);
	}

	/**
	 * Adds the numbers of all patterns that a word of the text matches.
	 */
	void lookup(TokenView view, int token, Numbers found) {
		char[] chars = view.chars();
		int from = view.from(token);
		int to = view.to(token);
		int node = 0;
		int at = from;
		while (at < to) {
			node = this.forward.next(node, chars[at++]);
			if (node < 0) {
				break;
			}
			found.addAll(get(this.prefix, node));
		}
		if (node >= 0) {
			found.addAll(get(this.exact, node));
		}
		node = 0;
		for (int i = to - 1; i >= from; i--) {
			node = this.backward.next(node, chars[i]);
			if (node < 0) {
				break;
			}
			found.addAll(get(this.suffix, node));
		}
	}

	private static int[] get(List<int[]> lists, int node) {
		return (node < lists.size()) ? lists.get(node) : NONE;
	}

}
