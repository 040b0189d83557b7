package io.github.llamaspring.guard.pii;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.text.Deadline;

/**
 * Finds identifiers that mix letters and digits: IBANs, identity cards, addresses of
 * computers. All patterns are anchored and bounded.
 */
final class CodeScanner {

	private static final String LEFT = "(?<![\\p{L}\\p{N}])";

	private static final String RIGHT = "(?![\\p{L}\\p{N}])";

	private static final Pattern IBAN_START = Pattern.compile(LEFT + "[A-Za-z]{2}\\d{2}(?=[ -]?[A-Za-z0-9])");

	private static final Pattern SPANISH = Pattern
		.compile(LEFT + "(?:\\d{8}|\\d{2}\\.\\d{3}\\.\\d{3}|[XYZxyz][ -]?\\d{7})[ -]?[A-Za-z]" + RIGHT);

	private static final Pattern PENSION_DE = Pattern
		.compile(LEFT + "\\d{2}[ ]?\\d{6}[ ]?[A-Za-z][ ]?\\d{2}[ ]?\\d" + RIGHT);

	private static final Pattern ID_DE = Pattern
		.compile(LEFT + "[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}\\d?" + RIGHT);

	/**
	 * Letters between the digits, as few serial numbers of other things have them.
	 */
	private static final Pattern ID_DE_MIXED = Pattern.compile("[A-Z]{1,4}\\d+[A-Z]{1,3}\\d[A-Z0-9]*\\d");

	private static final Pattern NIF_VAT = Pattern.compile(LEFT + "PT ?\\d{9}" + RIGHT);

	private static final Pattern CNPJ_LETTERS = Pattern
		.compile(LEFT + "[A-Z0-9]{2}\\.?[A-Z0-9]{3}\\.?[A-Z0-9]{3}/?[A-Z0-9]{4}-?\\d{2}" + RIGHT);

	private static final Pattern NIR_CORSICA = Pattern
		.compile(LEFT + "[12] ?\\d{2} ?\\d{2} ?2[ABab] ?\\d{3} ?\\d{3} ?/? ?\\d{2}" + RIGHT);

	private static final Pattern IPV4 = Pattern
		.compile("(?<![\\p{L}\\p{N}.])(?:\\d{1,3}\\.){3}\\d{1,3}(?![\\p{L}\\p{N}]|\\.\\d)");

	private static final Pattern IPV6 = Pattern.compile(
			"(?<![\\p{L}\\p{N}:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,8}+(?:(?:\\.\\d{1,3}){3})?+(?![\\p{L}\\p{N}:])");

	/** Global, unique local, link-local and multicast addresses. */
	private static final Pattern IPV6_HEAD = Pattern
		.compile("(?:[23]\\p{XDigit}{3}|[fF][cCdDfF]\\p{XDigit}{2}|[fF][eE][89abAB]\\p{XDigit}):");

	private static final int REACH = 24;

	private static final Map<String, Integer> IBAN_LENGTHS = Map.ofEntries(Map.entry("AD", 24), Map.entry("AE", 23),
			Map.entry("AL", 28), Map.entry("AT", 20), Map.entry("AZ", 28), Map.entry("BA", 20), Map.entry("BE", 16),
			Map.entry("BG", 22), Map.entry("BH", 22), Map.entry("BR", 29), Map.entry("BY", 28), Map.entry("CH", 21),
			Map.entry("CR", 22), Map.entry("CY", 28), Map.entry("CZ", 24), Map.entry("DE", 22), Map.entry("DK", 18),
			Map.entry("DO", 28), Map.entry("EE", 20), Map.entry("EG", 29), Map.entry("ES", 24), Map.entry("FI", 18),
			Map.entry("FO", 18), Map.entry("FR", 27), Map.entry("GB", 22), Map.entry("GE", 22), Map.entry("GI", 23),
			Map.entry("GL", 18), Map.entry("GR", 27), Map.entry("GT", 28), Map.entry("HR", 21), Map.entry("HU", 28),
			Map.entry("IE", 22), Map.entry("IL", 23), Map.entry("IQ", 23), Map.entry("IS", 26), Map.entry("IT", 27),
			Map.entry("JO", 30), Map.entry("KW", 30), Map.entry("KZ", 20), Map.entry("LB", 28), Map.entry("LC", 32),
			Map.entry("LI", 21), Map.entry("LT", 20), Map.entry("LU", 20), Map.entry("LV", 21), Map.entry("LY", 25),
			Map.entry("MC", 27), Map.entry("MD", 24), Map.entry("ME", 22), Map.entry("MK", 19), Map.entry("MR", 27),
			Map.entry("MT", 31), Map.entry("MU", 30), Map.entry("NL", 18), Map.entry("NO", 15), Map.entry("PK", 24),
			Map.entry("PL", 28), Map.entry("PS", 29), Map.entry("PT", 25), Map.entry("QA", 29), Map.entry("RO", 24),
			Map.entry("RS", 22), Map.entry("SA", 24), Map.entry("SC", 31), Map.entry("SD", 18), Map.entry("SE", 24),
			Map.entry("SI", 19), Map.entry("SK", 24), Map.entry("SM", 27), Map.entry("ST", 25), Map.entry("SV", 28),
			Map.entry("TL", 23), Map.entry("TN", 24), Map.entry("TR", 26), Map.entry("UA", 29), Map.entry("VA", 22),
			Map.entry("VG", 24), Map.entry("XK", 20));

