package io.github.llamaspring.core.tokenizer;

import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a text into the words inside which byte-level BPE merges. The expressions are
 * those of llama.cpp (llama-vocab.cpp), run one after the other, each on what the ones
 * before it cut out. All of their loops are over single characters, so they neither
 * recurse nor backtrack more than one run.
 */
final class PreTokenizer {

	private static final String GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)";

	private static final String CONTRACTIONS = "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]";

	private static final String LINES_AND_SPACES = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

	private static final String LLAMA3 = CONTRACTIONS + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}" + LINES_AND_SPACES;

	private static final String QWEN2 = CONTRACTIONS + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}" + LINES_AND_SPACES;

	private static final String THREE_DIGITS = "[0-9][0-9][0-9]";

	private static final TreeMap<String, PreTokenizer> BY_NAME = new TreeMap<>();

	static {
		add(false, List.of(GPT2), "gpt-2", "phi-2", "jina-es", "jina-de", "jina-v1-en", "jina-v2-es", "jina-v2-de",
				"gigachat", "mellum", "mpt", "olmo", "jais", "trillion");
		add(false, List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", GPT2, "\\p{N}+", THREE_DIGITS), "default");
		add(false, List.of("[\\p{P}\\$\\+<=>\\^~\\|`]+", GPT2, THREE_DIGITS), "falcon");
		add(false, List.of("\\p{N}", GPT2), "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone",
				"minerva-7b");
		add(true, List.of(LLAMA3), "llama3", "llama-v3", "llama-bpe", "falcon3");
		add(false, List.of(LLAMA3), "dbrx", "smaug-bpe");
		add(false, List.of(QWEN2), "qwen2", "stablelm2", "deepseek-r1-qwen", "megrez");
	}

	private final List<Pattern> patterns;

	private final boolean wholeWords;

	private PreTokenizer(List<Pattern> patterns, boolean wholeWords) {
		this.patterns = patterns;
		this.wholeWords = wholeWords;
	}

	private static void add(boolean wholeWords, List<String> expressions, String... names) {
		List<Pattern> patterns = expressions.stream()
			// White space as Unicode has it, as \s is in the expressions' own engines.
			.map((expression) -> Pattern.compile(expression.replace("[^\\s", "[^\\p{IsWhite_Space}")
				.replace("\\s", "\\p{IsWhite_Space}")
				.replace("\\S", "\\P{IsWhite_Space}")))
			.toList();
		for (String name : names) {
			BY_NAME.put(name, new PreTokenizer(patterns, wholeWords));
		}
	}

	static PreTokenizer of(Vocabulary vocabulary) {
		String name = Objects.requireNonNullElse(vocabulary.preTokenizer(), "default");
		PreTokenizer found = BY_NAME.get(name);
		if (found == null) {
			throw vocabulary.failure("pre", "is '%s', a pre-tokenizer the engine does not know; it knows %s", name,
					String.join(", ", BY_NAME.keySet()));
		}
		return found;
	}

	/**
	 * Whether a word that is a piece is taken as it is, without merging (ignore_merges).
	 */
	boolean wholeWords() {
		return this.wholeWords;
	}

	/**
	 * Calls the consumer with start and end of each word, in order; together they are all
	 * of the text.
	 */
	void split(String text, int start, int end, Words words) {
		split(0, text, start, end, words);
	}

	private void split(int step, String text, int start, int end, Words words) {
		if (step == this.patterns.size()) {
			words.accept(start, end);
			return;
		}
		Matcher matcher = this.patterns.get(step).matcher(text).region(start, end);
		int from = start;
		while (matcher.find()) {
			if (matcher.start() > from) {
				split(step + 1, text, from, matcher.start(), words);
			}
			split(step + 1, text, matcher.start(), matcher.end(), words);
			from = matcher.end();
		}
		if (from < end) {
			split(step + 1, text, from, end, words);
		}
	}

	interface Words {

		void accept(int start, int end);

	}

}
