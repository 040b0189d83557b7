package io.github.llamaspring.guard.answer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

import io.github.llamaspring.guard.text.CleanText;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

/**
 * Finds numbers, dates and names in an answer that no source holds. Thread-safe.
 */
public final class GroundDetector implements Detector {

	/** Its name. */
	public static final String FAMILY = "grounded";

	/** With which the ids of its rules begin. */
	public static final String PREFIX = "grounded.";

	static final String CATEGORY = "UNGROUNDED";

	/** Tokens behind a fact that may change it: its unit, its year. */
	private static final int AHEAD = 3;

	/**
	 * More facts of one text are not looked up: each costs a look through the sources.
	 */
	private static final int MOST = 2000;

	private final SourceFacts known;

	private final UnaryOperator<String> language;

	/**
	 * @param given what else an answer may take up: the question, the instructions
	 * @param language tells that of an answer (ISO 639-1)
	 */
	public GroundDetector(List<String> sources, List<String> given, UnaryOperator<String> language) {
		List<String> all = new ArrayList<>(sources);
		all.addAll(given);
		this.known = new SourceFacts(all.stream().map((text) -> NormText.whole(text).clean().text()).toList());
		this.language = language;
	}

	@Override
	public String family() {
		return FAMILY;
	}

	@Override
	public boolean readsEncoded() {
		return false;
	}

	@Override
	public void detect(NormText text, MatchSink sink) {
		CleanText clean = text.clean();
		List<Token> tokens = Token.of(clean.text());
		List<Fact> facts = new ArrayList<>(FactReader.read(tokens));
		facts.addAll(NameReader.read(tokens, isGerman(clean.text())));
		facts.sort(Comparator.comparingInt(Fact::start));
		int settled = settled(text, tokens);
		for (Fact fact : facts.subList(0, Math.min(facts.size(), MOST))) {
			text.deadline().check();
			if (fact.end() > settled) {
				sink.undecided(clean.rawStart(fact.start()));
			}
			else if (!this.known.hold(fact)) {
				sink.match(new Match(PREFIX + kind(fact), CATEGORY, 1, clean.rawStart(fact.start()),
						clean.rawEnd(fact.end())));
			}
		}
		if (text.isOpen() && !tokens.isEmpty() && tokens.getLast().end() == clean.text().length()) {
			sink.undecided(clean.rawStart(tokens.getLast().start()));
		}
	}

	private boolean isGerman(String text) {
		return this.language.apply(text).startsWith("de");
	}

	/** Where, from the end, more text can't change a fact any more. */
	private static int settled(NormText text, List<Token> tokens) {
		if (!text.isOpen()) {
			return Integer.MAX_VALUE;
		}
		return (tokens.size() > AHEAD) ? tokens.get(tokens.size() - AHEAD).start() : 0;
	}

	private static String kind(Fact fact) {
		return switch (fact) {
			case Fact.Quantity _, Fact.Code _ -> "number";
			case Fact.Date _, Fact.Time _ -> "date";
			case Fact.Name _ -> "name";
		};
	}

}
