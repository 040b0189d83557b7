package io.github.llamaspring.guard.stream;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

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
 * has the form of a secret or an address and the policy fails closed, else released.
 */
public final class HoldBack {

	private static final int STRIDE = 32;

	private static final int CONTEXT = 160;

	private final List<Detector> detectors;

	private final StreamRules rules;

	private final int maxHeld;

	/** Context and held text; the first unit is {@code base} in the whole text. */
	private final StringBuilder window = new StringBuilder();

	private int base;

	/** Index in the window of the first unit that is not released. */
	private int released;

	private int unseen;

	private boolean stopped;

	private @Nullable Overlong overlong;

	private StringBuilder out = new StringBuilder();

	private List<Replaced> replaced = new ArrayList<>();

	private List<Hit> hits = new ArrayList<>();

	private List<Scan.Failure> failures = new ArrayList<>();

	/**
	 * @param maxHeld most units to hold back
	 */
	public HoldBack(List<Detector> detectors, StreamRules rules, int maxHeld) {
		this.detectors = List.copyOf(detectors);
		this.rules = rules;
		this.maxHeld = maxHeld;
	}

	/**
	 * Takes the next piece.
	 */
	public Step feed(String text) {
		for (int i = 0; i < text.length() && !this.stopped; i++) {
			take(text.charAt(i));
		}
		return step();
	}

	/**
	 * Takes the end of the text.
	 */
	public Step finish() {
		if (!this.stopped) {
			Overlong open = this.overlong;
			if (open != null) {
				close(open);
			}
			look(false);
		}
		return step();
	}

	/**
	 * Units held back now.
	 */
	public int held() {
		return (this.stopped || this.overlong != null) ? 0 : this.window.length() - this.released;
	}

	private Step step() {
		Step step = new Step(this.out.toString(), this.replaced, this.hits, this.failures, this.stopped);
		this.out = new StringBuilder();
		this.replaced = new ArrayList<>();
		this.hits = new ArrayList<>();
		this.failures = new ArrayList<>();
		return step;
	}

	private void take(char c) {
		Overlong open = this.overlong;
		if (open != null) {
			if (!open.endsBefore(c)) {
				this.base++;
				return;
			}
			close(open);
		}
		this.window.append(c);
		this.unseen++;
		int n = this.window.length();
		boolean wordEnds = Character.isWhitespace(c) && n > 1 && !Character.isWhitespace(this.window.charAt(n - 2));
		if (wordEnds || (this.unseen >= STRIDE && !Character.isHighSurrogate(c))) {
			look(true);
		}
	}

	private void close(Overlong open) {
		this.hits.add(new Hit("pii", new Match(open.rule, open.category, 1, open.start, this.base)));
		this.overlong = null;
	}

	private void look(boolean more) {
		this.unseen = 0;
		String text = this.window.toString();
		Scan scan = Scan.of(more ? NormText.open(text) : NormText.whole(text), this.detectors);
		for (Scan.Failure failure : scan.failures()) {
			this.failures.add(failure);
			if (this.rules.onFailure(failure) == Effect.STOP) {
				stop();
				return;
			}
		}
		int safe = more ? safeEnd(scan, text) : text.length();
		if (!release(scan, text, safe)) {
			return;
		}
		Undecided tooLong = more ? overlong(scan, text) : null;
		if (tooLong != null && tooLong.category() != null) {
			swallow(tooLong.start(), tooLong.category(), text);
		}
		forget();
	}

