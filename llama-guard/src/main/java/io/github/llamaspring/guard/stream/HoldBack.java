package io.github.llamaspring.guard.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.pii.PiiDetector;
import io.github.llamaspring.guard.stream.Overlong.Form;
import io.github.llamaspring.guard.stream.Scan.Hit;
import io.github.llamaspring.guard.stream.Scan.Undecided;
import io.github.llamaspring.guard.stream.StreamRules.Effect;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.NormText;

/**
 * Checks a text while it is written and releases it as early as is safe.
 *
 * <p>
 * How it works: the text is taken one UTF-16 unit at a time, whatever the pieces. At
 * places the text alone defines (behind a word, or after {@value #STRIDE} units without a
 * blank) all detectors look at a window: some released text as context and everything
 * held. Each says from where on more text may still change its mind; what lies before the
 * smallest such place is final: redactions in it are carried out, and it is released. So
 * the outcome cannot depend on how the text was cut, work per unit is bounded, and no
 * part of a redacted span leaves early. What is undecided for too long is redacted if it
 * has the form of a secret or an address and the policy fails closed, else released; so
 * is what has been held for too much time, if it has the form of personal data.
 *
 * <p>
 * Scorers judge each finished sentence. No text waits for them: what they find acts from
 * there on.
 */
public final class HoldBack {

	private static final int STRIDE = 32;

	private static final int CONTEXT = 160;

	/** Where something needs to be seen for longer. */
	private static final int MOST_CONTEXT = 1024;

	/** Judgements that may be awaited at a time. */
	private static final int MOST_AWAITED = 64;

	/** Nanoseconds the end waits for them where the policy sets no limit. */
	private static final long LONGEST_WAIT = 10_000_000_000L;

	private final List<Detector> detectors;

	private final StreamRules rules;

	private final int maxHeld;

	private final HoldClock clock;

	private final long maxNanos;

	private final List<SentenceScorer> scorers;

	private final SentenceCutter sentences = new SentenceCutter();

	private final List<Awaited> awaited = new ArrayList<>();

	/** Of rules that have begun, by id. */
	private final Map<String, Effect> effects = new HashMap<>();

	/** Whether a sentence was found that ends the stream. */
	private boolean condemned;

	private boolean timedOut;

	/** Context and held text; the first unit is {@code base} in the whole text. */
	private final StringBuilder window = new StringBuilder();

	private int base;

	/** Index in the window of the first unit that is not released. */
	private int released;

	/**
	 * Index in the window up to where nothing may change its mind any more. Where time
	 * ran out it is behind what is released.
	 */
	private int settled;

	/**
	 * Index in the window up to where also what is only noted may not change any more: no
	 * text waits for that.
	 */
	private int noted;

	private int unseen;

	private int taken;

	private boolean stopped;

	private @Nullable Overlong overlong;

	private StringBuilder out = new StringBuilder();

	private List<Replaced> replaced = new ArrayList<>();

	private List<Hit> hits = new ArrayList<>();

	private List<Scan.Failure> failures = new ArrayList<>();

	/**
	 * @param maxHeld most units to hold back
	 * @param maxTime most time to hold text back; zero is no limit
	 * @param nanoTime a clock such as {@link System#nanoTime()}
	 */
	public HoldBack(List<Detector> detectors, List<SentenceScorer> scorers, StreamRules rules, int maxHeld,
			Duration maxTime, LongSupplier nanoTime) {
		this.detectors = List.copyOf(detectors);
		this.scorers = List.copyOf(scorers);
		this.maxNanos = maxTime.toNanos();
		this.clock = new HoldClock(this.maxNanos, nanoTime);
		this.rules = rules;
		this.maxHeld = maxHeld;
	}

	/**
	 * Takes the next piece.
	 */
	public Step feed(String text) {
		if (!text.isEmpty()) {
			this.clock.comes(this.base + this.window.length());
		}
		settle(0);
		for (int i = 0; i < text.length() && !this.stopped; i++) {
			take(text.charAt(i));
			this.taken++;
		}
		return poll();
	}

	/**
	 * Looks whether text has been held for too long or a judgement has come.
	 */
	public Step poll() {
		settle(0);
		if (!this.stopped && this.clock.isOver(this.base + this.released, held())) {
			this.timedOut = true;
			expire();
		}
		return step();
	}

	/**
	 * Takes the end of the text.
	 */
	public Step finish() {
		if (!this.stopped) {
			judge(this.sentences.rest());
			settle((this.maxNanos > 0) ? this.maxNanos : LONGEST_WAIT);
		}
		if (!this.stopped) {
			Overlong open = this.overlong;
			if (open != null) {
				close(open);
			}
			look(false);
		}
		return step();
	}

