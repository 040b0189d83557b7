package io.github.llamaspring.guard.pii;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.llamaspring.guard.text.Deadline;

/**
 * Finds keys, tokens and passwords: by the prefixes their issuers give them, or by the
 * word that announces them.
 */
final class SecretScanner {

	/** "… for the WLAN", before a sign or verb. */
	private static final String FOR_WHAT = "(?:\\s(?:for|of|to|für|vom|von|zum|zur|im|d[aeo]s?|del|para|pour|du)"
			+ "(?:\\s[\\p{L}\\p{N}'-]{1,16}){1,3}?(?=\\s{0,2}(?:[:=]|\\s(?:is|was|ist|war|lautet|é|era|es|est)\\s)))?";

	/** Words that announce a secret, and the sign or verb between. */
	static final Pattern ANNOUNCED = Pattern.compile("(?<![\\p{L}\\p{N}])(?:(passwor[dt]s?|kennwort|passphrase|senha"
			+ "|contraseña|clave|mot de passe|palavra-passe|pwd|passwd|passcode|pass(?=[\"']?\\s?[:=]))|(api[_ -]?(?:key|token|schlüssel)"
			+ "|(?:access|secret|auth|client|private)[_ -]?(?:key|token|secret)|token|secret|chave (?:de )?api"
			+ "|clave (?:de )?api|clé (?:d')?api|bearer))(?![\\p{L}\\p{N}])[\"']?" + FOR_WHAT
			+ "(\\s{0,2}(?:[:=]|=>)\\s{0,2}|\\s{1,2}(?:is|was|ist|war|lautet|é|era|es|est)\\s{1,2}:?\\s?|\\s)[\"'`]?",
			Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

	static final Pattern ISSUED = Pattern
		.compile("(?<![\\p{L}\\p{N}_-])(?:sk-[A-Za-z0-9_-]{20,}+|[srp]k_(?:live|test)_\\w{16,}+"
				+ "|(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_\\w{36,}+|github_pat_\\w{22,}+|glpat-[\\w-]{20,}+"
				+ "|xox[abeprs]-[\\w-]{10,}+|AIza[\\w-]{35}|hf_[A-Za-z]{30,}+|npm_[A-Za-z0-9]{36}"
				+ "|SG\\.[\\w-]{22}\\.[\\w-]{43}|dop_v1_[a-f0-9]{64}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"
				+ "|pypi-[\\w-]{50,}+|ya29\\.[\\w-]{20,}+)(?![\\p{L}\\p{N}])");

	static final Pattern JWT = Pattern.compile("(?<![\\p{L}\\p{N}_-])eyJ[\\w-]{8,}+\\.[\\w-]{8,}+(?:\\.[\\w-]*+)?+");

	private static final Pattern PRIVATE_KEY = Pattern.compile("-----BEGIN [A-Z ]{0,24}PRIVATE KEY(?: BLOCK)?-----");

	/** How the alternatives of {@link #ISSUED} start. */
	private static final WordStarts ISSUERS = new WordStarts(false, "sk", "rk", "pk", "AK", "AS", "gh", "gi", "gl",
			"xo", "AI", "hf", "np", "SG", "do", "sh", "py", "ya");

	/** How those of {@link #ANNOUNCED} start. */
	private static final WordStarts ANNOUNCERS = new WordStarts(true, "pass", "kennwort", "senha", "contrase", "clave",
			"mot de passe", "palavra-passe", "pwd", "api", "token", "secret", "access", "auth", "client", "private",
			"chave", "clé", "bearer");

	private static final Pattern CODE = Pattern
		.compile("\\$\\{|\\$[A-Z_]{3,}+$|\\{\\{|%[A-Z_]{3,}+%$|\\p{L}[\\p{L}_.]*+[(\\[]");

	/** Beginnings of what grows beyond every bound. */
	static final Pattern LONG_START = Pattern
		.compile("(?<![\\p{L}\\p{N}_-])(?:(eyJ)|sk-|[srp]k_(?:live|test)_|gh[pousr]_"
				+ "|github_pat_|glpat-|xox[abeprs]-|hf_|npm_|SG\\.|pypi-|ya29\\.)");

	/**
	 * @param announces whether a word in the text may announce a secret
	 */
	void scan(String text, boolean announces, List<Found> out, Deadline deadline) {
		if (text.contains("eyJ")) {
			tokens(text, out, deadline);
		}
		issued(text, out, deadline);
		if (text.contains("-----BEGIN ")) {
			privateKeys(text, out);
		}
		if (announces) {
			announced(text, out, deadline);
		}
	}

	private static void tokens(String text, List<Found> out, Deadline deadline) {
		Matcher matcher = JWT.matcher(text).useTransparentBounds(true);
		int from = text.indexOf("eyJ");
		while (from >= 0) {
			deadline.step(64);
			if (matcher.region(from, text.length()).lookingAt()) {
				out.add(new Found("JWT", 0.99, matcher.start(), matcher.end()));
				from = text.indexOf("eyJ", matcher.end());
			}
			else {
				from = text.indexOf("eyJ", from + 1);
			}
		}
	}

	private static void issued(String text, List<Found> out, Deadline deadline) {
		Matcher matcher = null;
		int i = 0;
		while (i + 1 < text.length()) {
			deadline.step();
			if (!ISSUERS.mayStart(text, i)) {
				i++;
				continue;
			}
			matcher = (matcher != null) ? matcher : ISSUED.matcher(text).useTransparentBounds(true);
			if (matcher.region(i, text.length()).lookingAt()) {
				out.add(new Found("API_KEY", 0.99, matcher.start(), matcher.end()));
				i = matcher.end();
			}
			else {
				i++;
			}
		}
	}

	/**
	 * Quickly says no for texts without any word that announces a secret.
	 */
	static boolean mayAnnounce(String text, Deadline deadline) {
		return ANNOUNCERS.occurIn(text, deadline);
	}

	private static void privateKeys(String text, List<Found> out) {
		Matcher key = PRIVATE_KEY.matcher(text);
		int from = 0;
		while (from < text.length() && key.find(from)) {
			int close = text.indexOf("-----END", key.end());
			int end = (close < 0) ? text.length() : endOfLine(text, close);
			out.add(new Found("API_KEY", 1, key.start(), end));
			from = end;
		}
	}

	private static int endOfLine(String text, int close) {
		int end = text.indexOf("-----", close + 8);
		return (end < 0) ? text.length() : end + 5;
	}

	private static void announced(String text, List<Found> out, Deadline deadline) {
		Matcher matcher = ANNOUNCED.matcher(text).useTransparentBounds(true);
		int from = 0;
		while (from + 1 < text.length()) {
			deadline.step();
			if (!ANNOUNCERS.mayStart(text, from) || !matcher.region(from, text.length()).lookingAt()) {
				from++;
				continue;
			}
			int start = matcher.end();
			int stop = valueStop(text, start);
			int end = valueEnd(text, start, stop);
			boolean sign = matcher.group(3).indexOf(':') >= 0 || matcher.group(3).indexOf('=') >= 0;
			boolean verb = sign || matcher.group(3).strip().length() > 0;
			boolean password = matcher.group(1) != null;
			if (isSecret(text, start, end, password ? 4 : 16, sign, verb) && !isCode(text, start, end)) {
				// Also the name of a passport: an id behind it is surer.
				boolean pass = password && matcher.group(1).equalsIgnoreCase("pass");
				// What ends the sentence may as well end the password.
				int whole = (end < stop && text.charAt(end) == '!') ? end + 1 : end;
				out.add(new Found(password ? "PASSWORD" : "API_KEY", pass ? 0.85 : 0.9, start, whole));
				from = whole;
			}
			else {
				from = Math.max(start, matcher.start() + 1);
			}
		}
	}

	/** Where a value ends, with the sentence's punctuation. */
	static int valueStop(String text, int start) {
		int end = start;
		while (end < text.length() && !Character.isWhitespace(text.charAt(end))
				&& "\"'`<>,;".indexOf(text.charAt(end)) < 0) {
			end++;
		}
		return end;
	}

	private static int valueEnd(String text, int start, int stop) {
		int end = stop;
		while (end > start && ".!?)".indexOf(text.charAt(end - 1)) >= 0) {
			end--;
		}
		return end;
	}

	/** A variable, a placeholder or a call: where the secret comes from. */
	private static boolean isCode(String text, int start, int end) {
		return CODE.matcher(text).region(start, end).lookingAt();
	}

	/** A word ("my password is wrong") is no secret; letters mixed with others are. */
	private static boolean isSecret(String text, int start, int end, int least, boolean sign, boolean verb) {
		int digits = 0;
		int letters = 0;
		int symbols = 0;
		int innerUpper = 0;
		for (int i = start; i < end; i++) {
			char c = text.charAt(i);
			digits += (c >= '0' && c <= '9') ? 1 : 0;
			letters += Character.isLetter(c) ? 1 : 0;
			symbols += (!Character.isLetterOrDigit(c) && c != '-' && c != '\'' && c != '/' && c != '.') ? 1 : 0;
			innerUpper += (i > start && Character.isUpperCase(c) && Character.isLowerCase(text.charAt(i - 1))) ? 1 : 0;
		}
		if (end - start < least) {
			return false;
		}
		boolean mixed = digits > 0 && letters + symbols > 0;
		if (least > 4) {
			return mixed && letters > 2 && digits > 1;
		}
		boolean odd = mixed || (letters > 0 && symbols > 0) || innerUpper > 0;
		return sign ? odd || digits >= 4
				: (verb ? odd || digits >= 4 : mixed && end - start >= 6 && text.charAt(start) != '(');
	}

}
