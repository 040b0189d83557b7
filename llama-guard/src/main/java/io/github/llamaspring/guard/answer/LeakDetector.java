package io.github.llamaspring.guard.answer;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.text.Deadline;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;
import io.github.llamaspring.guard.text.TokenView;

/**
 * Finds instructions that an answer repeats: a run of their words in a row, or many
 * shorter pieces of them. One object looks at one text, whole or as it is written, and
 * counts the pieces over all of it.
 *
 * <p>
 * The first word of a run is no part of the finding: any answer says some word of the
 * instructions, so a stream does not wait after one. From the second word on everything
 * is held back until the run breaks off or is long enough.
 */
public final class LeakDetector implements Detector {

	/** Its name. */
	public static final String FAMILY = "leak";

	/** The id of its rule. */
	public static final String RULE = "answer.leak";

	private static final String CATEGORY = "SYSTEM_PROMPT";

	/** Words of a piece that counts towards many pieces. */
	private static final int PIECE = 5;

	/** The share of the instructions' words that pieces may hold. */
	private static final double SHARE = 0.35;

	private final Instructions instructions;

	private final List<String> sources;

	private final int least;

	private final BitSet told = new BitSet();

	private final Map<Integer, Set<Long>> known = new HashMap<>();

	/**
	 * @param sources texts that may be repeated
	 * @param least words in a row that are a leak
	 */
	public LeakDetector(Instructions instructions, List<String> sources, int least) {
		this.instructions = instructions;
		this.sources = sources;
		this.least = least;
	}

	@Override
	public String family() {
		return FAMILY;
	}

	@Override
	public void detect(NormText text, MatchSink sink) {
		text.views().forEach((view) -> scan(text, view, sink));
	}

	private void scan(NormText text, TokenView view, MatchSink sink) {
		int size = view.size();
		boolean growing = text.isOpen() && size > 0 && view.rawEnd(size - 1) == text.raw().length();
		int whole = growing ? size - 1 : size;
		if (!text.isOpen() && this.instructions.runs().size() >= mostTold()) {
			// Of a whole text the first pieces count as the last ones do.
			run(view, whole, text.deadline(), null);
		}
		Run run = run(view, whole, text.deadline(), sink);
		if (text.isOpen() && run.length > 0) {
			hold(view, whole, growing, run, sink);
		}
	}

	private Run run(TokenView view, int size, Deadline deadline, @Nullable MatchSink sink) {
		WordRuns.Reader reader = this.instructions.runs().reader();
		Run run = new Run();
		for (int i = 0; i < size; i++) {
			deadline.step();
			run.length = reader.read(view.word(i));
			tell(view, i, run.length, reader.end());
			run.leaks = leaks(view, i, run.length);
			if (run.leaks) {
				run.first = (run.first < 0) ? i - needed() + 2 : run.first;
				run.last = i;
			}
			else {
				report(view, run, sink);
			}
		}
		report(view, run, sink);
		return run;
	}

	private static void report(TokenView view, Run run, @Nullable MatchSink sink) {
		if (run.first >= 0 && sink != null) {
			sink.match(new Match(RULE, CATEGORY, 1, view.rawStart(run.first), view.rawEnd(run.last)));
		}
		run.first = -1;
	}

	private void tell(TokenView view, int word, int length, int end) {
		if (length >= PIECE && isSpecial(view, word, PIECE)) {
			this.told.set(end - PIECE + 1, end + 1);
		}
	}

	private boolean leaks(TokenView view, int word, int length) {
		int needed = needed();
		return length >= needed && isSpecial(view, word, needed);
	}

	private int needed() {
		return (this.told.cardinality() >= mostTold()) ? PIECE : this.least;
	}

	private int mostTold() {
		return Math.max(2 * this.least, (int) Math.ceil(SHARE * this.instructions.runs().size()));
	}

	/** The same word again and again says nothing, and sources may be told. */
	private boolean isSpecial(TokenView view, int word, int count) {
		Set<String> different = new HashSet<>();
		for (int i = word - count + 1; i <= word; i++) {
			different.add(view.word(i));
		}
		return 2 * different.size() > count && !known(count).contains(hash(view, word, count));
	}

	/** The runs of so many words that sources hold. */
	private Set<Long> known(int count) {
		return this.known.computeIfAbsent(count, (key) -> {
			Set<Long> runs = new HashSet<>();
			for (String source : this.sources) {
				TokenView view = NormText.whole(source).words();
				for (int i = count - 1; i < view.size(); i++) {
					runs.add(hash(view, i, count));
				}
			}
			return runs;
		});
	}

	private static long hash(TokenView view, int word, int count) {
		char[] chars = view.chars();
		long hash = 0xCBF29CE484222325L;
		for (int i = view.from(word - count + 1); i < view.to(word); i++) {
			hash = (hash ^ chars[i]) * 0x100000001B3L;
		}
		return hash;
	}

	/**
	 * Each word of the run by itself: where the first ones are out already, the others
	 * wait all the same.
	 */
	private static void hold(TokenView view, int size, boolean growing, Run run, MatchSink sink) {
		if (run.leaks) {
			sink.undecided(view.rawEnd(size - 1));
		}
		else {
			for (int i = size - run.length + 1; i < size; i++) {
				sink.undecided(view.rawStart(i));
			}
		}
		if (growing) {
			sink.undecided(view.rawStart(size));
		}
	}

	/**
	 * The run at the word that was read last, and what of it is to report.
	 */
	private static final class Run {

		private int length;

		private boolean leaks;

		private int first = -1;

		private int last;

	}

	/**
	 * Instructions, prepared. Immutable and thread-safe.
	 */
	public static final class Instructions {

		/** More words are not looked at. */
		private static final int MOST = 8192;

		private final String text;

		private final WordRuns runs;

		public Instructions(String text) {
			this.text = text;
			this.runs = new WordRuns(NormText.whole(text).words(), MOST);
		}

		/**
		 * The instructions as they were given.
		 */
		public String text() {
			return this.text;
		}

		WordRuns runs() {
			return this.runs;
		}

	}

}
