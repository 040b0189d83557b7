package io.github.llamaspring.guard.classify;

import java.util.Arrays;

import io.github.llamaspring.guard.text.Deadline;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;
import io.github.llamaspring.guard.text.TokenView;

/**
 * One check by all heads, of a text and of what is encoded in it. Used for one text, by
 * one thread.
 *
 * <p>
 * The whole text, each sentence and windows of 64 words, half of which overlap, are
 * scored; the highest score counts, so that harmless text around an attack doesn't dilute
 * it. Sums run along with the words: one pass, the same memory for every length.
 */
public final class HeadRun implements Detector {

	/** The family of the heads' findings. */
	public static final String FAMILY = "heads";

	private static final Head[] HEADS = Head.values();

	/** Half a window. */
	private static final int BLOCK = 32;

	/** Sentences with fewer words say too little by themselves. */
	private static final int SENTENCE = 4;

	/**
	 * Letters of a word. What has fewer, or digits, is mostly a part of "z. B.", of a
	 * style sheet, of random characters or of a word whose letters stand apart, and the
	 * heads have learned nothing from it.
	 */
	private static final int WORD = 3;

	/** A single word says too little. */
	private static final int LEAST_WORDS = 2;

	/** One of so many at least has to be such a word. */
	private static final int LEAST_REAL = 3;

	/** Raw score of a text without words. */
	private static final double FLOOR = -20;

	private static final int[] NO_LINKS = {};

	private static final int LONGEST_SCHEME = 16;

	/** Words that tell the language. */
	private static final int LANGUAGE_WORDS = 128;

	/** Words of a finding that tell its category. */
	private static final int CATEGORY_WORDS = 512;

	/** Lead from which a category is named; with it about every second one is right. */
	private static final double CATEGORY_MARGIN = 2;

	/** Other criminal activity: for harm of no clear category. */
	static final String OTHER = "U1.1f";

	/** Lower scores are not handed on; no sensible policy would flag them. */
	static final double LEAST = 0.2;

	private final Heads heads;

	private final boolean output;

	/** Of all runs of words. */
	private final double[] highest = new double[3];

	/** Of those in which something may be found. */
	private final double[] best = { Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY };

	private final int[] from = new int[3];

	private final int[] to = new int[3];

	private final TokenView[] where = new TokenView[3];

	private final double[] probabilities = new double[3];

	/** Starts and ends of addresses in turn. */
	private int[] links = NO_LINKS;

	private final long[] word = new long[3];

	private final Sums whole = new Sums();

	private final Sums sentence = new Sums();

	private final Sums block = new Sums();

	private final Sums window = new Sums();

	/** What ends before is not scored. */
	private int seen;

	private int segments;

	private String language = LinearHead.ANY;

	HeadRun(Heads heads, boolean output) {
		this.heads = heads;
		this.output = output;
	}

	@Override
	public String family() {
		return FAMILY;
	}

	/**
	 * Scores a text and reports at most one match a head; the highest of the
	 * probabilities counts.
	 */
	@Override
	public void detect(NormText text, MatchSink sink) {
		detect(text, 0, sink);
	}

	/**
	 * Scores what of a text is new: all that reaches beyond its beginning.
	 * @param from first new unit of the raw text
	 */
	public void detect(NormText text, int from, MatchSink sink) {
		score(text, from);
		report(sink);
	}

	void score(NormText text, int from) {
		this.seen = from;
		this.language = language(text.words());
		Arrays.fill(this.highest, Double.NEGATIVE_INFINITY);
		Arrays.fill(this.best, Double.NEGATIVE_INFINITY);
		Arrays.fill(this.where, null);
		this.links = links(text.raw());
		text.views().forEach((view) -> score(view, text.deadline()));
		for (Head head : HEADS) {
			int h = head.ordinal();
			this.probabilities[h] = Math.max(this.probabilities[h], calibration(head).probability(this.highest[h]));
		}
	}

