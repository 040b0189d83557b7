package io.github.llamaspring.boot.vr;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts growing text into sentences, each as soon as the next one begins; a very long one
 * at a space, so that speech does not wait for its end.
 */
final class SentenceCutter {

	private static final int LONGEST = 280;

	private final BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);

	private final StringBuilder text = new StringBuilder();

	private int spoken;

	List<Cut> add(String piece) {
		this.text.append(piece);
		List<Cut> cuts = new ArrayList<>();
		for (int end = nextEnd(); end > 0; end = nextEnd()) {
			cut(this.spoken + end, cuts);
		}
		return cuts;
	}

	/**
	 * Where the next sentence ends, from what was cut last; 0 if it is not there yet.
	 */
	private int nextEnd() {
		String pending = this.text.substring(this.spoken);
		this.breaks.setText(pending);
		this.breaks.first();
		int end = this.breaks.next();
		if (end != BreakIterator.DONE && end < pending.length()) {
			return end;
		}
		return (pending.length() > LONGEST) ? pending.lastIndexOf(' ', LONGEST) + 1 : 0;
	}

	List<Cut> finish() {
		List<Cut> cuts = new ArrayList<>();
		cut(this.text.length(), cuts);
		return cuts;
	}

	private void cut(int end, List<Cut> cuts) {
		String sentence = this.text.substring(this.spoken, end);
		if (!sentence.isBlank()) {
			int from = this.spoken + sentence.length() - sentence.stripLeading().length();
			String stripped = sentence.strip();
			cuts.add(new Cut(stripped, from, from + stripped.length()));
		}
		this.spoken = end;
	}

	/**
	 * All that was cut so far.
	 */
	String spoken() {
		return this.text.substring(0, this.spoken).stripTrailing();
	}

	/**
	 * A sentence and where it stands in all of the text.
	 */
	record Cut(String text, int from, int to) {
	}

}