	private int safeEnd(Scan scan, String text) {
		int limit = limit(text);
		int safe = text.length();
		for (Undecided place : scan.undecided()) {
			boolean counts = place.start() >= this.released && (place.start() >= limit || isRedacted(place));
			if (counts) {
				safe = Math.min(safe, place.start());
			}
		}
		boolean moved = true;
		while (moved) {
			moved = false;
			for (Hit hit : scan.hits()) {
				Match match = hit.match();
				boolean crosses = match.start() < safe && match.end() > safe && match.start() >= this.released;
				if (crosses && match.start() >= limit && this.rules.effect(hit) != Effect.NONE) {
					safe = match.start();
					moved = true;
				}
			}
		}
		if (safe > 0 && safe < text.length() && Character.isLowSurrogate(text.charAt(safe))
				&& Character.isHighSurrogate(text.charAt(safe - 1))) {
			safe--;
		}
		return Math.max(safe, this.released);
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

	private boolean release(Scan scan, String text, int safe) {
		int from = this.released;
		int outBefore = this.out.length();
		int replacedBefore = this.replaced.size();
		for (Hit hit : scan.hits()) {
			Match match = hit.match();
			Effect effect = this.rules.effect(hit);
			// A long encoded run ends where the window ends, look after look.
			boolean late = effect == Effect.STOP && match.start() < Math.max(this.released, limit(text));
			if (match.end() <= this.released || (match.end() > safe && !late)) {
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
			if (effect == Effect.REPLACE && match.end() > from) {
				if (match.start() >= from) {
					this.out.append(text, from, match.start());
					from = replace(overlapping(scan, match, safe), text);
				}
				else {
					from = match.end();
				}
			}
		}
		this.out.append(text, from, Math.max(from, safe));
		this.released = Math.max(from, safe);
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

	private void swallow(int start, String category, String text) {
		replace(this.rules.placeholder(category), category);
		boolean block = text.startsWith("-----BEGIN", start);
		String prefix = (category.equals("EMAIL") ? "pii." : "secret.");
		Overlong open = new Overlong(prefix + category.toLowerCase(java.util.Locale.ROOT), category, this.base + start,
				block);
		this.base += text.length();
		this.window.setLength(0);
		this.released = 0;
		for (int i = start; i < text.length(); i++) {
			open.endsBefore(text.charAt(i));
		}
		this.overlong = open;
	}

	private void stop() {
		this.stopped = true;
		this.window.setLength(0);
		this.released = 0;
	}

	/** Keeps some released text as context, from the start of a word. */
	private void forget() {
		int cut = this.released - CONTEXT;
		if (cut <= 0) {
			return;
		}
		int word = cut;
		while (word < this.released && word - cut < 64 && !Character.isWhitespace(this.window.charAt(word))) {
			word++;
		}
		if (Character.isLowSurrogate(this.window.charAt(word))) {
			word--;
		}
		this.window.delete(0, word);
		this.base += word;
		this.released -= word;
	}

	/**
	 * A redacted part that is still being written.
	 */
	private static final class Overlong {

		private final String rule;

		private final String category;

		private final int start;

		private final boolean block;

		private final StringBuilder tail = new StringBuilder();

		private boolean closing;

		private boolean closed;

		Overlong(String rule, String category, int start, boolean block) {
			this.rule = rule;
			this.category = category;
			this.start = start;
			this.block = block;
		}

		/** A token ends at a blank; a key block behind its END line. */
		boolean endsBefore(char c) {
			if (!this.block) {
				return Character.isWhitespace(c);
			}
			if (this.closed) {
				return true;
			}
			this.tail.append(c);
			if (this.tail.length() > 64) {
				this.tail.delete(0, 32);
			}
			String end = this.tail.toString();
			if (!this.closing && end.endsWith("-----END")) {
				this.closing = true;
			}
			else if (this.closing && end.endsWith("-----") && !end.endsWith("-----END-----".substring(0, 8))) {
				this.closed = true;
			}
			return false;
		}

	}

	/**
	 * What a piece of text brought.
	 *
	 * @param text what may be shown now
	 * @param replaced parts of {@code text} that stand for something redacted
	 * @param hits what was found, by place in the whole text
	 * @param failures detectors that failed
	 * @param stopped whether the stream ended here
	 */
	public record Step(String text, List<Replaced> replaced, List<Hit> hits, List<Scan.Failure> failures,
			boolean stopped) {
	}

	/**
	 * A placeholder in a released piece.
	 */
	public record Replaced(int start, int end, String category) {
	}

}
