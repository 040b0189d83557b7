package io.github.llamaspring.core.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the control and user-defined tokens that stand in a text as they are. Where they
 * overlap, the longest wins over the whole text, then the first, as in llama.cpp
 * (tokenizer_st_partition), but in one pass over the text.
 */
final class SpecialTokens {

	private static final Comparator<Match> LONGEST_FIRST = Comparator.<Match>comparingInt((match) -> -match.bytes())
		.thenComparingInt(Match::id)
		.thenComparingInt(Match::start);

	/** The longest of real models have about 50. */
	private static final int MAX_BYTES = 1024;

	private final Vocabulary vocabulary;

	/** In the order of their characters: those that begin alike stand together. */
	private final Special[] specials;

	private final BitSet firstCharacters = new BitSet();

	SpecialTokens(Vocabulary vocabulary) {
		this.vocabulary = vocabulary;
		this.specials = IntStream.range(0, vocabulary.size())
			.filter((id) -> isSpecial(vocabulary, id))
			.mapToObj((id) -> Special.of(vocabulary, id))
			.sorted(Comparator.comparing(Special::piece))
			.toArray(Special[]::new);
		for (Special special : this.specials) {
			this.firstCharacters.set(special.piece.charAt(0));
		}
	}

	private static boolean isSpecial(Vocabulary vocabulary, int id) {
		return (vocabulary.isControl(id) || vocabulary.type(id) == TokenType.USER_DEFINED)
				&& !vocabulary.piece(id).isEmpty();
	}

	/**
	 * The tokens in a text, in its order.
	 * @param control whether control tokens count
	 * @param plain characters that are no part of a control token or other markup
	 */
	List<Match> find(String text, boolean control, BitSet plain) {
		List<Match> candidates = new ArrayList<>();
		for (int start = 0; start < text.length(); start++) {
			if (this.firstCharacters.get(text.charAt(start))) {
				findAt(text, start, control, plain, candidates);
			}
		}
		return withoutOverlaps(candidates);
	}

	/**
	 * Narrows the tokens from {@code low} to {@code high} to those that go on as the text
	 * does.
	 */
	private void findAt(String text, int start, boolean control, BitSet plain, List<Match> candidates) {
		int low = 0;
		int high = this.specials.length;
		for (int end = start; end < text.length(); end++) {
			int length = end - start;
			int unit = text.charAt(end);
			low = first(low, high, length, unit);
			high = first(low, high, length, unit + 1);
			if (low == high) {
				return;
			}
			Special shortest = this.specials[low];
			if (shortest.piece.length() == length + 1 && counts(shortest.id, start, end + 1, control, plain)) {
				candidates.add(new Match(shortest.id, start, end + 1, shortest.bytes));
			}
		}
	}

	/**
	 * The first token of a range whose character at an index is {@code unit} or a later
	 * one. The tokens agree in all characters before; one that ends there comes first.
	 */
	private int first(int from, int to, int index, int unit) {
		int low = from;
		int high = to;
		while (low < high) {
			int middle = (low + high) >>> 1;
			String piece = this.specials[middle].piece;
			int there = (index < piece.length()) ? piece.charAt(index) : -1;
			if (there < unit) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		return low;
	}

	private boolean counts(int id, int start, int end, boolean control, BitSet plain) {
		if (!control && this.vocabulary.isControl(id)) {
			return false;
		}
		int first = plain.nextSetBit(start);
		return first < 0 || first >= end || !this.vocabulary.isMarkup(id);
	}

	private static List<Match> withoutOverlaps(List<Match> candidates) {
		candidates.sort(LONGEST_FIRST);
		BitSet taken = new BitSet();
		List<Match> matches = new ArrayList<>();
		for (Match match : candidates) {
			// No candidate is longer than those already taken, so one that overlaps
			// touches
			// a taken end.
			if (!taken.get(match.start()) && !taken.get(match.end() - 1)) {
				taken.set(match.start(), match.end());
				matches.add(match);
			}
		}
		matches.sort(Comparator.comparingInt(Match::start));
		return matches;
	}

	/**
	 * A token and the characters it stands for.
	 */
	record Match(int id, int start, int end, int bytes) {
	}

	/**
	 * A token that stands in a text as it is.
	 *
	 * @param piece what it looks like, not empty
	 * @param id its number
	 * @param bytes its length in UTF-8
	 */
	private record Special(String piece, int id, int bytes) {

		static Special of(Vocabulary vocabulary, int id) {
			String piece = vocabulary.piece(id);
			int bytes = piece.getBytes(StandardCharsets.UTF_8).length;
			if (bytes > MAX_BYTES) {
				throw vocabulary.failure("tokens",
						"has a control or user-defined token %d of %d bytes, more than %d: the file is damaged", id,
						bytes, MAX_BYTES);
			}
			return new Special(piece, id, bytes);
		}

	}

}