	private void judge(@Nullable Sentence sentence) {
		if (sentence == null) {
			return;
		}
		for (SentenceScorer scorer : this.scorers) {
			try {
				this.awaited.add(new Awaited(scorer.family(), sentence, scorer.score(sentence)));
			}
			catch (RuntimeException | StackOverflowError ex) {
				fail(new Scan.Failure(scorer.family(), ex));
			}
		}
		settle(0);
	}

	/**
	 * Takes the judgements that have come.
	 * @param nanos how long to wait for the others, in all; what has not come then, or
	 * where too many are awaited, failed
	 */
	private void settle(long nanos) {
		if (this.awaited.isEmpty()) {
			return;
		}
		List<Awaited> open = List.copyOf(this.awaited);
		this.awaited.clear();
		long began = System.nanoTime();
		for (int i = 0; i < open.size() && !this.stopped; i++) {
			Awaited next = open.get(i);
			if (nanos == 0 && !next.found.isDone() && open.size() - i <= MOST_AWAITED) {
				this.awaited.add(next);
				continue;
			}
			try {
				long left = (nanos == 0) ? 0 : nanos - (System.nanoTime() - began);
				for (Hit hit : next.found.get(Math.max(left, 0), TimeUnit.NANOSECONDS)) {
					note(hit.shifted(next.sentence.start()));
				}
			}
			catch (TimeoutException ex) {
				this.timedOut = true;
				fail(new Scan.Failure(next.family, ex));
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				fail(new Scan.Failure(next.family, ex));
			}
			catch (ExecutionException | CancellationException ex) {
				fail(new Scan.Failure(next.family, ex));
			}
		}
		if (this.condemned && !this.stopped) {
			look(true);
		}
	}

	private void note(Hit hit) {
		Effect effect = this.rules.effect(hit);
		if (effect != Effect.NONE) {
			this.hits.add(hit);
		}
		this.condemned |= effect == Effect.STOP;
	}

	private void fail(Scan.Failure failure) {
		this.failures.add(failure);
		if (this.rules.onFailure(failure) == Effect.STOP) {
			stop();
		}
	}

	/**
	 * Units looked at so far: those behind the place where the stream ended are not.
	 */
	public int taken() {
		return this.taken;
	}

	/**
	 * Units held back now.
	 */
	public int held() {
		return (this.stopped || this.overlong != null) ? 0 : this.window.length() - this.released;
	}

	private Step step() {
		Step step = new Step(this.out.toString(), this.replaced, this.hits, this.failures, this.stopped, this.timedOut);
		this.out = new StringBuilder();
		this.replaced = new ArrayList<>();
		this.hits = new ArrayList<>();
		this.failures = new ArrayList<>();
		return step;
	}

	private void take(char c) {
		Sentence sentence = this.scorers.isEmpty() ? null : this.sentences.take(c);
		boolean wordEnds = hold(c);
		// Before the look, which would let the sentence's last word out.
		judge(sentence);
		if (wordEnds && !this.stopped) {
			look(true);
		}
	}

	/**
	 * Takes a unit.
	 * @return whether it is time for a look
	 */
	private boolean hold(char c) {
		Overlong open = this.overlong;
		if (open != null) {
			if (!open.endsBefore(c)) {
				this.base++;
				return false;
			}
			close(open);
		}
		this.window.append(c);
		this.unseen++;
		int n = this.window.length();
		boolean wordEnds = Character.isWhitespace(c) && n > 1 && !Character.isWhitespace(this.window.charAt(n - 2));
		return wordEnds || (this.unseen >= STRIDE && !Character.isHighSurrogate(c));
	}

	private void close(Overlong open) {
		String rest = open.rest();
		this.base -= rest.length();
		this.window.append(rest);
		this.hits.add(open.hit(this.base));
		this.overlong = null;
	}

	private void look(boolean more) {
		String text = this.window.toString();
		Scan scan = scan(text, more);
		if (this.stopped) {
			return;
		}
		int safe = more ? safeEnd(scan, text, false) : text.length();
		int noted = more ? safeEnd(scan, text, true) : text.length();
		if (!release(scan, text, safe, noted)) {
			return;
		}
		Undecided tooLong = more ? overlong(scan, text) : null;
		if (tooLong != null && tooLong.category() != null) {
			swallow(tooLong.start(), tooLong.category(), false, text);
			return;
		}
		forget(more ? neededFrom(scan) : text.length());
	}

	private Scan scan(String text, boolean more) {
		this.unseen = 0;
		Scan scan = Scan.once(more ? NormText.open(text) : NormText.whole(text), this.detectors);
		for (int i = 0; i < scan.failures().size() && !this.stopped; i++) {
			fail(scan.failures().get(i));
		}
		if (this.condemned && !this.stopped) {
			// The rules still say what they see in what is held: they know better.
			scan.hits().stream().filter((hit) -> hit.match().end() > this.released).forEach((hit) -> {
				note(hit.shifted(this.base));
			});
			stop();
		}
		return scan;
	}