	/** Patterns of words with digits near, each with what it takes to try it. */
	private static final List<Form> FORMS = List.of(new Form(SPANISH, CodeScanner::maySpanish, CodeScanner::spanish),
			new Form(PENSION_DE, CodeScanner::mayPension, CodeScanner::pension),
			new Form(ID_DE, CodeScanner::mayId, CodeScanner::id),
			new Form(NIF_VAT, CodeScanner::mayNif, CodeScanner::nif),
			new Form(CNPJ_LETTERS, CodeScanner::mayCnpj, CodeScanner::cnpj),
			new Form(NIR_CORSICA, CodeScanner::mayNir, CodeScanner::nir),
			new Form(IPV4, CodeScanner::mayIpv4, CodeScanner::ipv4));

	void scan(String text, List<Found> out, Deadline deadline) {
		ibans(text, out, deadline);
		eachWord(text, out, deadline);
		ipv6(text, out, deadline);
	}

	private static boolean maySpanish(String text, int at) {
		if ("XYZxyz".indexOf(text.charAt(at)) >= 0) {
			return isDigit(text, at + 1) || isDigit(text, at + 2);
		}
		return isDigit(text, at) && isDigit(text, at + 1)
				&& (isDigit(text, at + 2) ? isDigit(text, at + 3) : is(text, at + 2, '.'));
	}

	private static void spanish(String text, int start, int end, List<Found> out) {
		String id = squeeze(text, start, end);
		if (CheckDigits.spanishId(id)) {
			out.add(new Found(Character.isDigit(id.charAt(0)) ? "ES_DNI" : "ES_NIE", 0.95, start, end));
		}
	}

	private static boolean mayPension(String text, int at) {
		int next = is(text, at + 2, ' ') ? at + 3 : at + 2;
		return isDigit(text, at) && isDigit(text, at + 1) && isDigit(text, next) && isDigit(text, next + 1)
				&& isDigit(text, next + 2);
	}

	private static void pension(String text, int start, int end, List<Found> out) {
		if (CheckDigits.germanPensionNumber(squeeze(text, start, end))) {
			out.add(new Found("DE_SOCIAL_SECURITY", 0.97, start, end));
		}
	}

	private static boolean mayId(String text, int at) {
		return isCapital(text, at) && isCapitalOrDigit(text, at + 1) && isCapitalOrDigit(text, at + 2)
				&& isCapitalOrDigit(text, at + 3);
	}

	private static void id(String text, int start, int end, List<Found> out) {
		String id = text.substring(start, end);
		boolean checked = CheckDigits.documentNumber(id);
		boolean hasDigit = id.chars().anyMatch(Character::isDigit);
		boolean named = (checked || id.length() == 9) && hasDigit
				&& ContextWords.precede(ContextWords.ID_DE, text, start);
		if (named || (checked && ID_DE_MIXED.matcher(id).matches())) {
			out.add(new Found("DE_ID_CARD", 0.9, start, end));
		}
	}

	private static boolean mayNif(String text, int at) {
		return is(text, at, 'P') && is(text, at + 1, 'T')
				&& (isDigit(text, at + 2) || (is(text, at + 2, ' ') && isDigit(text, at + 3)));
	}

	private static void nif(String text, int start, int end, List<Found> out) {
		if (CheckDigits.portugueseNif(text.substring(end - 9, end))
				&& ContextWords.precede(ContextWords.NIF, text, start)) {
			out.add(new Found("PT_NIF", 0.97, start, end));
		}
	}

	private static boolean mayCnpj(String text, int at) {
		int next = is(text, at + 2, '.') ? at + 3 : at + 2;
		return isCapitalOrDigit(text, at) && isCapitalOrDigit(text, at + 1) && isCapitalOrDigit(text, next)
				&& isCapitalOrDigit(text, next + 1) && isCapitalOrDigit(text, next + 2);
	}

