package io.github.llamaspring.guard.pii;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.llamaspring.guard.text.CleanText;
import io.github.llamaspring.guard.text.Deadline;
import io.github.llamaspring.guard.text.MatchSink;

/**
 * Says from where on an unfinished text may still become personal data or a secret. It
 * looks at the form only, so it holds back a little more than needed and never less: the
 * last run of address characters, groups of digits at the end, whatever stands behind a
 * word that announces a secret.
 */
final class OpenEnd {

	/** No number is longer, separators included. */
	private static final int LONGEST_NUMBER = 64;

	private static final int ANNOUNCED_REACH = 64;

	private static final int LONGEST_LABEL = 12;

	private static final Pattern ANNOUNCING_END = Pattern.compile(
			"(?<![\\p{L}\\p{N}])(?:passwor[dt]s?|kennwort|passphrase|senha|contraseña|clave|mot de passe|palavra-passe|pwd"
					+ "|passwd|passcode|pass|api|access|secret|auth|client|private|token|chave|clé|bearer)(?:[_ -]?\\p{L}{1,10})?"
					+ "[\"']?\\s{0,2}(?:[:=]|=>|is|was|ist|war|lautet|é|era|es|est)?\\s{0,2}:?\\s?[\"'`]?$",
			Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

	/**
	 * @param announces whether a word in the text may announce a secret
	 */
	void hold(CleanText clean, boolean announces, MatchSink sink) {
		String text = clean.text();
		int run = runStart(text);
		holdRun(clean, run, sink);
		holdNumbers(clean, text.length(), sink);
		holdLabelled(clean, sink);
		if (announces) {
			holdAnnounced(clean, sink);
		}
		int begin = text.lastIndexOf("-----BEGIN");
		if (begin >= 0 && text.indexOf("-----", Math.max(begin + 10, text.indexOf("-----END", begin) + 8)) < 0
				|| (begin >= 0 && text.indexOf("-----END", begin) < 0)) {
			sink.undecided(clean.rawStart(begin), "API_KEY");
		}
	}

	/**
	 * The run of characters at the end that one address, token or number can consist of.
	 */
	private static int runStart(String text) {
		int start = text.length();
		while (start > 0 && isRun(text.charAt(start - 1))) {
			start--;
		}
		return start;
	}

	private static boolean isRun(char c) {
		return (Character.isLetterOrDigit(c) && !Character.isIdeographic(c) && c < 0x2E80)
				|| "._%+-'@/=:~#&?()".indexOf(c) >= 0;
	}

	private static void holdRun(CleanText clean, int run, MatchSink sink) {
		String text = clean.text();
		int length = text.length();
		if (run == length) {
			return;
		}
		Matcher start = SecretScanner.LONG_START.matcher(text).region(run, length);
		start.useTransparentBounds(true);
		if (start.find()) {
			sink.undecided(clean.rawStart(start.start()), (start.group(1) != null) ? "JWT" : "API_KEY");
		}
		int at = text.indexOf('@', run);
		if (at < 0) {
			sink.undecided(clean.rawStart(Math.max(run, length - EmailScanner.MAX_LOCAL - 1)));
			return;
		}
		at = text.lastIndexOf('@');
		int local = at;
		while (local > run && EmailScanner.isLocal(text.charAt(local - 1)) && at - local <= EmailScanner.MAX_LOCAL) {
			local--;
		}
		if (length - at <= EmailScanner.MAX_DOMAIN) {
			sink.undecided(clean.rawStart(local), "EMAIL");
		}
		sink.undecided(clean.rawStart(Math.max(run, length - EmailScanner.MAX_LOCAL - 1)));
	}

	/** Walks back over groups such as "DE89", "NWBK", "0532", "(0)", "/". */
	private static void holdNumbers(CleanText clean, int end, MatchSink sink) {
		String text = clean.text();
		int from = -1;
		int floor = Math.max(0, end - LONGEST_NUMBER);
		int at = end;
		while (at > floor) {
			int groupEnd = at;
			while (groupEnd > 0 && isBlank(text.charAt(groupEnd - 1))) {
				groupEnd--;
			}
			int start = groupEnd;
			while (start > 0 && !isBlank(text.charAt(start - 1)) && groupEnd - start < LONGEST_NUMBER) {
				start--;
			}
			int kind = (start == groupEnd) ? 0 : groupKind(text, start, groupEnd);
			if (kind == 0) {
				break;
			}
			if (kind == 2) {
				from = start;
			}
			at = start;
		}
		if (from < 0) {
			return;
		}
		if (mayIdentify(text, from)) {
			sink.undecided(clean.rawStart(from), PiiDetector.NUMBER);
		}
		else {
			sink.undecided(clean.rawStart(from));
		}
	}

	/** "030 123456 off": the word behind a number may say that it is a phone. */
	private static void holdLabelled(CleanText clean, MatchSink sink) {
		String text = clean.text();
		int word = text.length();
		while (word > 0 && text.length() - word <= LONGEST_LABEL && Character.isLetter(text.charAt(word - 1))) {
			word--;
		}
		String begun = text.substring(word).toLowerCase(Locale.ROOT);
		int number = word;
		while (number > 0 && word - number <= 2 && " -".indexOf(text.charAt(number - 1)) >= 0) {
			number--;
		}
		boolean behind = number > 0 && number < word && Character.isDigit(text.charAt(number - 1));
		if (behind && ContextWords.PHONE_LABELS.stream().anyMatch((label) -> label.startsWith(begun))) {
			holdNumbers(clean, number, sink);
		}
	}

	/** Years, prices and small counts become nothing to redact; longer ones may. */
	private static boolean mayIdentify(String text, int from) {
		int digits = 0;
		for (int i = from; i < text.length(); i++) {
			digits += Character.isDigit(text.charAt(i)) ? 1 : 0;
		}
		boolean country = text.length() - from >= 4 && Character.isLetter(text.charAt(from))
				&& Character.isLetter(text.charAt(from + 1)) && Character.isDigit(text.charAt(from + 2))
				&& Character.isDigit(text.charAt(from + 3));
		return digits > 4 || country || text.indexOf('+', from) >= 0;
	}

	private static boolean isBlank(char c) {
		return c == ' ' || c == '\t';
	}

	/** 2: has a digit; 1: may stand between such groups; 0: ends a number. */
	private static int groupKind(String text, int start, int end) {
		boolean between = end - start <= 4;
		for (int i = start; i < end; i++) {
			char c = text.charAt(i);
			if (c >= '0' && c <= '9') {
				return 2;
			}
			between &= Character.isUpperCase(c) || "()/.-+".indexOf(c) >= 0
					|| (Character.isLetter(c) && c < 0x80 && end - start == 4);
		}
		return between ? 1 : (end - start <= 3 && text.charAt(end - 1) == '+') ? 2 : 0;
	}

	private static void holdAnnounced(CleanText clean, MatchSink sink) {
		String text = clean.text();
		int length = text.length();
		int from = Math.max(0, length - 256);
		if (!SecretScanner.mayAnnounce(text.substring(from), Deadline.NONE)) {
			return;
		}
		Matcher matcher = SecretScanner.ANNOUNCED.matcher(text).region(from, length);
		matcher.useTransparentBounds(true);
		while (matcher.find()) {
			int value = matcher.end();
			int end = SecretScanner.valueStop(text, value);
			if (value == length || end == length || length - value < 2) {
				sink.undecided(clean.rawStart(matcher.start()), (matcher.group(1) != null) ? "PASSWORD" : "API_KEY");
			}
		}
		holdWord(clean, sink);
	}

	/** "my password " or "my password is": the value is still to come. */
	private static void holdWord(CleanText clean, MatchSink sink) {
		String text = clean.text();
		int length = text.length();
		int from = Math.max(0, length - ANNOUNCED_REACH);
		Matcher matcher = ANNOUNCING_END.matcher(text).region(from, length);
		matcher.useTransparentBounds(true);
		if (matcher.find()) {
			sink.undecided(clean.rawStart(matcher.start()));
		}
	}

}
