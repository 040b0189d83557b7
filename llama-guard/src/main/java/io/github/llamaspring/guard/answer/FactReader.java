package io.github.llamaspring.guard.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.answer.Fact.Day;

/**
 * Reads numbers, dates and times of a text, in the ways of writing of five languages.
 */
final class FactReader {

	private static final Set<String> DATE_LINKS = Set.of("de", "of", "del", "do", "le");

	private final List<Token> tokens;

	private final List<Fact> facts = new ArrayList<>();

	/** The token behind the last fact. */
	private int next;

	private FactReader(List<Token> tokens) {
		this.tokens = tokens;
	}

	/**
	 * All of them, by position.
	 */
	static List<Fact> read(List<Token> tokens) {
		FactReader reader = new FactReader(tokens);
		int at = 0;
		while (at < tokens.size()) {
			reader.next = at + 1;
			Fact fact = reader.at(at);
			if (fact != null) {
				reader.facts.add(fact);
			}
			at = reader.next;
		}
		return reader.facts;
	}

	private @Nullable Fact at(int at) {
		Token token = this.tokens.get(at);
		return switch (token.kind()) {
			case CODE -> code(at);
			case NUMBER -> isMarker(at) ? null : number(at);
			case WORD -> (FactWords.month(token) > 0) ? monthFirst(at, FactWords.month(token)) : null;
			case SIGN -> null;
		};
	}

	private @Nullable Token token(int at) {
		return (at >= 0 && at < this.tokens.size()) ? this.tokens.get(at) : null;
	}

	private boolean isSign(int at, String sign) {
		Token token = token(at);
		return token != null && token.is(sign);
	}

	/** "1." or "2)" at the start of a line, "[3]". */
	private boolean isMarker(int at) {
		boolean first = at == 0 || isSign(at - 1, "\n");
		return (first && (isSign(at + 1, ".") || isSign(at + 1, ")")) && adjoins(at, at + 1))
				|| (isSign(at - 1, "[") && isSign(at + 1, "]"));
	}

	private boolean adjoins(int at, int next) {
		return this.tokens.get(at).end() == this.tokens.get(next).start();
	}

	private Fact code(int at) {
		Token token = this.tokens.get(at);
		return new Fact.Code(squeezed(token.text()), token.start(), token.end());
	}

	static String squeezed(String text) {
		StringBuilder out = new StringBuilder();
		text.toLowerCase(Locale.ROOT).codePoints().filter(Character::isLetterOrDigit).forEach(out::appendCodePoint);
		return out.toString();
	}

	private Fact number(int at) {
		String text = this.tokens.get(at).text();
		Fact time = time(at, text);
		if (time != null) {
			return time;
		}
		Fact date = dayFirst(at, text);
		if (date == null) {
			date = written(at, text);
		}
		return (date != null) ? date : quantity(at, text);
	}

	// times

	private @Nullable Fact time(int at, String text) {
		Token after = token(at + 1);
		String word = (after != null && after.isWord()) ? after.folded() : "";
		String[] parts = text.split("[:.]");
		boolean clock = word.equals("uhr") || word.equals("am") || word.equals("pm");
		if (parts.length > 2 || !(text.contains(":") || clock) || !isSmall(parts[0], 24)) {
			return null;
		}
		if (parts.length == 2 && (parts[1].length() != 2 || !isSmall(parts[1], 59))) {
			return null;
		}
		int hour = Integer.parseInt(parts[0]);
		int minute = (parts.length == 2) ? Integer.parseInt(parts[1]) : 0;
		List<Integer> minutes = new ArrayList<>();
		boolean half = word.equals("am") || word.equals("pm");
		if (half) {
			minutes.add((hour % 12 + (word.equals("pm") ? 12 : 0)) * 60 + minute);
		}
		else {
			minutes.add(hour % 24 * 60 + minute);
		}
		this.next = clock ? at + 2 : at + 1;
		return new Fact.Time(minutes, this.tokens.get(at).start(), this.tokens.get(this.next - 1).end());
	}

	private static boolean isSmall(String digits, int most) {
		return !digits.isEmpty() && digits.length() <= 2 && digits.chars().allMatch(Character::isDigit)
				&& Integer.parseInt(digits) <= most;
	}

	// dates

	/** "5. März 2024", "5 de marzo de 2024", "1er mars". */
	private @Nullable Fact dayFirst(int at, String text) {
		if (!isSmall(text, 31) || text.equals("0")) {
			return null;
		}
		int i = at + 1;
		Token ordinal = token(i);
		if (ordinal != null && (ordinal.is(".") || ordinal.is("º") || ordinal.is("°")
				|| (ordinal.isWord() && adjoins(i - 1, i) && FactWords.SUFFIXES.contains(ordinal.folded())))) {
			i++;
		}
		i = skipLink(i);
		Token name = token(i);
		int month = (name != null) ? FactWords.month(name) : 0;
		return (month > 0) ? date(at, i, month, Integer.parseInt(text)) : null;
	}