	private static void cnpj(String text, int start, int end, List<Found> out) {
		String id = squeeze(text, start, end);
		boolean formed = end - start == 18;
		if (id.chars().anyMatch(Character::isLetter) && CheckDigits.cnpj(id)
				&& (formed || ContextWords.precede(ContextWords.CNPJ, text, start))) {
			out.add(new Found("BR_CNPJ", 0.97, start, end));
		}
	}

	private static boolean mayNir(String text, int at) {
		int next = is(text, at + 1, ' ') ? at + 2 : at + 1;
		return (is(text, at, '1') || is(text, at, '2')) && isDigit(text, next) && isDigit(text, next + 1);
	}

	private static void nir(String text, int start, int end, List<Found> out) {
		if (CheckDigits.frenchNir(squeeze(text, start, end))) {
			out.add(new Found("FR_NIR", 0.97, start, end));
		}
	}

	private static boolean mayIpv4(String text, int at) {
		int dot = at;
		while (dot - at < 3 && isDigit(text, dot)) {
			dot++;
		}
		return dot > at && is(text, dot, '.') && isDigit(text, dot + 1);
	}

	private static void ipv4(String text, int start, int end, List<Found> out) {
		if (isIpv4(text.substring(start, end)) && !isVersion(text, start, end)) {
			out.add(new Found("IP_ADDRESS", 0.9, start, end));
		}
	}

	private static void ipv6(String text, List<Found> out, Deadline deadline) {
		Matcher matcher = null;
		int colon = text.indexOf(':');
		int from = 0;
		while (colon >= 0) {
			deadline.step(8);
			// The first colon of an address has at most four digits before it.
			int start = colon;
			while (start > from && colon - start < 4 && isHex(text.charAt(start - 1))) {
				start--;
			}
			int next = text.indexOf(':', colon + 1);
			if (next >= 0 && next - colon <= 5) {
				matcher = (matcher != null) ? matcher : IPV6.matcher(text).useTransparentBounds(true);
				for (int i = start; i <= colon; i++) {
					if (matcher.region(i, text.length()).lookingAt()) {
						if (isIpv6(text.substring(matcher.start(), matcher.end()))) {
							out.add(new Found("IP_ADDRESS", 0.95, matcher.start(), matcher.end()));
						}
						from = matcher.end();
						break;
					}
				}
			}
			colon = text.indexOf(':', Math.max(colon + 1, from));
		}
	}

	private static boolean isHex(char c) {
		return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
	}

	private static void ibans(String text, List<Found> out, Deadline deadline) {
		Matcher matcher = null;
		int from = 0;
		while (from + 4 < text.length()) {
			int start = from;
			deadline.step();
			if (!isDigit(text.charAt(start + 2)) || !isDigit(text.charAt(start + 3)) || !isCode(text.charAt(start))) {
				from++;
				continue;
			}
			matcher = (matcher != null) ? matcher : IBAN_START.matcher(text).useTransparentBounds(true);
			if (!matcher.region(start, text.length()).lookingAt()) {
				from++;
				continue;
			}
			Integer length = IBAN_LENGTHS.get(text.substring(start, start + 2).toUpperCase(Locale.ROOT));
			int end = (length != null) ? take(text, start, length) : -1;
			if (end > 0 && CheckDigits.iban(squeeze(text, start, end))) {
				out.add(new Found("IBAN", 1, start, end));
				from = end;
			}
			else {
				from = start + 1;
			}
		}
	}

	/** End of {@code length} letters and digits with single separators, or -1. */
	private static int take(String text, int start, int length) {
		int taken = 0;
		int i = start;
		while (i < text.length()) {
			char c = text.charAt(i);
			if (isCode(c)) {
				taken++;
				if (taken == length) {
					boolean ends = i + 1 == text.length() || !Character.isLetterOrDigit(text.charAt(i + 1));
					return ends ? i + 1 : -1;
				}
			}
			else if ((c != ' ' && c != '-') || !isCode(text.charAt(i - 1))) {
				return -1;
			}
			i++;
		}
		return -1;
	}

	private static boolean isCode(char c) {
		return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
	}

	private static boolean isIpv4(String shown) {
		for (String part : shown.split("\\.")) {
			if (Integer.parseInt(part) > 255 || (part.length() > 1 && part.charAt(0) == '0')) {
				return false;
			}
		}
		return true;
	}

	/** "version 1.2.3.4": small numbers need a word that says they are an address. */
	private static boolean isVersion(String text, int start, int end) {
		if (ContextWords.precede(ContextWords.IP, text, start)) {
			return false;
		}
		return end - start < 10 || ContextWords.precede(ContextWords.VERSION, text, start);
	}

