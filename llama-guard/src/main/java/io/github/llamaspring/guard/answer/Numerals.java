package io.github.llamaspring.guard.answer;

import java.util.List;

/**
 * What a number that is written with separators may mean: "1.299" is 1299 in one country
 * and 1.299 in another.
 */
final class Numerals {

	private Numerals() {
	}

	/**
	 * All meanings; none where it is no number but a code ("1.2.3", "0815-4711").
	 */
	static List<Double> values(String written) {
		String text = written.replace(" ", "").replace("'", "").replace("’", "");
		boolean code = text.length() > 18 || text.indexOf(':') >= 0 || text.indexOf('/') >= 0 || text.indexOf('-') >= 0
				|| (text.length() > 1 && text.startsWith("0") && text.chars().allMatch(Character::isDigit));
		if (code) {
			return List.of();
		}
		int dot = text.lastIndexOf('.');
		int comma = text.lastIndexOf(',');
		if (dot < 0 && comma < 0) {
			return List.of(Double.parseDouble(text));
		}
		if (dot >= 0 && comma >= 0) {
			char decimal = (dot > comma) ? '.' : ',';
			char thousands = (dot > comma) ? ',' : '.';
			return mixed(text, decimal, thousands);
		}
		return single(text, (dot >= 0) ? '.' : ',');
	}

	private static List<Double> mixed(String text, char decimal, char thousands) {
		int at = text.indexOf(decimal);
		String whole = text.substring(0, at);
		boolean good = at == text.lastIndexOf(decimal) && isGrouped(whole, thousands);
		return good
				? List
					.of(Double.parseDouble(whole.replace(String.valueOf(thousands), "") + "." + text.substring(at + 1)))
				: List.of();
	}

	private static List<Double> single(String text, char separator) {
		String plain = text.replace(String.valueOf(separator), "");
		if (text.indexOf(separator) != text.lastIndexOf(separator)) {
			return isGrouped(text, separator) ? List.of(Double.parseDouble(plain)) : List.of();
		}
		double decimal = Double.parseDouble(text.replace(separator, '.'));
		boolean both = isGrouped(text, separator) && !text.startsWith("0");
		return both ? List.of(decimal, Double.parseDouble(plain)) : List.of(decimal);
	}

	/** "1.299.000": up to three digits, then threes. */
	private static boolean isGrouped(String text, char separator) {
		String[] groups = text.split(java.util.regex.Pattern.quote(String.valueOf(separator)), -1);
		for (int i = 0; i < groups.length; i++) {
			boolean fits = (i == 0) ? !groups[i].isEmpty() && groups[i].length() <= 3 : groups[i].length() == 3;
			if (!fits && groups.length > 1) {
				return false;
			}
		}
		return true;
	}

}