	/** Decides without the text that would tell. */
	private void expire() {
		String text = this.window.toString();
		Scan scan = scan(text, true);
		Undecided candidate = null;
		for (Undecided place : scan.undecided()) {
			boolean late = place.start() >= this.released && place.category() != null
					&& this.rules.redactsLate(place.category());
			candidate = (late && (candidate == null || place.start() < candidate.start())) ? place : candidate;
		}
		int safe = (candidate != null) ? candidate.start() : text.length();
		int before = this.settled;
		int found = this.hits.size();
		if (this.stopped || !release(scan, text, safe, safe)) {
			return;
		}
		// What follows may still show that what went out was harm.
		this.settled = (this.hits.size() > found) ? this.hits.getLast().match().end() - this.base : before;
		this.noted = this.settled;
		if (candidate != null && candidate.start() >= this.released) {
			boolean number = PiiDetector.NUMBER.equals(candidate.category());
			swallow(candidate.start(), kind(scan, candidate), number, text);
			return;
		}
		forget(neededFrom(scan));
	}

	/** As what it is redacted: it may be complete as it stands. */
	private String kind(Scan scan, Undecided candidate) {
		for (Hit hit : scan.hits()) {
			if (hit.match().start() == candidate.start() && this.rules.effect(hit) == Effect.REPLACE) {
				return hit.match().category();
			}
		}
		return String.valueOf(candidate.category());
	}

	/**
	 * Up to where nothing may change its mind.
	 * @param all whether what is only noted counts, too
	 */
	private int safeEnd(Scan scan, String text, boolean all) {
		int floor = all ? this.noted : this.settled;
		int limit = limit(text);
		int safe = text.length();
		for (Hit rule : scan.begun()) {
			int start = rule.match().start();
			if (start >= floor && start >= limit && start < safe && counts(begun(rule), all)) {
				safe = start;
			}
		}
		for (Undecided place : scan.undecided()) {
			boolean counts = place.start() >= floor && (place.start() >= limit || isRedacted(place));
			if (counts) {
				safe = Math.min(safe, place.start());
			}
		}
		boolean moved = true;
		while (moved) {
			moved = false;
			for (Hit hit : scan.hits()) {
				Match match = hit.match();
				boolean crosses = match.start() < safe && match.end() > safe && match.start() >= floor;
				if (crosses && match.start() >= limit && counts(this.rules.effect(hit), all)) {
					safe = match.start();
					moved = true;
				}
			}
		}
		if (safe > 0 && safe < text.length() && Character.isLowSurrogate(text.charAt(safe))
				&& Character.isHighSurrogate(text.charAt(safe - 1))) {
			safe--;
		}
		return Math.max(safe, floor);
	}

	/** What is neither withheld nor replaced may be out by then. */
	private static boolean counts(Effect effect, boolean all) {
		return effect == Effect.STOP || effect == Effect.REPLACE || (all && effect == Effect.NOTE);
	}

	/** What a rule would do; the same rule is asked about at every look. */
	private Effect begun(Hit rule) {
		return this.effects.computeIfAbsent(rule.match().rule(), (id) -> this.rules.effect(rule));
	}

	/** From where on the window must be kept. */
	private int neededFrom(Scan scan) {
		int needed = scan.neededFrom();
		for (Hit rule : scan.begun()) {
			if (rule.match().start() < needed && begun(rule) != Effect.NONE) {
				needed = rule.match().start();
			}
		}
		for (Hit hit : scan.hits()) {
			if (hit.match().start() < needed && hit.match().end() > this.noted) {
				needed = hit.match().start();
			}
		}
		return needed;
	}

	/** What starts before is not waited for. */
	private int limit(String text) {
		return text.length() - this.maxHeld + STRIDE;
	}

	private boolean isRedacted(Undecided place) {
		return place.category() != null && this.rules.redactsOverlong(place.category());
	}

	/** Something at the edge of what is held that has grown too long. */
	private @Nullable Undecided overlong(Scan scan, String text) {
		if (text.length() - this.released <= this.maxHeld - STRIDE) {
			return null;
		}
		for (Undecided place : scan.undecided()) {
			if (place.start() == this.released && isRedacted(place)) {
				return place;
			}
		}
		return null;
	}

