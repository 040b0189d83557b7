package io.github.llamaspring.core.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the control and user-defined tokens that stand in a text as they are. Where they
 * overlap, the longest wins over the whole text, then the first, as in llama.cpp
 * (tokenizer_st_partition), but in one pass over the text.
 */
final class SpecialTokens {

	private static final Comparator<Match> LONGEST_FIRST = Comparator.<Match>comparingInt((match) -> -match.bytes())
		.thenComparingInt(Match::id)
		.thenComparingInt(Match::start);

	private final Vocabulary vocabulary;

	private final Node root = new Node();

	SpecialTokens(Vocabulary vocabulary) {
		this.vocabulary = vocabulary;
		for (int id = 0; id < vocabulary.size(); id++) {
			TokenType type = vocabulary.type(id);
			boolean special = vocabulary.isControl(id) || type == TokenType.USER_DEFINED;
			if (special && !vocabulary.piece(id).isEmpty()) {
				add(id, vocabulary.piece(id));
			}
		}
	}

	private void add(int id, String piece) {
		Node node = this.root;
		for (int i = 0; i < piece.length(); i++) {
			node = node.next.computeIfAbsent(piece.charAt(i), (key) -> new Node());
		}
		node.id = id;
		node.bytes = piece.getBytes(StandardCharsets.UTF_8).length;
	}

	/**
	 * The tokens in a text, in its order.
	 * @param control whether control tokens count
	 * @param plain characters that are no part of a control token or other markup
	 */
	List<Match> find(String text, boolean control, BitSet plain) {
		List<Match> candidates = new ArrayList<>();
		for (int start = 0; start < text.length(); start++) {
			Node node = this.root;
			for (int end = start; end < text.length(); end++) {
				node = node.next.get(text.charAt(end));
				if (node == null) {
					break;
				}
				if (node.id >= 0 && counts(node.id, start, end + 1, control, plain)) {
					candidates.add(new Match(node.id, start, end + 1, node.bytes));
				}
			}
		}
		return withoutOverlaps(candidates);
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

	private static final class Node {

		private final Map<Character, Node> next = new HashMap<>(2);

		private int id = -1;

		private int bytes;

	}

}
