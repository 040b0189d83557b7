package io.github.llamaspring.guard.stream;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.text.Deadline;
import io.github.llamaspring.guard.text.DecodedText;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

/**
 * One run of all detectors over one text.
 */
public final class Scan {

	/** Detectors of this family excuse what others find inside their matches. */
	public static final String ALLOW = "allow";

	/** The failure of a check whose time was over. */
	private static final String TIMEOUT = "timeout";

	/** The same rule is reported this often; more would say nothing new. */
	private static final int MOST_PER_RULE = 100;

	private static final Comparator<Hit> BY_PLACE = Comparator.comparingInt((Hit hit) -> hit.match().start())
		.thenComparingInt((hit) -> hit.match().end())
		.thenComparing((hit) -> hit.match().rule());

	private final List<Hit> hits = new ArrayList<>();

	private final List<Undecided> undecided = new ArrayList<>();

	private final List<Hit> begun = new ArrayList<>(0);

	private final List<Failure> failures = new ArrayList<>();

	/** Earliest place that must still be seen with what follows. */
	private int neededFrom = Integer.MAX_VALUE;

	private boolean timedOut;

	private Scan() {
	}

	/**
	 * Runs the detectors over a whole text, for a time; what they found until then
	 * counts.
	 */
	public static Scan of(String text, List<Detector> detectors, Deadline deadline) {
		try {
			return once(NormText.whole(text, deadline), detectors);
		}
		catch (Deadline.Expired ex) {
			Scan scan = new Scan();
			scan.expire(ex);
			return scan;
		}
	}

	/**
	 * Runs the detectors over a text that nobody needs afterwards.
	 */
	public static Scan once(NormText text, List<Detector> detectors) {
		Scan scan = of(text, detectors);
		text.release();
		return scan;
	}

	private void expire(Deadline.Expired ex) {
		if (!this.timedOut) {
			this.timedOut = true;
			this.failures.add(new Failure(TIMEOUT, ex));
		}
	}

	/**
	 * Runs the detectors over the text and over what is encoded in it; one that fails is
	 * noted and the others go on.
	 */
	public static Scan of(NormText text, List<Detector> detectors) {
		Scan scan = plain(text, detectors);
		try {
			if (!scan.timedOut) {
				scan.decode(text, detectors);
			}
		}
		catch (Deadline.Expired ex) {
			scan.expire(ex);
		}
		catch (RuntimeException ex) {
			scan.failures.add(new Failure("decoding", ex));
		}
		if (scan.hits.size() > 1) {
			scan.hits.sort(BY_PLACE);
		}
		return scan;
	}

	private static Scan plain(NormText text, List<Detector> detectors) {
		Scan scan = new Scan();
		Collector collector = scan.new Collector();
		for (Detector detector : detectors) {
			if (scan.timedOut) {
				break;
			}
			scan.run(detector, text, collector);
		}
		if (!collector.excuses.isEmpty()) {
			scan.hits.removeIf((hit) -> collector.excuses.stream()
				.anyMatch((excuse) -> excuse.start() <= hit.match().start() && hit.match().end() <= excuse.end()));
		}
		return scan;
	}

	private void decode(NormText text, List<Detector> detectors) {
		if (text.encodedFrom() >= 0) {
			this.undecided.add(new Undecided(text.encodedFrom(), null));
		}
		if (text.decoded().isEmpty()) {
			return;
		}
		List<Detector> readers = detectors.stream().filter(Detector::readsEncoded).toList();
		NavigableMap<Integer, Integer> data = new TreeMap<>();
		for (Hit hit : this.hits) {
			if (hit.family().equals("pii")) {
				data.put(hit.match().start(), hit.match().end());
			}
		}
		Set<Hit> seen = new HashSet<>(this.hits);
		for (DecodedText part : text.decoded()) {
			if (this.timedOut) {
				return;
			}
			Scan found = plain(part.text(), readers);
			for (Hit hit : found.hits) {
				Hit placed = placed(part, hit);
				if (placed != null && !isWithin(data, placed) && seen.add(placed)) {
					this.hits.add(placed);
				}
			}
			takeRest(part, found);
		}
	}

	/** Where it stands in the raw text; null if it is found there as it is. */
	private static @Nullable Hit placed(DecodedText part, Hit hit) {
		Match match = hit.match();
		if (match.end() <= match.start() || !part.wasEncoded(match.start(), match.end())) {
			return null;
		}
		return new Hit(hit.family(), new Match(match.rule(), match.category(), match.score(),
				part.rawStart(match.start()), part.rawEnd(match.end())));
	}

