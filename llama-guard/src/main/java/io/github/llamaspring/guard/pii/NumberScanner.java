package io.github.llamaspring.guard.pii;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.text.Deadline;

/**
 * Finds numbers that identify: looks at each digit run with its separators once, and
 * decides by length, grouping, check digits and the words before.
 */
final class NumberScanner {

	/**
	 * Digits with at most two separators between, and perhaps an extension; bounded, so
	 * matching stays linear.
	 */
	private static final Pattern RUN = Pattern.compile("(?<![\\p{L}\\p{N}_])[+(]{0,2}\\d(?:[ ().\\-/]{0,3}\\d){5,26}+"
			+ "(?:(?:[xX]| ?[eE]xt\\.? ?)\\d{1,6})?+(?![\\p{L}\\p{N}_])");

	private static final int LEAST_DIGITS = 6;

	private static final Pattern DATE = Pattern
		.compile("(?:\\d{1,2}[./-]\\d{1,2}[./-]\\d{2,4}|\\d{4}[./-]\\d{1,2}[./-]\\d{1,2})" + "(?:\\s\\d{1,2}.*+)?+");

	private static final Pattern DECIMALS = Pattern.compile("\\d{1,3}(?:\\.\\d{3})+|\\d+\\.\\d+");

	private static final Pattern CNPJ_FORM = Pattern.compile("\\d{2}\\.\\d{3}\\.\\d{3}/\\d{4}-\\d{2}");

	private static final Pattern SSN_FORM = Pattern.compile("\\d{3}-\\d{2}-\\d{4}");

	private static final Pattern CPF_FORM = Pattern.compile("\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}");

	private static final Pattern TAX_FORM = Pattern.compile("\\d{2} \\d{3} \\d{3} \\d{3}");

	private static final Pattern CARD_FORM = Pattern.compile("\\d[\\d -]*\\d");

	private final PhoneNumbers phones = new PhoneNumbers();

	void scan(String text, List<Found> out, Deadline deadline) {
		Matcher matcher = null;
		int from = 0;
		while (from < text.length()) {
			deadline.step();
			// A search would look behind itself at every character.
			if (!mayStart(text.charAt(from)) || !mayRun(text, from)) {
				from++;
				continue;
			}
			matcher = (matcher != null) ? matcher : RUN.matcher(text).useTransparentBounds(true);
			if (!matcher.region(from, text.length()).lookingAt()) {
				from++;
				continue;
			}
			deadline.check();
			Found found = classify(text, matcher.start(), matcher.end());
			if (found != null) {
				out.add(found);
				from = Math.max(found.end(), matcher.start() + 1);
			}
			else {
				from = splitAfter(text, matcher.start(), matcher.end(), out);
			}
		}
	}

	private static boolean mayStart(char c) {
		return (c >= '0' && c <= '9') || c == '+' || c == '(';
	}

	/** Whether {@value #LEAST_DIGITS} digits follow as in {@link #RUN}. */
	private static boolean mayRun(String text, int from) {
		if (from > 0 && isWord(text.charAt(from - 1))) {
			return false;
		}
		int at = from;
		while (at < text.length() && at - from < 2 && (text.charAt(at) == '+' || text.charAt(at) == '(')) {
			at++;
		}
		int digits = 0;
		int between = 0;
		while (at < text.length() && digits < LEAST_DIGITS) {
			char c = text.charAt(at++);
			if (c >= '0' && c <= '9') {
				digits++;
				between = 0;
			}
			else if (digits == 0 || ++between > 3 || " ().-/".indexOf(c) < 0) {
				return false;
			}
		}
		return digits == LEAST_DIGITS;
	}

	private static boolean isWord(char c) {
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
	}

	/**
	 * A run may hold two numbers ("4111 1111 1111 1111 12/27"): its parts up to a blank
	 * are tried, longest first.
	 */
	private int splitAfter(String text, int start, int end, List<Found> out) {
		int tries = 0;
		for (int cut = end - 1; cut > start + 5 && tries < 8; cut--) {
			char c = text.charAt(cut);
			if (c == ' ' && Character.isDigit(text.charAt(cut - 1))) {
				tries++;
				Found found = classify(text, start, cut);
				if (found != null) {
					out.add(found);
					return found.end();
				}
			}
		}
		for (int i = start + 1; i < end; i++) {
			if (text.charAt(i - 1) == ' ' && text.charAt(i) != ' ') {
				return i;
			}
		}
		return end;
	}

	private @Nullable Found classify(String text, int start, int end) {
		if (!hasLength(text, start, end)) {
			return null;
		}
		String shown = text.substring(start, end);
		if (shown.charAt(0) == '(' && shown.indexOf(')') < 0) {
			// The bracket is the sentence's.
			return (start + 1 < end) ? classify(text, start + 1, end) : null;
		}
		int extension = PhoneNumbers.extension(shown);
		if (extension >= 0) {
			return extended(text, start, start + extension, end);
		}
		String digits = digits(shown);
		if (isDate(shown) || isAmount(text, shown, start, end)) {
			return null;
		}
		String kind = byCheckDigits(text, shown, digits, start);
		if (kind != null) {
			return new Found(kind, 0.99, start, end);
		}
		// With wrong check digits it is a mistyped one.
		boolean phone = !CPF_FORM.matcher(shown).matches() && this.phones.isPhone(text, shown, digits, start);
		return phone ? new Found("PHONE", 0.9, start, end) : null;
	}

