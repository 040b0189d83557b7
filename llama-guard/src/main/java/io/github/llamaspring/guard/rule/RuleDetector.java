package io.github.llamaspring.guard.rule;

import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;
import io.github.llamaspring.guard.text.TokenView;

/**
 * Finds the rules of a book in both views of a text.
 *
 * <p>
 * From each word where a rule's first set occurs, the reachable ends are kept as bits of
 * one {@code long}: bit {@code k} means "the sets so far end {@code k} words behind the
 * start". So a rule costs a fixed number of steps per start, whatever the text.
 */
public final class RuleDetector implements Detector {

	/** Words before and after a match in which an excuse counts. */
	private static final int NEAR = 6;

	/** Words before a match in which a refusal counts. */
	private static final int REFUSAL = 24;

	private static final int MAX_SPAN = 63;

	private static final int UNKNOWN = -2;

	private final String family;

	private final RuleBook book;

	private final int[] refusals;

	/**
	 * @param refusals whether sets named {@code refusal} before a match in the same
	 * sentence excuse it: for what the model writes ("I can't tell you how …")
	 */
	public RuleDetector(String family, RuleBook book, boolean refusals) {
		this.family = family;
		this.book = book;
		this.refusals = refusals ? book.setsNamed("refusal") : new int[0];
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
		int size = view.size();
		if (text.isOpen() && size > 0 && view.rawEnd(size - 1) == text.raw().length()) {
			// The last word may go on.
			size--;
			if (view.to(size) - view.from(size) < 64) {
				sink.undecided(view.rawStart(size));
			}
		}
		SetHits hits = SetHits.of(this.book, view, size, text.deadline());
		Scan scan = new Scan(text.isOpen(), view, hits, sink);
		for (int i = 0; i < size; i++) {
			text.deadline().step();
			scan.from(i);
		}
		if (text.isOpen() && size > 0) {
			scan.remember(size - 1);
		}
		hits.giveBack();
		if (text.isOpen() && text.undone() != null) {
			holdSpelled(view, size, sink);
		}
	}

	/** A word that is being spelled out ("b o m …") stays undecided until it ends. */
	private static void holdSpelled(TokenView view, int size, MatchSink sink) {
		int i = size;
		while (i > 0 && size - i < 32 && view.to(i - 1) - view.from(i - 1) == 1) {
			i--;
		}
		if (i < size) {
			sink.undecided(view.rawStart(i));
		}
	}

	private final class Scan {

		private final boolean open;

		private final TokenView view;

		private final SetHits hits;

		private final MatchSink sink;

		private boolean undecided;

		/** Whether a rule that is refused has begun at the present word. */
		private boolean held;

		private int refusal;

		Scan(boolean open, TokenView view, SetHits hits, MatchSink sink) {
			this.open = open;
			this.view = view;
			this.hits = hits;
			this.sink = sink;
		}

		void from(int start) {
			boolean unfinished = this.open && this.hits.isUnfinished(start);
			this.held = false;
			this.refusal = UNKNOWN;
			for (int hit = this.hits.first(start); hit < this.hits.end(start); hit += 2) {
				for (RuleBook.Rule rule : RuleDetector.this.book.rulesFrom(this.hits.set(hit))) {
					tryRule(rule, start, this.hits.length(hit));
				}
			}
			if (unfinished && refusal(start) < 0) {
				this.sink.undecided(this.view.rawStart(start));
			}
			else if ((unfinished || this.held) && refusal(start) >= 0) {
				this.sink.needed(this.view.rawStart(refusal(start)));
			}
		}

