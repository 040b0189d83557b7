package io.github.llamaspring.guard.pii;

import java.util.List;

import io.github.llamaspring.guard.text.Deadline;

/**
 * Finds e-mail addresses from their {@code @} outwards, within the lengths of RFC 5321.
 */
final class EmailScanner {

	/** Steps that an address may take. */
	private static final int MANY = 64;

	static final int MAX_LOCAL = 64;

	static final int MAX_DOMAIN = 190;

	void scan(String text, List<Found> out, Deadline deadline) {
		int at = text.indexOf('@');
		int taken = 0;
		while (at >= 0) {
			deadline.step(MANY);
			int start = localStart(text, at, taken);
			int end = (start < at) ? domainEnd(text, at + 1) : -1;
			if (end > 0) {
				out.add(new Found("EMAIL", 0.99, start, end));
				taken = end;
			}
			at = text.indexOf('@', at + 1);
		}
	}

	private static int localStart(String text, int at, int from) {
		int start = at;
		while (start > from && isLocal(text.charAt(start - 1))) {
			start--;
			if (at - start > MAX_LOCAL) {
				return at;
			}
		}
		while (start < at && ".'-+".indexOf(text.charAt(start)) >= 0) {
			start++;
		}
		return start;
	}

	static boolean isLocal(char c) {
		return Character.isLetterOrDigit(c) || "._%+-'".indexOf(c) >= 0;
	}

	/** End of a host name with a top-level name of letters, or -1. */
	private static int domainEnd(String text, int from) {
		int limit = Math.min(text.length(), from + MAX_DOMAIN);
		int end = -1;
		int label = from;
		int i = from;
		while (i < limit) {
			char c = text.charAt(i);
			if (c == '.') {
				if (i == label) {
					break;
				}
				label = i + 1;
			}
			else if (!Character.isLetterOrDigit(c) && c != '-') {
				break;
			}
			else if (label > from && isTopLevel(text, label, i + 1)) {
				end = i + 1;
			}
			else if (label > from && end > label) {
				end = -1;
			}
			i++;
		}
		return end;
	}

	private static boolean isTopLevel(String text, int from, int to) {
		if (to - from < 2) {
			return false;
		}
		for (int i = from; i < to; i++) {
			if (!Character.isLetter(text.charAt(i))) {
				return text.startsWith("xn--", from);
			}
		}
		return true;
	}

}