	/** "March 5, 2024", "March 2024". */
	private @Nullable Fact monthFirst(int at, int month) {
		Token day = token(at + 1);
		if (day == null || !day.isNumber()) {
			return isYear(skipLink(at + 1)) ? date(at, at, month, 0) : null;
		}
		if (!isSmall(day.text(), 31)) {
			return isYear(at + 1) ? date(at, at, month, 0) : null;
		}
		int last = at + 1;
		Token ordinal = token(last + 1);
		if (ordinal != null && ordinal.isWord() && adjoins(last, last + 1)
				&& FactWords.SUFFIXES.contains(ordinal.folded())) {
			last++;
		}
		return date(at, last, month, Integer.parseInt(day.text()));
	}

	private Fact date(int from, int last, int month, int day) {
		int i = isSign(last + 1, ",") || isSign(last + 1, ".") ? last + 2 : skipLink(last + 1);
		boolean dated = isYear(i);
		int year = dated ? Integer.parseInt(this.tokens.get(i).text()) : 0;
		int end = dated ? i : last;
		this.next = end + 1;
		return new Fact.Date(List.of(new Day(year, month, day)), this.tokens.get(from).start(),
				this.tokens.get(end).end());
	}

	private int skipLink(int at) {
		Token link = token(at);
		return (link != null && link.isWord() && DATE_LINKS.contains(link.folded())) ? at + 1 : at;
	}

	private boolean isYear(int at) {
		Token year = token(at);
		return year != null && year.isNumber() && year.text().matches("[12][0-9]{3}");
	}

	/** "05.03.2024", "5/3/24", "2024-03-05", "5.3.". */
	private @Nullable Fact written(int at, String text) {
		String[] parts = text.split("[./-]");
		boolean dotted = parts.length == 2 && text.contains(".") && isSign(at + 1, ".") && adjoins(at, at + 1);
		if (parts.length != 3 && !dotted) {
			return null;
		}
		List<Day> readings = new ArrayList<>();
		if (parts[0].length() == 4 && parts.length == 3 && isSmall(parts[1], 12) && isSmall(parts[2], 31)) {
			readings.add(new Day(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2])));
		}
		else if (isSmall(parts[0], 31) && isSmall(parts[1], 31)) {
			int first = Integer.parseInt(parts[0]);
			int second = Integer.parseInt(parts[1]);
			int year = (parts.length == 3) ? year(parts[2]) : 0;
			readings.add(new Day(year, second, first));
			if (text.indexOf('.') < 0) {
				readings.add(new Day(year, first, second));
			}
		}
		readings.removeIf((day) -> !day.isPossible() || day.day() == 0);
		if (readings.isEmpty()) {
			return null;
		}
		this.next = dotted ? at + 2 : at + 1;
		return new Fact.Date(readings, this.tokens.get(at).start(), this.tokens.get(at).end());
	}

	/** A number that is no year makes the date impossible. */
	private static int year(String digits) {
		if (!digits.matches("[0-9]{2}|[0-9]{4}")) {
			return 1;
		}
		int year = Integer.parseInt(digits);
		return (digits.length() == 4) ? year : (year < 70) ? 2000 + year : 1900 + year;
	}

	// numbers

	private Fact quantity(int at, String text) {
		Token token = this.tokens.get(at);
		List<Double> values = Numerals.values(text);
		if (values.isEmpty()) {
			return new Fact.Code(squeezed(text), token.start(), token.end());
		}
		int last = at;
		Token after = token(last + 1);
		while (after != null && after.isWord() && FactWords.scale(after.folded()) > 1) {
			double factor = FactWords.scale(after.folded());
			values = values.stream().map((value) -> value * factor).toList();
			after = token(++last + 1);
		}
		FactWords.Unit unit = currencyBefore(at);
		int start = (unit != null) ? this.tokens.get(at - 1).start() : token.start();
		if (unit == null) {
			int place = (after != null && after.is("-") && adjoins(last, last + 1)) ? last + 2 : skipOf(last + 1);
			Token name = token(place);
			unit = (name != null) ? unit(name, place) : null;
			last = (unit != null) ? place : last;
		}
		this.next = last + 1;
		return new Fact.Quantity(values, unit, start, this.tokens.get(last).end());
	}

	/** "mil milhões de euros". */
	private int skipOf(int at) {
		Token of = token(at);
		return (of != null && of.isWord() && of.folded().equals("de")) ? at + 1 : at;
	}

	private FactWords.@Nullable Unit unit(Token name, int at) {
		if (name.isWord() && (name.folded().equals("por") || name.folded().equals("pour"))) {
			Token hundred = token(at + 1);
			boolean percent = hundred != null && (hundred.folded().equals("cento") || hundred.folded().equals("ciento")
					|| hundred.folded().equals("cent"));
			return percent ? FactWords.unit("%") : null;
		}
		if (name.kind() == Token.Kind.NUMBER || name.kind() == Token.Kind.CODE) {
			return null;
		}
		if (name.is("R") && isSign(at + 1, "$")) {
			return FactWords.unit("r$");
		}
		return FactWords.unit(name.text());
	}

	private FactWords.@Nullable Unit currencyBefore(int at) {
		Token before = token(at - 1);
		if (before == null || before.isNumber() || before.is("%")) {
			return null;
		}
		if (before.is("$") && isSign(at - 2, "R")) {
			return FactWords.unit("r$");
		}
		boolean iso = before.isWord() && before.text().matches("EUR|USD|GBP|BRL|CHF");
		return (iso || "€$£".contains(before.text())) ? FactWords.unit(before.text()) : null;
	}

}
