package io.github.llamaspring.core.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

import io.github.llamaspring.core.error.GgufFormatException;

/**
 * SentencePiece unigram, as XLM-R and E5 use it: of all ways to cut a text into pieces,
 * the one with the highest sum of scores (Viterbi; Kudo 2018). A character that no piece
 * covers is one unknown token. Immutable and thread-safe.
 */
public final class UnigramTokenizer {

	/** How much worse than the worst piece an unknown character is. */
	private static final float UNKNOWN_PENALTY = 10;

	private static final char SPACE = '\u2581';

	private final PieceIndex pieces;

	private final float[] scores;

	private final Map<Integer, String> normalization;

	private final int unknown;

	private final float unknownScore;

	/**
	 * Takes over a vocabulary.
	 * @param pieces the pieces as UTF-8, one behind the other
	 * @param offsets where each begins, and the end of the last one
	 * @param scores their logarithmic probabilities
	 * @param normalization what becomes of code points that do not stay as they are
	 * @param unknown the id for what has no piece
	 * @throws GgufFormatException if these do not fit together
	 */
	public UnigramTokenizer(byte[] pieces, int[] offsets, float[] scores, Map<Integer, String> normalization,
			int unknown) {
		if (offsets.length != scores.length + 1 || unknown < 0 || unknown >= scores.length) {
			throw new GgufFormatException("a unigram vocabulary of %d pieces with %d scores and the unknown token %d"
				.formatted(offsets.length - 1, scores.length, unknown));
		}
		float least = Float.POSITIVE_INFINITY;
		for (float score : scores) {
			if (!(Math.abs(score) < 1e6f)) {
				throw new GgufFormatException("a unigram vocabulary with the score " + score);
			}
			least = Math.min(least, score);
		}
		this.pieces = new PieceIndex(pieces, offsets);
		this.scores = scores.clone();
		this.normalization = Map.copyOf(normalization);
		this.unknown = unknown;
		this.unknownScore = least - UNKNOWN_PENALTY;
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
		byte[] bytes = normalize(text).getBytes(StandardCharsets.UTF_8);
		int n = bytes.length;
		float[] best = new float[n + 1];
		int[] start = new int[n + 1];
		int[] token = new int[n + 1];
		Arrays.fill(best, 1, n + 1, Float.NEGATIVE_INFINITY);
		for (int i = 0, next; i < n; i = next) {
			next = i + 1;
			while (next < n && (bytes[next] & 0xC0) == 0x80) {
				next++;
			}
			long range = this.pieces.all();
			for (int end = i; end < n;) {
				range = this.pieces.narrow(range, end - i, bytes[end++]);
				if (range == PieceIndex.NONE) {
					break;
				}
				int id = this.pieces.exact(range, end - i);
				if (id >= 0 && id != this.unknown && best[i] + this.scores[id] > best[end]) {
					best[end] = best[i] + this.scores[id];
					start[end] = i;
					token[end] = id;
				}
			}
			if (best[i] + this.unknownScore > best[next]) {
				best[next] = best[i] + this.unknownScore;
				start[next] = i;
				token[next] = this.unknown;
			}
		}
		int count = 0;
		for (int i = n; i > 0; i = start[i]) {
			count++;
		}
		int[] ids = new int[count];
		for (int i = n; i > 0; i = start[i]) {
			ids[--count] = token[i];
		}
		return ids;
	}

	/** Mapped characters, single spaces, one at the beginning. */
	private String normalize(String text) {
		String clean = Surrogates.replaceLone(text);
		StringBuilder spaced = new StringBuilder(clean.length() + 16).append(' ');
		for (int i = 0; i < clean.length();) {
			int code = clean.codePointAt(i);
			i += Character.charCount(code);
			String mapped = this.normalization.get(code);
			if (mapped == null) {
				spaced.appendCodePoint(code);
			}
			else {
				spaced.append(mapped);
			}
		}
		StringBuilder single = new StringBuilder(spaced.length());
		for (int i = 0; i < spaced.length(); i++) {
			char c = spaced.charAt(i);
			if (c != ' ') {
				single.append(c);
			}
			else if (i == 0 || spaced.charAt(i - 1) != ' ') {
				single.append(SPACE);
			}
		}
		return single.toString();
	}

}