	/** Reports what the text scored last holds. */
	void report(MatchSink sink) {
		for (Head head : HEADS) {
			int h = head.ordinal();
			TokenView view = this.where[h];
			if (view == null) {
				continue;
			}
			double score = calibration(head).score(this.best[h], head.hitScore());
			if (score >= LEAST) {
				sink.match(new Match(head.rule(), category(head, view, this.from[h], this.to[h]), score,
						view.rawStart(this.from[h]), view.rawEnd(this.to[h] - 1)));
			}
		}
	}

	/** What the text scored last is nearest to. */
	String category(Head head) {
		int h = head.ordinal();
		TokenView view = this.where[h];
		return (view != null) ? category(head, view, this.from[h], this.to[h]) : OTHER;
	}

	private Calibration calibration(Head head) {
		return this.heads.head(head).calibration(this.language, this.output);
	}

	/** How suspicious a part of a long text looks beside other parts of it. */
	double suspicion(String part) {
		HeadRun run = new HeadRun(this.heads, this.output);
		run.score(NormText.whole(part), 0);
		double most = 0;
		for (Head head : HEADS) {
			most = Math.max(most, run.probability(head));
		}
		return most;
	}

	/**
	 * The probability that the text is what the head looks for; 0 for a text without
	 * words or before {@link #detect}.
	 */
	public double probability(Head head) {
		return this.probabilities[head.ordinal()];
	}

	/** Highest raw score of a head in the text scored last. */
	double raw(Head head) {
		return this.best[head.ordinal()];
	}

	/**
	 * Highest raw score of a head in the text scored last, whether or not it has enough
	 * words.
	 */
	double highest(Head head) {
		return Math.max(FLOOR, this.highest[head.ordinal()]);
	}

	/** Whether the text scored last has enough words for something to be found in it. */
	boolean isTelling() {
		return this.where[0] != null;
	}

	boolean isOutput() {
		return this.output;
	}

	String language() {
		return this.language;
	}

	/** Runs of words scored so far. */
	int segments() {
		return this.segments;
	}

	private String language(TokenView view) {
		ClassTable table = this.heads.languages();
		long[] sums = new long[table.classes().size()];
		HashedFeatures features = HashedFeatures.take();
		for (int i = 0; i < Math.min(view.size(), LANGUAGE_WORDS); i++) {
			features.take(view, i);
			table.add(features, sums);
		}
		features.giveBack();
		return table.best(sums);
	}

	private String category(Head head, TokenView view, int first, int end) {
		if (head == Head.INJECTION) {
			return "INJECTION";
		}
		if (head == Head.TOXICITY) {
			return "U1.2";
		}
		ClassTable table = this.heads.categories();
		long[] sums = new long[table.classes().size()];
		HashedFeatures features = HashedFeatures.take();
		long count = 0;
		for (int i = first; i < Math.min(end, first + CATEGORY_WORDS); i++) {
			features.take(view, i);
			table.add(features, sums);
			count += features.size();
		}
		features.giveBack();
		return table.best(sums, count, CATEGORY_MARGIN, OTHER);
	}

	private void score(TokenView view, Deadline deadline) {
		HashedFeatures features = HashedFeatures.take();
		this.whole.clear(0);
		this.sentence.clear(0);
		this.block.clear(0);
		this.window.clear(0);
		int size = view.size();
		for (int i = 0; i < size; i++) {
			deadline.step();
			if (i > 0 && view.startsSentence(i)) {
				sentenceEnds(view, i);
			}
			features.take(view, i);
			this.heads.add(features, this.word);
			int count = features.size();
			int real = (isWord(view, i) && !isLink(view.rawStart(i))) ? 1 : 0;
			this.whole.add(this.word, count, 1, real);
			this.sentence.add(this.word, count, 1, real);
			this.block.add(this.word, count, 1, real);
			if (i + 1 - this.block.from == BLOCK) {
				blockEnds(view, i + 1);
			}
		}
		if (size > 0) {
			sentenceEnds(view, size);
			if (this.block.from < size && this.block.from > 0) {
				blockEnds(view, size);
			}
			weigh(view, this.whole, size);
		}
		features.giveBack();
	}

