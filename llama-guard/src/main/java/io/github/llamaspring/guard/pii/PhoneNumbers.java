package io.github.llamaspring.guard.pii;

import java.util.List;
import java.util.regex.Pattern;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;

/**
 * Tells phone numbers from other numbers: a country code that fits, or a national form
 * that is valid and looks like a phone number, or a valid number with a word before that
 * announces one.
 */
final class PhoneNumbers {

	private static final List<String> TRUNK_ZERO = List.of("DE", "FR", "AT", "CH", "GB");

	private static final List<String> NATIONAL = List.of("DE", "FR", "AT", "CH", "GB", "BR", "PT", "ES", "US");

	private static final Pattern GROUPED_TRUNK = Pattern
		.compile("\\(?0\\d{1,4}\\)?[ /.-]{1,3}\\d{2,}.*|0\\d(?:[ .]\\d{2}){4}|01[5-7]\\d[ /-]?\\d{7,8}|0[67]\\d{8}");

	private static final Pattern US_FORM = Pattern
		.compile("(?:1[ .-])?(?:\\(\\d{3}\\)|\\d{3}[ .-])[ .-]{0,2}\\d{3}[ .-]\\d{4}");

	/** An area code in brackets says enough. */
	private static final Pattern US_BRACKETS = Pattern.compile("\\(\\d{3}\\) ?\\d{3}-\\d{4}");

	/** What an extension may follow: also numbers that were never assigned. */
	private static final Pattern BEFORE_EXTENSION = Pattern
		.compile("(?:(?:\\+|00)?\\d{1,3}[ .-])?\\(?\\d{3}\\)?[ .-]{0,2}\\d{3}[ .-]?\\d{4}");

	/** Brazilian, and not much else. */
	private static final Pattern POSTAL_CODE = Pattern.compile("\\d{5}-\\d{3}");

	private static final Pattern LABELLED = Pattern.compile(
			"[ -]{1,2}(?:" + String.join("|", ContextWords.PHONE_LABELS) + ")(?![\\p{L}\\p{N}])",
			Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

	private static final Pattern BR_FORM = Pattern
		.compile("\\(\\d{2}\\) ?9?[ .-]?\\d{4}[ .-]?\\d{4}|\\d{2} 9\\d{4}-\\d{4}");

	private static final Pattern IBERIAN_FORM = Pattern
		.compile("9[1236]\\d \\d{3} \\d{3}|2\\d{2} \\d{3} \\d{3}|[67]\\d{2} \\d{3} \\d{3}"
				+ "|[6-9]\\d{2} \\d{2} \\d{2} \\d{2}|[89]\\d \\d{3} \\d{2} \\d{2}");

	private final PhoneNumberUtil util = PhoneNumberUtil.getInstance();

	boolean isPhone(String text, String shown, String digits, int start) {
		if (digits.length() < 7 || digits.length() > 15) {
			return false;
		}
		if (shown.startsWith("+") || shown.startsWith("(+")) {
			return isInternational("+" + digits) || isInternational("+" + withoutTrunkZero(shown))
					|| isAnnounced(text, shown, start);
		}
		if (digits.startsWith("00") && digits.length() >= 11) {
			return isInternational("+" + digits.substring(2));
		}
		if (isGrouped(shown) && isLabelled(text, start + shown.length())) {
			return true;
		}
		if (digits.length() == 8 && POSTAL_CODE.matcher(shown).matches()) {
			return isAnnounced(text, shown, start);
		}
		if (digits.startsWith("0") && GROUPED_TRUNK.matcher(shown).matches() && isValid(digits, TRUNK_ZERO)) {
			return true;
		}
		if ((digits.length() == 10 || digits.length() == 11) && isAmerican(shown, digits)) {
			return true;
		}
		if (digits.length() == 9 && IBERIAN_FORM.matcher(shown).matches() && isValid(digits, List.of("PT", "ES"))) {
			return true;
		}
		return (ContextWords.precede(ContextWords.PHONE, text, start) && isValid(digits, NATIONAL))
				|| isAnnounced(text, shown, start);
	}

	private boolean isAmerican(String shown, String digits) {
		if (US_BRACKETS.matcher(shown).matches()
				|| (US_FORM.matcher(shown).matches() && isValid(digits, List.of("US")))) {
			return true;
		}
		// Also the eight digits of Brazilian mobiles from before 2016, which are no
		// longer
		// valid.
		return BR_FORM.matcher(shown).matches();
	}

	/**
	 * A grouped number right behind "phone", whether or not such a number was ever
	 * assigned.
	 */
	private static boolean isAnnounced(String text, String shown, int start) {
		if (!isGrouped(shown) || NumberScanner.digits(shown).length() < 7) {
			return false;
		}
		String before = text.substring(Math.max(0, start - 24), start);
		return ContextWords.precede(ContextWords.PHONE, before, before.length());
	}

	private static boolean isGrouped(String shown) {
		return shown.indexOf(' ') > 0 || shown.indexOf('-') > 0 || shown.indexOf('/') > 0;
	}

	/** "030 123456 office", as signatures have it. */
	private static boolean isLabelled(String text, int end) {
		boolean parted = end < text.length() && (text.charAt(end) == ' ' || text.charAt(end) == '-');
		return parted && LABELLED.matcher(text).region(end, text.length()).useTransparentBounds(true).lookingAt();
	}

	/**
	 * Where an extension begins ("x123", "ext. 123"); -1 without one.
	 */
	static int extension(String shown) {
		for (int i = 0; i < shown.length(); i++) {
			if (Character.isLetter(shown.charAt(i))) {
				return (shown.charAt(i - 1) == ' ') ? i - 1 : i;
			}
		}
		return -1;
	}

	/**
	 * Whether a number with an extension is a phone.
	 */
	boolean isExtended(String shown) {
		return BEFORE_EXTENSION.matcher(shown).matches();
	}

	/** "+49 (0)30 …" */
	private static String withoutTrunkZero(String shown) {
		return NumberScanner.digits(shown.replace("(0)", ""));
	}

	private boolean isInternational(String number) {
		return isValid(number, List.of("ZZ"));
	}

	private boolean isValid(String number, List<String> regions) {
		for (String region : regions) {
			try {
				PhoneNumber parsed = this.util.parse(number, region);
				if (region.equals("ZZ") ? this.util.isPossibleNumber(parsed) && this.util.isValidNumber(parsed)
						: this.util.isValidNumberForRegion(parsed, region)) {
					return true;
				}
			}
			catch (NumberParseException ex) {
				// Not a number of this region; the next one is asked.
			}
		}
		return false;
	}

}