	/** A web token holds encoded names: it is one secret. */
	private static boolean isWithin(NavigableMap<Integer, Integer> data, Hit hit) {
		Map.Entry<Integer, Integer> before = data.floorEntry(hit.match().start());
		return hit.family().equals("pii") && before != null && before.getValue() >= hit.match().end();
	}

	private void takeRest(DecodedText part, Scan found) {
		for (Undecided place : found.undecided) {
			this.undecided.add(new Undecided(part.rawStart(place.start()), null));
		}
		for (Hit rule : found.begun) {
			this.begun.add(new Hit(rule.family(), new Match(rule.match().rule(), rule.match().category(),
					rule.match().score(), part.rawStart(rule.match().start()), part.rawStart(rule.match().start()))));
		}
		if (found.neededFrom < Integer.MAX_VALUE) {
			this.neededFrom = Math.min(this.neededFrom, part.rawStart(found.neededFrom));
		}
		this.timedOut |= found.timedOut;
		for (Failure failure : found.failures) {
			if (this.failures.stream().noneMatch((known) -> known.family().equals(failure.family()))) {
				this.failures.add(failure);
			}
		}
	}

	private void run(Detector detector, NormText text, Collector collector) {
		try {
			text.deadline().check();
			collector.begin(detector.family());
			detector.detect(text, collector);
		}
		catch (Deadline.Expired ex) {
			expire(ex);
		}
		catch (RuntimeException | StackOverflowError ex) {
			this.failures.add(new Failure(detector.family(), ex));
		}
	}

	/**
	 * What was found, by position.
	 */
	public List<Hit> hits() {
		return this.hits;
	}

	List<Undecided> undecided() {
		return this.undecided;
	}

	/**
	 * Rules that more text may complete: what they would report, without its end.
	 */
	List<Hit> begun() {
		return this.begun;
	}

	int neededFrom() {
		return this.neededFrom;
	}

	/**
	 * Whether the time was over before all had looked; a failure says so, too.
	 */
	public boolean timedOut() {
		return this.timedOut;
	}

	/**
	 * Detectors that failed.
	 */
	public List<Failure> failures() {
		return this.failures;
	}

	/**
	 * Takes what one detector after the other sees.
	 */
	private final class Collector implements MatchSink {

		private final List<Match> excuses = new ArrayList<>(0);

		private final Set<Match> seen = new HashSet<>();

		private final Map<String, Integer> counts = new HashMap<>();

		private String family = "";

		private boolean edits;

		void begin(String next) {
			this.family = next;
			this.edits = next.equals("pii") || next.startsWith("list.");
			if (!this.seen.isEmpty()) {
				this.seen.clear();
				this.counts.clear();
			}
		}

		@Override
		public void match(Match match) {
			if (!this.seen.add(match)
					|| (!this.edits && this.counts.merge(match.rule(), 1, Integer::sum) > MOST_PER_RULE)) {
				return;
			}
			if (this.family.equals(ALLOW)) {
				this.excuses.add(match);
			}
			else {
				Scan.this.hits.add(new Hit(this.family, match));
			}
		}

		@Override
		public void undecided(int start) {
			Scan.this.undecided.add(new Undecided(start, null));
		}

		@Override
		public void begun(int start, String rule, String category, double score) {
			Scan.this.begun.add(new Hit(this.family, new Match(rule, category, score, start, start)));
		}

		@Override
		public void needed(int start) {
			Scan.this.neededFrom = Math.min(Scan.this.neededFrom, start);
		}

		@Override
		public void undecided(int start, String category) {
			Scan.this.undecided.add(new Undecided(start, category));
		}

	}

	/**
	 * A match and the family of the detector that made it.
	 */
	public record Hit(String family, Match match) {

		/**
		 * The same one in a text that starts so much earlier.
		 */
		public Hit shifted(int offset) {
			return new Hit(this.family, this.match.shifted(offset));
		}

	}

	/**
	 * A detector that failed.
	 */
	public record Failure(String family, Throwable cause) {
	}

	/**
	 * A place from where on more text decides.
	 *
	 * @param category redacted as this when it grows beyond every bound; null if it is
	 * then released
	 */
	record Undecided(int start, @Nullable String category) {
	}

}
