package io.github.llamaspring.guard.answer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.llamaspring.guard.text.TokenView;

/**
 * All runs of words of a text, as a suffix automaton (Blumer et al., 1985) whose letters
 * are words: reading another text word by word, it knows at each how many of the last
 * ones stand in this order here. Takes memory in proportion to the text. Immutable and
 * thread-safe.
 */
final class WordRuns {

	private static final int START = 0;

	private final List<Map<String, Integer>> next = new ArrayList<>();

	private final List<int[]> states = new ArrayList<>();

	private final int size;

	private int last = START;

	/**
	 * @param most words that are taken; the rest is left out
	 */
	WordRuns(TokenView view, int most) {
		state(0, -1, -1);
		this.size = Math.min(view.size(), most);
		for (int i = 0; i < this.size; i++) {
			add(view.word(i), i);
		}
	}

	private int state(int length, int link, int end) {
		this.next.add(new HashMap<>(2));
		this.states.add(new int[] { length, link, end });
		return this.states.size() - 1;
	}

	private void add(String word, int index) {
		int added = state(length(this.last) + 1, START, index);
		int at = this.last;
		while (at >= 0 && !this.next.get(at).containsKey(word)) {
			this.next.get(at).put(word, added);
			at = link(at);
		}
		if (at >= 0) {
			this.states.get(added)[1] = linkOf(at, word);
		}
		this.last = added;
	}

	private int linkOf(int at, String word) {
		int target = this.next.get(at).getOrDefault(word, START);
		if (length(target) == length(at) + 1) {
			return target;
		}
		int copy = state(length(at) + 1, link(target), this.states.get(target)[2]);
		this.next.get(copy).putAll(this.next.get(target));
		this.states.get(target)[1] = copy;
		int from = at;
		while (from >= 0 && this.next.get(from).getOrDefault(word, -1) == target) {
			this.next.get(from).put(word, copy);
			from = link(from);
		}
		return copy;
	}

	private int length(int state) {
		return this.states.get(state)[0];
	}

	private int link(int state) {
		return this.states.get(state)[1];
	}

	/** Words of the text. */
	int size() {
		return this.size;
	}

	Reader reader() {
		return new Reader();
	}

	/**
	 * Reads another text.
	 */
	final class Reader {

		private int state = START;

		private int length;

		/**
		 * Takes the next word.
		 * @return how many of the last words, this one included, stand here in a row
		 */
		int read(String word) {
			Integer target = WordRuns.this.next.get(this.state).get(word);
			while (target == null && this.state != START) {
				this.state = link(this.state);
				this.length = length(this.state);
				target = WordRuns.this.next.get(this.state).get(word);
			}
			this.state = (target != null) ? target : START;
			this.length = (target != null) ? this.length + 1 : 0;
			return this.length;
		}

		/** Where here the run that was read last ends: the number of its last word. */
		int end() {
			return WordRuns.this.states.get(this.state)[2];
		}

	}

}
