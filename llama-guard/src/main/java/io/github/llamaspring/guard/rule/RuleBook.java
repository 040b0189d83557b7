package io.github.llamaspring.guard.rule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Word patterns, compiled from rule files.
 *
 * <p>
 * A rule file has three kinds of lines. {@code language en} starts a language.
 * {@code @weapon: gun, pipe bomb, rifle*, *waffe, @en.weapon} names a set of words and
 * phrases; {@code *} stands for any letters.
 * {@code U2.2 bomb 0.95: @make ..4 @weapon ! @recipe} is a rule: category, name, score,
 * then sets in order, {@code ..4} meaning up to four words between, never across the end
 * of a sentence; after {@code !} stand sets that excuse the match where they occur in or
 * near it.
 */
public final class RuleBook {

	final WordIndex words = new WordIndex();

	/** Phrases by the number of their first word. */
	private Phrase[][] phrases = {};

	/** Rules by their first set. */
	private Rule[][] rules = {};

	private final List<Rule> all = new ArrayList<>();

	private final Map<String, Integer> sets = new LinkedHashMap<>();

	private final List<List<int[]>> members = new ArrayList<>();

	private final String prefix;

	private RuleBook(String prefix) {
		this.prefix = prefix;
	}

	/**
	 * Compiles rule files.
	 * @param prefix of the rule ids, such as {@code harm}
	 * @param files contents by name
	 * @throws IllegalArgumentException naming file and line
	 */
	public static RuleBook of(String prefix, Map<String, String> files) {
		RuleBook book = new RuleBook(prefix);
		files.forEach((name, content) -> book.read(name, content));
		book.link();
		return book;
	}

	/**
	 * Rules in the book.
	 */
	public int size() {
		return this.all.size();
	}

	/**
	 * The phrases that start with a word of this number.
	 */
	Phrase[] phrasesFrom(int word) {
		return this.phrases[word];
	}

	/**
	 * The rules that start with this set.
	 */
	Rule[] rulesFrom(int set) {
		return this.rules[set];
	}

	/**
	 * The sets of this name in all languages.
	 */
	int[] setsNamed(String name) {
		return this.sets.entrySet()
			.stream()
			.filter((set) -> set.getKey().endsWith("." + name))
			.mapToInt(Map.Entry::getValue)
			.toArray();
	}

	private void read(String file, String content) {
		String language = "";
		String[] lines = content.split("\n", -1);
		for (int i = 0; i < lines.length; i++) {
			String line = lines[i].strip();
			try {
				if (line.startsWith("language ")) {
					language = line.substring("language ".length()).strip();
				}
				else if (line.startsWith("@")) {
					readSet(language, line);
				}
				else if (!line.isEmpty() && !line.startsWith("#")) {
					readRule(language, line);
				}
			}
			catch (RuntimeException ex) {
				throw new IllegalArgumentException(file + ", line " + (i + 1) + ": " + ex.getMessage(), ex);
			}
		}
	}

	private void readSet(String language, String line) {
		int colon = line.indexOf(':');
		if (colon < 0) {
			throw new IllegalArgumentException("a set needs a colon");
		}
		List<int[]> set = this.members.get(setNumber(language, line.substring(1, colon).strip()));
		for (String entry : line.substring(colon + 1).split(",")) {
			String phrase = entry.strip();
			if (phrase.startsWith("@")) {
				set.addAll(this.members.get(known(language, phrase)));
			}
			else if (!phrase.isEmpty()) {
				set.add(Arrays.stream(phrase.split("[ '’-]+")).mapToInt(this.words::number).toArray());
			}
		}
	}

	private int setNumber(String language, String name) {
		return this.sets.computeIfAbsent(language + "." + name, (key) -> {
			this.members.add(new ArrayList<>());
			return this.members.size() - 1;
		});
	}

	private int known(String language, String reference) {
		String name = reference.substring(1);
		Integer number = this.sets.get((name.indexOf('.') > 0) ? name : language + "." + name);
		if (number == null) {
			throw new IllegalArgumentException("no set " + reference);
		}
		return number;
	}

	private void readRule(String language, String line) {
		int colon = line.indexOf(':');
		String[] head = line.substring(0, Math.max(colon, 0)).strip().split("\\s+");
		if (head.length != 3) {
			throw new IllegalArgumentException("a rule is: category name score: sets");
		}
		List<Integer> slots = new ArrayList<>();
		List<Integer> gaps = new ArrayList<>();
		List<Integer> excuses = new ArrayList<>();
		boolean excusing = false;
		int gap = 0;
		for (String part : line.substring(colon + 1).strip().split("\\s+")) {
			if (part.equals("!")) {
				excusing = true;
			}
			else if (part.startsWith("..")) {
				gap = Integer.parseInt(part.substring(2));
			}
			else {
				(excusing ? excuses : slots).add(known(language, part));
				gaps.add(gap);
				gap = 0;
			}
		}
		Rule rule = new Rule(this.prefix + "." + head[1] + "." + language, head[0], Double.parseDouble(head[2]),
				ints(slots), ints(gaps), ints(excuses));
		this.all.add(rule);
	}

	private void link() {
		Map<Integer, List<Phrase>> phrases = new HashMap<>();
		for (int set = 0; set < this.members.size(); set++) {
			for (int[] member : this.members.get(set)) {
				phrases.computeIfAbsent(member[0], (key) -> new ArrayList<>()).add(new Phrase(member, set));
			}
		}
		this.phrases = new Phrase[this.words.size()][];
		Arrays.setAll(this.phrases, (word) -> phrases.getOrDefault(word, List.of()).toArray(Phrase[]::new));
		this.rules = new Rule[this.members.size()][];
		Arrays.setAll(this.rules,
				(set) -> this.all.stream().filter((rule) -> rule.slots[0] == set).toArray(Rule[]::new));
	}

	private static int[] ints(List<Integer> list) {
		return list.stream().mapToInt(Integer::intValue).toArray();
	}

	/**
	 * A phrase of a set.
	 *
	 * @param words numbers of its words
	 * @param set number of the set
	 */
	record Phrase(int[] words, int set) {
	}

	/**
	 * A rule.
	 *
	 * @param gaps words allowed before each slot
	 */
	record Rule(String id, String category, double score, int[] slots, int[] gaps, int[] excuses) {
	}

}