	/**
	 * Where addresses start and end, one after another: their parts are names, and say
	 * nothing by themselves.
	 */
	private static int[] links(String raw) {
		int[] links = NO_LINKS;
		int count = 0;
		int mark = raw.indexOf("://");
		while (mark >= 0) {
			int start = mark;
			while (start > 0 && mark - start < LONGEST_SCHEME && Character.isLetter(raw.charAt(start - 1))) {
				start--;
			}
			int end = mark;
			while (end < raw.length() && !Character.isWhitespace(raw.charAt(end))) {
				end++;
			}
			if (count + 2 > links.length) {
				links = Arrays.copyOf(links, Math.max(16, 2 * links.length));
			}
			links[count++] = start;
			links[count++] = end;
			mark = raw.indexOf("://", end);
		}
		return Arrays.copyOf(links, count);
	}

	/** An odd number of borders lies at or before what is in an address. */
	private boolean isLink(int place) {
		if (this.links.length == 0) {
			return false;
		}
		int at = Arrays.binarySearch(this.links, place);
		int before = (at >= 0) ? at + 1 : -at - 1;
		return (before & 1) == 1;
	}

	private static boolean isWord(TokenView view, int token) {
		int letters = 0;
		for (int i = view.from(token); i < view.to(token); i++) {
			char c = view.chars()[i];
			if (Character.isDigit(c)) {
				return false;
			}
			letters += Character.isIdeographic(c) ? WORD : Character.isLetter(c) ? 1 : 0;
		}
		return letters >= WORD;
	}

	private void sentenceEnds(TokenView view, int end) {
		if (this.sentence.real >= SENTENCE) {
			weigh(view, this.sentence, end);
		}
		this.sentence.clear(end);
	}

	/** A window is the block that ends here and the one before. */
	private void blockEnds(TokenView view, int end) {
		this.window.add(this.block.sums, this.block.features, this.block.words, this.block.real);
		if (this.window.from < this.block.from) {
			weigh(view, this.window, end);
		}
		this.window.set(this.block);
		this.block.clear(end);
	}

	/**
	 * Runs that say too little count for the probability, but nothing is found in them.
	 */
	private void weigh(TokenView view, Sums sums, int end) {
		if (sums.features == 0 || view.rawEnd(end - 1) <= this.seen) {
			return;
		}
		this.segments++;
		boolean telling = sums.real >= LEAST_WORDS && LEAST_REAL * sums.real >= sums.words;
		for (Head head : HEADS) {
			int h = head.ordinal();
			double raw = this.heads.head(head).raw(sums.sums[h], sums.features);
			this.highest[h] = Math.max(this.highest[h], raw);
			if (telling && raw > this.best[h]) {
				this.best[h] = raw;
				this.from[h] = sums.from;
				this.to[h] = end;
				this.where[h] = view;
			}
		}
	}

	/**
	 * Sums of a run of words.
	 */
	private static final class Sums {

		private final long[] sums = new long[3];

		private long features;

		private long words;

		/** Those with enough letters. */
		private long real;

		private int from;

		void clear(int first) {
			this.sums[0] = 0;
			this.sums[1] = 0;
			this.sums[2] = 0;
			this.features = 0;
			this.words = 0;
			this.real = 0;
			this.from = first;
		}

		void set(Sums other) {
			this.sums[0] = other.sums[0];
			this.sums[1] = other.sums[1];
			this.sums[2] = other.sums[2];
			this.features = other.features;
			this.words = other.words;
			this.real = other.real;
			this.from = other.from;
		}

		void add(long[] word, long count, long more, long moreReal) {
			this.sums[0] += word[0];
			this.sums[1] += word[1];
			this.sums[2] += word[2];
			this.features += count;
			this.words += more;
			this.real += moreReal;
		}

	}

}
