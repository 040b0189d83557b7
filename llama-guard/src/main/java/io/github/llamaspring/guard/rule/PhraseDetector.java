package io.github.llamaspring.guard.rule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;
import io.github.llamaspring.guard.text.TokenView;

/**
 * Finds fixed words and phrases by Aho and Corasick's automaton over the folded words of
 * both views.
 */
public final class PhraseDetector implements Detector {

	private final String family;

	private final CharTrie trie = new CharTrie();

	private final int[] fail;

	private final int[] depth;

	/** Phrases that end at a node. */
	private final @Nullable List<Phrase>[] ends;

	/** Next node on the failure chain that ends a phrase, or 0. */
	private final int[] output;

	/**
	 * @param family name of the list's settings
	 */
	@SuppressWarnings({ "unchecked", "rawtypes" })
	public PhraseDetector(String family, List<Phrase> phrases) {
		this.family = family;
		List<Integer> nodes = new ArrayList<>();
		List<String> texts = new ArrayList<>();
		for (Phrase phrase : phrases) {
			String folded = folded(phrase.words());
			texts.add(folded);
			nodes.add(this.trie.add(folded));
		}
		int n = this.trie.nodes();
		this.ends = new List[n];
		this.fail = new int[n];
		this.depth = new int[n];
		this.output = new int[n];
		for (int i = 0; i < phrases.size(); i++) {
			List<Phrase> list = this.ends[nodes.get(i)];
			if (list == null) {
				list = new ArrayList<>();
				this.ends[nodes.get(i)] = list;
			}
			list.add(phrases.get(i));
		}
		link(texts);
	}

	private static String folded(String words) {
		TokenView view = NormText.whole(words).words();
		if (view.size() == 0) {
			throw new IllegalArgumentException("a phrase needs a letter or digit: " + words);
		}
		return new String(view.chars(), 0, view.length());
	}

	/** Failure links, breadth first over the edges the phrases gave. */
	private void link(List<String> texts) {
		record Edge(int node, int parent, char letter) {
		}
		Deque<Edge> queue = new ArrayDeque<>();
		List<Edge> edges = new ArrayList<>();
		boolean[] seen = new boolean[this.trie.nodes()];
		for (String text : texts) {
			int node = 0;
			for (int i = 0; i < text.length(); i++) {
				int next = this.trie.next(node, text.charAt(i));
				this.depth[next] = i + 1;
				if (!seen[next]) {
					seen[next] = true;
					edges.add(new Edge(next, node, text.charAt(i)));
				}
				node = next;
			}
		}
		edges.sort((a, b) -> Integer.compare(this.depth[a.node()], this.depth[b.node()]));
		queue.addAll(edges);
		for (Edge edge : queue) {
			this.fail[edge.node()] = (edge.parent() == 0) ? 0 : step(this.fail[edge.parent()], edge.letter());
			int fallback = this.fail[edge.node()];
			this.output[edge.node()] = (this.ends[fallback] != null) ? fallback : this.output[fallback];
		}
	}

	private int step(int node, char c) {
		int at = node;
		while (true) {
			int next = this.trie.next(at, c);
			if (next >= 0) {
				return next;
			}
			if (at == 0) {
				return 0;
			}
			at = this.fail[at];
		}
	}

	@Override
	public String family() {
		return this.family;
	}

	@Override
	public void detect(NormText text, MatchSink sink) {
		text.views().forEach((view) -> scan(text, view, sink));
	}

	private void scan(NormText text, TokenView view, MatchSink sink) {
		char[] chars = view.chars();
		int node = 0;
		int token = 0;
		for (int i = 0; i < view.length(); i++) {
			text.deadline().step();
			while (i >= view.to(token) + 1) {
				token++;
			}
			node = step(node, chars[i]);
			for (int end = node; end != 0; end = this.output[end]) {
				report(text, view, token, i + 1, end, sink);
			}
		}
		if (text.isOpen() && view.size() > 0) {
			hold(view, token, node, sink);
		}
	}

	private void report(NormText text, TokenView view, int token, int end, int node, MatchSink sink) {
		List<Phrase> list = this.ends[node];
		if (list == null) {
			return;
		}
		int start = end - this.depth[node];
		int first = tokenAt(view, start);
		boolean whole = view.from(first) == start && view.to(token) == end;
		boolean grows = text.isOpen() && view.rawEnd(token) == text.raw().length();
		for (Phrase phrase : list) {
			if ((whole && !grows) || phrase.inside()) {
				sink.match(new Match(phrase.rule(), phrase.category(), 1, view.rawStart(first), view.rawEnd(token)));
			}
		}
	}

	private void hold(TokenView view, int token, int node, MatchSink sink) {
		int live = (node != 0) ? node : step(0, ' ');
		int blank = step(node, ' ');
		int deepest = Math.max(this.depth[live], (this.trie.next(node, ' ') >= 0) ? this.depth[blank] - 1 : 0);
		if (deepest > 0) {
			sink.undecided(view.rawStart(tokenAt(view, Math.max(0, view.length() - deepest))));
		}
	}

	private static int tokenAt(TokenView view, int folded) {
		int[] starts = new int[] { 0, view.size() - 1 };
		while (starts[0] < starts[1]) {
			int middle = (starts[0] + starts[1] + 1) >>> 1;
			if (view.from(middle) <= folded) {
				starts[0] = middle;
			}
			else {
				starts[1] = middle - 1;
			}
		}
		return starts[0];
	}

	/**
	 * Where phrases matched, for lists that only mark.
	 */
	public static List<int[]> spans(PhraseDetector detector, NormText text) {
		List<int[]> spans = new ArrayList<>();
		detector.detect(text, new MatchSink() {
			@Override
			public void match(Match match) {
				spans.add(new int[] { match.start(), match.end() });
			}

			@Override
			public void undecided(int start) {
				// Whoever asks for spans asks for what is there.
			}
		});
		return spans;
	}

	/**
	 * A listed phrase.
	 *
	 * @param words as written in the policy
	 * @param inside whether it also counts inside of words
	 */
	public record Phrase(String rule, String category, String words, boolean inside) {
	}

}