	private boolean release(Scan scan, String text, int safe, int noted) {
		int from = this.released;
		int outBefore = this.out.length();
		int replacedBefore = this.replaced.size();
		for (Hit hit : scan.hits()) {
			Match match = hit.match();
			Effect effect = this.rules.effect(hit);
			if (effect == Effect.NOTE) {
				if (match.end() > this.noted && match.end() <= noted) {
					this.hits.add(hit.shifted(this.base));
				}
				continue;
			}
			// A long encoded run ends where the window ends, look after look.
			boolean late = effect == Effect.STOP && match.start() < Math.max(this.released, limit(text));
			// The rest of what was redacted when less of it was known.
			boolean goesOn = effect == Effect.REPLACE && match.start() < this.settled;
			if (match.end() <= this.settled || (match.end() > safe && !late && !goesOn)) {
				continue;
			}
			if (effect != Effect.NONE) {
				this.hits.add(hit.shifted(this.base));
			}
			if (effect == Effect.STOP) {
				this.out.setLength(outBefore);
				this.replaced.subList(replacedBefore, this.replaced.size()).clear();
				stop();
				return false;
			}
			int end = goesOn ? Math.min(match.end(), safe) : match.end();
			if (effect == Effect.REPLACE && end > from) {
				if (match.start() >= from) {
					this.out.append(text, from, match.start());
					from = replace(overlapping(scan, match, safe), text);
				}
				else {
					from = end;
				}
			}
		}
		this.out.append(text, from, Math.max(from, safe));
		this.released = Math.max(from, safe);
		this.settled = Math.max(this.settled, safe);
		this.noted = noted;
		return true;
	}

	/** All that replace a part with this one, or with one that overlaps it. */
	private List<Hit> overlapping(Scan scan, Match first, int safe) {
		List<Hit> group = new ArrayList<>();
		int end = first.end();
		for (Hit hit : scan.hits()) {
			Match match = hit.match();
			if (match.start() >= first.start() && match.start() < end && match.end() <= safe
					&& this.rules.effect(hit) == Effect.REPLACE) {
				group.add(hit);
				end = Math.max(end, match.end());
			}
		}
		return group;
	}

	/** End of the part in the window. */
	private int replace(List<Hit> group, String text) {
		int start = group.getFirst().match().start();
		int end = start;
		for (Hit hit : group) {
			end = Math.max(end, hit.match().end());
		}
		StreamRules.Replacement with = this.rules.replacement(group, text.substring(start, end));
		replace(with.text(), with.category());
		return end;
	}

	private void replace(String with, String category) {
		int start = this.out.length();
		this.out.append(with);
		this.replaced.add(new Replaced(start, this.out.length(), category));
	}

	private void swallow(int start, String category, boolean number, String text) {
		replace(this.rules.placeholder(category), category);
		Form form = text.startsWith("-----BEGIN", start) ? Form.BLOCK : number ? Form.NUMBER : Form.TOKEN;
		Overlong open = new Overlong(category, this.base + start, form);
		this.base += text.length();
		this.window.setLength(0);
		this.released = 0;
		this.settled = 0;
		this.noted = 0;
		for (int i = start; i < text.length(); i++) {
			open.endsBefore(text.charAt(i));
		}
		this.overlong = open;
	}

	private void stop() {
		this.stopped = true;
		this.window.setLength(0);
		this.released = 0;
		this.settled = 0;
		this.noted = 0;
	}

	/**
	 * Keeps some released text as context, from the start of a word.
	 * @param needed place in the window from where on it must be kept, within bounds
	 */
	private void forget(int needed) {
		int cut = Math.min(this.settled - CONTEXT, Math.max(needed, this.settled - MOST_CONTEXT));
		if (cut <= 0) {
			return;
		}
		int word = cut;
		while (word != needed && word < this.settled && word - cut < 64
				&& !Character.isWhitespace(this.window.charAt(word))) {
			word++;
		}
		if (Character.isLowSurrogate(this.window.charAt(word))) {
			word--;
		}
		this.window.delete(0, word);
		this.base += word;
		this.released -= word;
		this.settled -= word;
		this.noted = Math.max(0, this.noted - word);
	}

	/**
	 * A judgement that is awaited.
	 */
	private record Awaited(String family, Sentence sentence, CompletableFuture<List<Hit>> found) {
	}

	/**
	 * What a piece of text brought.
	 *
	 * @param text what may be shown now
	 * @param replaced parts of {@code text} that stand for something redacted
	 * @param hits what was found, by place in the whole text
	 * @param failures detectors that failed
	 * @param stopped whether the stream ended here
	 * @param timedOut whether a time limit decided something so far
	 */
	public record Step(String text, List<Replaced> replaced, List<Hit> hits, List<Scan.Failure> failures,
			boolean stopped, boolean timedOut) {
	}

	/**
	 * A placeholder in a released piece.
	 */
	public record Replaced(int start, int end, String category) {
	}

}
