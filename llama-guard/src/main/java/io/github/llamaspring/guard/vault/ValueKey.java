package io.github.llamaspring.guard.vault;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/**
 * What two writings of one value have in common: blanks, dashes and case don't tell one
 * IBAN from another.
 */
final class ValueKey {

	/** Each character counts. */
	private static final Set<String> EXACT = Set.of("API_KEY", "JWT", "PASSWORD");

	/** Written with or without signs between letters and digits. */
	private static final Set<String> CODES = Set.of("IBAN", "CREDIT_CARD", "DE_TAX_ID", "DE_ID_CARD",
			"DE_SOCIAL_SECURITY", "BR_CPF", "BR_CNPJ", "PT_NIF", "ES_DNI", "ES_NIE", "FR_NIR", "US_SSN");

	private ValueKey() {
	}

	static String of(String category, String value) {
		String form = EXACT.contains(category) ? value : plain(category, value);
		// Nothing left of it: then each character counts after all.
		return category + ' ' + (form.isEmpty() ? value : form);
	}

	private static String plain(String category, String value) {
		String folded = Normalizer.normalize(value, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
		if (category.equals("PHONE")) {
			return phone(folded);
		}
		StringBuilder out = new StringBuilder(folded.length());
		boolean code = CODES.contains(category);
		boolean blank = false;
		for (int i = 0; i < folded.length(); i++) {
			char c = folded.charAt(i);
			if (Character.getType(c) == Character.FORMAT || (code && !Character.isLetterOrDigit(c))) {
				continue;
			}
			if (Character.isWhitespace(c)) {
				blank = !out.isEmpty();
				continue;
			}
			if (blank) {
				out.append(' ');
				blank = false;
			}
			out.append(c);
		}
		return out.toString();
	}

	/** "+49 (0)30 …", "0049 30 …" and "+49-30-…" are one number. */
	private static String phone(String value) {
		StringBuilder out = new StringBuilder(value.length());
		String digits = value.replace("(0)", "");
		for (int i = 0; i < digits.length(); i++) {
			char c = digits.charAt(i);
			if (Character.isDigit(c) || (c == '+' && out.isEmpty())) {
				out.append(c);
			}
		}
		return out.toString().startsWith("00") ? "+" + out.substring(2) : out.toString();
	}

}
