package io.github.llamaspring.guard.conversation;

import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.guard.classify.HarmScorer;

/**
 * Where a conversation is heading: how harmful its last messages are together, and each
 * by itself. The constants were chosen on the half of our conversations that
 * {@code eval --conversations} calls development.
 *
 * @param two log-odds of harm of the newest and the one before as one text
 * @param four the same of the last four, or of all where there are fewer
 * @param decayed mean of the log-odds of each by itself, newer ones counting more
 * @param category the item of the policy the last four are nearest to
 */
record Arc(double two, double four, double decayed, String category) {

	/** How much each message counts beside the next newer one. */
	private static final double DECAY = 0.85;

	/** Characters of the newest message in a text with earlier ones. */
	private static final int NEWEST = 500;

	/** Characters of an earlier message in a text with the newest. */
	private static final int EARLIER = 250;

	private static final int WINDOW = 4;

	/** How much the messages by themselves count. */
	private static final double SHARE = 0.3;

	/** Where a score of 0.5 lies: 3 of 51 harmless look-alikes reached it. */
	private static final double SUSPICIOUS = 0.40;

	/**
	 * @param turns at least two, the newest last
	 */
	static Arc of(List<String> turns, HarmScorer scorer) {
		int size = turns.size();
		List<String> texts = new ArrayList<>(turns);
		texts.add(joined(turns.subList(size - 2, size)));
		texts.add(joined(turns.subList(Math.max(0, size - WINDOW), size)));
		List<HarmScorer.Harm> scores = scorer.score(texts);
		double sum = 0;
		double weights = 0;
		double weight = 1;
		for (int i = size - 1; i >= 0; i--) {
			sum += weight * scores.get(i).logOdds();
			weights += weight;
			weight *= DECAY;
		}
		HarmScorer.Harm four = scores.get(size + 1);
		return new Arc(scores.get(size).logOdds(), four.logOdds(), sum / weights, four.category());
	}

	/** 0 to 1; few ordinary conversations reach 0.5. */
	double score() {
		double together = Math.max(this.two, this.four) + SHARE * this.decayed;
		return 1 / (1 + StrictMath.exp(SUSPICIOUS - together));
	}

	private static String joined(List<String> turns) {
		StringBuilder text = new StringBuilder();
		for (String turn : turns.subList(0, turns.size() - 1)) {
			text.append(clipped(turn, EARLIER)).append('\n');
		}
		return text.append(clipped(turns.getLast(), NEWEST)).toString();
	}

	private static String clipped(String text, int most) {
		if (text.length() <= most) {
			return text;
		}
		return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
	}

}