		private void tryRule(RuleBook.Rule rule, int start, int firstLength) {
			this.undecided = false;
			long ends = 1L << firstLength;
			for (int slot = 1; slot < rule.slots().length && ends != 0; slot++) {
				ends = advance(rule.slots()[slot], rule.gaps()[slot], start, ends);
			}
			if (ends == 0) {
				if (this.undecided) {
					begun(rule, start);
				}
				return;
			}
			// More text adds later ends only: the first one stays.
			int end = start + Long.numberOfTrailingZeros(ends);
			if (rule.excuses().length > 0) {
				if (excuse(rule.excuses(), start, end + NEAR) >= 0) {
					return;
				}
				if (this.open && end + NEAR > this.hits.size() && !sentenceEnds(end)) {
					begun(rule, start);
					return;
				}
			}
			if (refusal(start) < 0) {
				this.sink.match(new Match(rule.id(), rule.category(), rule.score(), this.view.rawStart(start),
						this.view.rawEnd(end - 1)));
			}
		}

		/** What is excused or refused already will be so whatever follows. */
		private void begun(RuleBook.Rule rule, int start) {
			int excuse = (rule.excuses().length > 0) ? excuse(rule.excuses(), start, this.hits.size()) : -1;
			if (excuse >= 0) {
				this.sink.needed(this.view.rawStart(Math.min(excuse, start)));
			}
			else if (refusal(start) < 0) {
				this.sink.begun(this.view.rawStart(start), rule.id(), rule.category(), rule.score());
			}
			else {
				this.held = true;
			}
		}

		private long advance(int set, int gap, int start, long ends) {
			long result = 0;
			long rest = ends;
			while (rest != 0) {
				int end = Long.numberOfTrailingZeros(rest);
				rest &= rest - 1;
				for (int skipped = 0; skipped <= gap; skipped++) {
					int token = start + end + skipped;
					if (token >= this.hits.size()) {
						this.undecided |= this.open;
						break;
					}
					if (this.view.startsSentence(token) || end + skipped > MAX_SPAN - 8) {
						break;
					}
					result |= ends(token, set, end + skipped);
				}
			}
			return result;
		}

		private long ends(int token, int set, int offset) {
			long result = 0;
			this.undecided |= this.open && this.hits.isUnfinished(token);
			for (int hit = this.hits.first(token); hit < this.hits.end(token); hit += 2) {
				if (this.hits.set(hit) == set && offset + this.hits.length(hit) <= MAX_SPAN) {
					result |= 1L << (offset + this.hits.length(hit));
				}
			}
			return result;
		}

		private boolean sentenceEnds(int end) {
			for (int i = end; i < this.hits.size(); i++) {
				if (this.view.startsSentence(i)) {
					return true;
				}
			}
			return false;
		}

		/** A refusal counts for what follows in the same sentence, too. */
		void remember(int last) {
			this.refusal = UNKNOWN;
			int word = refusal(last);
			if (word >= 0) {
				this.sink.needed(this.view.rawStart(word));
			}
		}

		/** The word that excuses a match, before another one; -1 without. */
		private int excuse(int[] sets, int start, int before) {
			int from = sentenceStart(start, NEAR);
			for (int i = from; i < Math.min(before, this.hits.size()); i++) {
				if (i > start && this.view.startsSentence(i)) {
					return -1;
				}
				if (hasAny(i, sets)) {
					return i;
				}
			}
			return -1;
		}

		/** The word that refuses what starts here; -1 without. */
		private int refusal(int start) {
			if (this.refusal == UNKNOWN) {
				this.refusal = -1;
				int[] sets = RuleDetector.this.refusals;
				int i = (sets.length > 0) ? sentenceStart(start, REFUSAL) : start + 1;
				while (i <= start && !hasAny(i, sets)) {
					i++;
				}
				this.refusal = (i <= start) ? i : -1;
			}
			return this.refusal;
		}

		private int sentenceStart(int token, int most) {
			int i = token;
			while (i > 0 && token - i < most && !this.view.startsSentence(i)) {
				i--;
			}
			return i;
		}

		private boolean hasAny(int token, int[] sets) {
			for (int set : sets) {
				if (this.hits.has(token, set)) {
					return true;
				}
			}
			return false;
		}

	}

}