	/** Whether it has as many digits as something that is looked for, or an extension. */
	private static boolean hasLength(String text, int start, int end) {
		int digits = 0;
		for (int i = start; i < end; i++) {
			if (Character.isLetter(text.charAt(i))) {
				return true;
			}
			digits += (text.charAt(i) >= '0' && text.charAt(i) <= '9') ? 1 : 0;
		}
		return digits >= 7 && digits <= 19;
	}

	/** Only phones have extensions; "ext" behind another number is a word. */
	private @Nullable Found extended(String text, int start, int number, int end) {
		String shown = text.substring(start, number);
		if (this.phones.isExtended(shown) || this.phones.isPhone(text, shown, digits(shown), start)) {
			return new Found("PHONE", 0.9, start, end);
		}
		return (text.charAt(number) == ' ') ? classify(text, start, number) : null;
	}

	private static boolean isDate(String shown) {
		boolean parted = shown.indexOf('.') > 0 || shown.indexOf('-') > 0 || shown.indexOf('/') > 0;
		return parted && DATE.matcher(shown).matches();
	}

	private static boolean isAmount(String text, String shown, int start, int end) {
		if (end + 1 < text.length() && text.charAt(end) == ',' && Character.isDigit(text.charAt(end + 1))) {
			return true;
		}
		boolean decimalBefore = start > 1 && ",.".indexOf(text.charAt(start - 1)) >= 0
				&& Character.isDigit(text.charAt(start - 2));
		return decimalBefore || (shown.indexOf('.') > 0 && DECIMALS.matcher(shown).matches());
	}

	private static @Nullable String byCheckDigits(String text, String shown, String digits, int start) {
		return switch (digits.length()) {
			case 9 -> nine(text, shown, digits, start);
			case 11 -> eleven(text, shown, digits, start);
			case 14 -> {
				boolean formed = CNPJ_FORM.matcher(shown).matches();
				boolean named = formed || ContextWords.precede(ContextWords.CNPJ, text, start);
				yield (named && CheckDigits.cnpj(digits)) ? "BR_CNPJ" : card(shown, digits);
			}
			case 15 -> isNir(shown, digits) ? "FR_NIR" : card(shown, digits);
			case 16, 17, 18, 19 -> card(shown, digits);
			default -> null;
		};
	}

	private static @Nullable String nine(String text, String shown, String digits, int start) {
		boolean dashed = SSN_FORM.matcher(shown).matches();
		if (CheckDigits.usSocialSecurity(digits) && (dashed || ContextWords.precede(ContextWords.SSN, text, start))) {
			return "US_SSN";
		}
		boolean nif = CheckDigits.portugueseNif(digits) && ContextWords.precede(ContextWords.NIF, text, start);
		return nif ? "PT_NIF" : null;
	}

	private static @Nullable String eleven(String text, String shown, String digits, int start) {
		boolean cpfForm = CPF_FORM.matcher(shown).matches();
		if (CheckDigits.cpf(digits) && (cpfForm || ContextWords.precede(ContextWords.CPF, text, start))) {
			return "BR_CPF";
		}
		boolean taxForm = TAX_FORM.matcher(shown).matches();
		// Ten different digits and the right eleventh: one of 28,000 numbers.
		boolean rare = shown.length() == 11 && CheckDigits.tenDiffer(digits);
		if (CheckDigits.germanTaxId(digits)
				&& (taxForm || rare || ContextWords.precede(ContextWords.TAX_DE, text, start))) {
			return "DE_TAX_ID";
		}
		return null;
	}

	private static boolean isNir(String shown, String digits) {
		int month = Integer.parseInt(digits.substring(3, 5));
		boolean monthFits = (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50;
		return shown.indexOf('-') < 0 && "12".indexOf(digits.charAt(0)) >= 0 && monthFits
				&& CheckDigits.frenchNir(digits);
	}

	/**
	 * Issuer ranges and lengths of cards in use; others are tracking or order numbers.
	 */
	private static @Nullable String card(String shown, String digits) {
		if (!CARD_FORM.matcher(shown).matches() || !CheckDigits.luhn(digits)) {
			return null;
		}
		int n = digits.length();
		int two = Integer.parseInt(digits.substring(0, 2));
		int four = Integer.parseInt(digits.substring(0, 4));
		boolean visa = digits.charAt(0) == '4' && (n == 16 || n == 19);
		boolean master = n == 16 && ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720));
		boolean amex = n == 15 && (two == 34 || two == 37);
		boolean diners = (n == 14 || n == 16)
				&& (two == 36 || two == 38 || two == 39 || (four >= 3000 && four <= 3059));
		boolean others = n >= 16 && (four == 6011 || two == 65 || (four >= 6440 && four <= 6499) || two == 62
				|| (four >= 3528 && four <= 3589) || four == 5018 || four == 5020 || four == 5038 || four == 6304
				|| four == 6759 || (four >= 6761 && four <= 6763));
		boolean jcbOld = n == 15 && (four == 2131 || four == 1800);
		return (visa || master || amex || diners || others || jcbOld) ? "CREDIT_CARD" : null;
	}

	static String digits(String shown) {
		StringBuilder out = new StringBuilder(shown.length());
		for (int i = 0; i < shown.length(); i++) {
			if (shown.charAt(i) >= '0' && shown.charAt(i) <= '9') {
				out.append(shown.charAt(i));
			}
		}
		return out.toString();
	}

}