	private static boolean isIpv6(String shown) {
		int dot = shown.indexOf('.');
		if (dot >= 0) {
			int ipv4 = shown.lastIndexOf(':') + 1;
			return dot > ipv4 && isIpv4(shown.substring(ipv4)) && isIpv6Groups(shown.substring(0, ipv4) + "0:0",
					shown.toLowerCase(Locale.ROOT).startsWith("::ffff:"));
		}
		return isIpv6Groups(shown, IPV6_HEAD.matcher(shown).lookingAt());
	}

	/**
	 * Two filled groups are enough only for what begins as addresses do: "a::b1" is code.
	 */
	private static boolean isIpv6Groups(String shown, boolean headed) {
		boolean shortened = shown.contains("::");
		int filled = 0;
		boolean digit = false;
		for (String group : shown.split(":", -1)) {
			filled += group.isEmpty() ? 0 : 1;
			digit |= group.chars().anyMatch(Character::isDigit);
		}
		if (shown.indexOf("::") != shown.lastIndexOf("::") || shown.contains(":::") || !digit) {
			return false;
		}
		boolean opens = shown.startsWith(":") && !shown.startsWith("::");
		boolean ends = shown.endsWith(":") && !shown.endsWith("::");
		return !opens && !ends && (shortened ? filled >= (headed ? 2 : 3) && filled <= 7 : filled == 8);
	}

	/**
	 * Tries the patterns only where a word of letters or digits starts that looks like it
	 * and a digit is near: much quicker than a search. No pattern takes {@value #REACH}
	 * characters without one.
	 */
	private static void eachWord(String text, List<Found> out, Deadline deadline) {
		@Nullable Matcher[] matchers = new Matcher[FORMS.size()];
		int[] from = new int[FORMS.size()];
		int digit = -1;
		int i = 0;
		while (i < text.length()) {
			deadline.step();
			if (digit < i) {
				digit = nextDigit(text, i);
			}
			if (digit - i > REACH) {
				i = digit - REACH;
				continue;
			}
			if (mayBegin(text, i) && (i == 0 || !isCode(text.charAt(i - 1)))) {
				tryForms(text, i, matchers, from, out);
			}
			i++;
		}
	}

	/** Quickly says no for words. */
	private static boolean mayBegin(String text, int at) {
		char c = text.charAt(at);
		if (isDigit(c)) {
			return true;
		}
		boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'x' && c <= 'z');
		return letter && at + 1 < text.length() && (text.charAt(at + 1) < 'a' || text.charAt(at + 1) > 'z');
	}

	/**
	 * @param matchers made when they are needed
	 * @param from what a form found last ends there
	 */
	private static void tryForms(String text, int at, @Nullable Matcher[] matchers, int[] from, List<Found> out) {
		for (int k = 0; k < from.length; k++) {
			Form form = FORMS.get(k);
			if (at < from[k] || !form.start.mayBe(text, at)) {
				continue;
			}
			Matcher matcher = matchers[k];
			if (matcher == null) {
				matcher = form.pattern.matcher(text).useTransparentBounds(true);
				matchers[k] = matcher;
			}
			if (matcher.region(at, text.length()).lookingAt()) {
				form.reader.read(text, matcher.start(), matcher.end(), out);
				from[k] = matcher.end();
			}
		}
	}

	/** A place no pattern reaches where there is none. */
	private static int nextDigit(String text, int from) {
		int at = from;
		while (at < text.length() && !isDigit(text.charAt(at))) {
			at++;
		}
		return (at < text.length()) ? at : text.length() + REACH;
	}

	private static boolean isDigit(char c) {
		return c >= '0' && c <= '9';
	}

	private static boolean isDigit(String text, int at) {
		return at < text.length() && isDigit(text.charAt(at));
	}

	private static boolean is(String text, int at, char c) {
		return at < text.length() && text.charAt(at) == c;
	}

	private static boolean isCapital(String text, int at) {
		return at < text.length() && text.charAt(at) >= 'A' && text.charAt(at) <= 'Z';
	}

	private static boolean isCapitalOrDigit(String text, int at) {
		return isCapital(text, at) || isDigit(text, at);
	}

	private static String squeeze(String text, int start, int end) {
		StringBuilder out = new StringBuilder(end - start);
		for (int i = start; i < end; i++) {
			if (isCode(text.charAt(i))) {
				out.append(Character.toUpperCase(text.charAt(i)));
			}
		}
		return out.toString();
	}

	/**
	 * A pattern.
	 *
	 * @param start a quick look at the first characters
	 * @param reader decides what was found
	 */
	private record Form(Pattern pattern, Start start, Reader reader) {
	}

	/**
	 * Whether something may start at a place.
	 */
	@FunctionalInterface
	private interface Start {

		boolean mayBe(String text, int at);

	}

	/**
	 * Takes what has the form of a pattern.
	 */
	@FunctionalInterface
	private interface Reader {

		void read(String text, int start, int end, List<Found> out);

	}

}
