package io.github.llamaspring.guard.answer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.llamaspring.guard.answer.Fact.Day;

/**
 * What sources state, for looking up.
 */
final class SourceFacts {

	/** A whole number up to this without a unit may count anything. */
	private static final double SMALL = 10;

	/** The numbers of a date are no number of anything else. */
	private static final String DATE = "date";

	/** Letters in which two forms of a name must agree. */
	private static final int STEM = 4;

	/** Letters that one form may have more. */
	private static final int ENDING = 3;

	/** By value, as it is written and in what its dimension is counted in. */
	private final Map<Double, Set<String>> numbers = new HashMap<>();

	private final List<Day> days = new ArrayList<>();

	private final Set<Integer> minutes = new HashSet<>();

	private final Set<String> words = new HashSet<>();

	private final Set<String> stems = new HashSet<>();

	private final StringBuilder squeezed = new StringBuilder();

	SourceFacts(List<String> sources) {
		for (String source : sources) {
			add(Token.of(source));
			this.squeezed.append(FactReader.squeezed(source)).append(' ');
		}
	}

	private void add(List<Token> tokens) {
		for (Token token : tokens) {
			if (token.isWord()) {
				String folded = token.folded();
				this.words.add(folded);
				for (int cut = 1; cut <= ENDING && folded.length() - cut >= STEM; cut++) {
					this.stems.add(folded.substring(0, folded.length() - cut));
				}
			}
		}
		for (int i = 0; i < tokens.size(); i++) {
			Double number = tokens.get(i).isWord() ? FactWords.number(tokens.get(i).folded()) : null;
			if (number != null) {
				Token next = tokens.get(Math.min(i + 1, tokens.size() - 1));
				add(new Fact.Quantity(List.of(number), FactWords.unit(next.text()), 0, 0));
			}
		}
		for (Fact fact : FactReader.read(tokens)) {
			switch (fact) {
				case Fact.Quantity quantity -> add(quantity);
				case Fact.Date date -> add(date);
				case Fact.Time time -> this.minutes.addAll(time.minutes());
				case Fact.Code _, Fact.Name _ -> {
				}
			}
		}
	}

	private void add(Fact.Quantity quantity) {
		FactWords.Unit unit = quantity.unit();
		for (double value : quantity.values()) {
			put(value, (unit != null) ? unit.dimension() : "");
			if (unit != null) {
				put(value * unit.factor(), "=" + unit.dimension());
				if (unit.dimension().equals("hours") && value == Math.rint(value) && value <= 24) {
					this.minutes.add((int) value % 24 * 60);
				}
			}
		}
	}

	private void add(Fact.Date date) {
		for (Day day : date.readings()) {
			this.days.add(day);
			put(day.year(), DATE);
			put(day.day(), DATE);
		}
	}

	private void put(double value, String dimension) {
		this.numbers.computeIfAbsent(rounded(value), (key) -> new HashSet<>()).add(dimension);
	}

	private static double rounded(double value) {
		return Math.rint(value * 1e6) / 1e6;
	}

	/**
	 * Whether the sources hold it.
	 */
	boolean hold(Fact fact) {
		return switch (fact) {
			case Fact.Quantity quantity -> holds(quantity);
			case Fact.Code code -> this.squeezed.indexOf(code.squeezed()) >= 0;
			case Fact.Date date -> date.readings().stream().anyMatch(this::holds);
			case Fact.Time time -> time.minutes().stream().anyMatch(this::holds);
			case Fact.Name name -> name.words().stream().allMatch(this::knows);
		};
	}

	private boolean holds(Fact.Quantity quantity) {
		FactWords.Unit unit = quantity.unit();
		for (double value : quantity.values()) {
			boolean counts = unit == null && value == Math.rint(value) && value <= SMALL;
			Set<String> seen = this.numbers.getOrDefault(rounded(value), Set.of());
			Set<String> same = (unit == null) ? Set.of()
					: this.numbers.getOrDefault(rounded(value * unit.factor()), Set.of());
			boolean found = (unit == null) ? seen.stream().anyMatch((dimension) -> !dimension.startsWith("="))
					: seen.contains("") || seen.contains(unit.dimension()) || same.contains("=" + unit.dimension());
			boolean hour = unit != null && unit.dimension().equals("hours") && this.minutes.contains((int) value * 60);
			if (counts || found || hour) {
				return true;
			}
		}
		return false;
	}

	private boolean holds(Day day) {
		boolean known = this.days.stream()
			.anyMatch((other) -> other.month() == day.month()
					&& (day.day() == 0 || other.day() == day.day() || isNumber(day.day()))
					&& (day.year() == 0 || other.year() == 0 || other.year() == day.year()));
		return known && (day.year() == 0 || isNumber(day.year()));
	}

	private boolean isNumber(int value) {
		return !Collections.disjoint(this.numbers.getOrDefault((double) value, Set.of()), Set.of("", DATE));
	}

	/** "6:30" may be in the evening. */
	private boolean holds(int minute) {
		return this.minutes.contains(minute) || this.minutes.contains((minute + 720) % 1440);
	}

	/** "Müllers", "Germany" and "German": what comes behind is grammar. */
	private boolean knows(String name) {
		boolean known = this.words.contains(name) || this.stems.contains(name);
		for (int cut = 1; cut <= ENDING && name.length() - cut >= STEM && !known; cut++) {
			known = this.words.contains(name.substring(0, name.length() - cut));
		}
		return known;
	}

}
