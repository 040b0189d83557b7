package io.github.llamaspring.guard.vault;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Who sees which values of a conversation.
 *
 * @param categories the kinds that are disclosed; null for all
 * @param givenOnly whether values that only the model ever wrote stay placeholders
 * @param json whether values are put into JSON strings
 */
public record Disclosure(@Nullable Set<String> categories, boolean givenOnly, boolean json) {

	/** To the person: all that came from outside of the model. */
	public static final Disclosure TO_USER = new Disclosure(null, true, false);

	public Disclosure {
		categories = (categories != null) ? Set.copyOf(categories) : null;
	}

	/**
	 * To a tool: only the named kinds.
	 * @param arguments the arguments in which values are put; where they are JSON, values
	 * are escaped, so that none can break out of its string
	 */
	public static Disclosure toTool(Set<String> categories, String arguments) {
		return new Disclosure(categories, false, isJson(arguments));
	}

	/** A placeholder too starts with a bracket. */
	private static boolean isJson(String text) {
		String start = text.stripLeading();
		return start.startsWith("{") || start.startsWith("\"")
				|| (start.startsWith("[") && (start.substring(1).stripLeading() + " ").matches("(?s)[\\[{\"].*"));
	}

	boolean covers(String category, boolean given) {
		Set<String> named = this.categories;
		return (given || !this.givenOnly) && (named == null || named.contains(category));
	}

	String form(String value) {
		if (!this.json) {
			return value;
		}
		StringBuilder out = new StringBuilder(value.length() + 8);
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if (c == '"' || c == '\\') {
				out.append('\\').append(c);
			}
			else if (c < ' ') {
				out.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) c));
			}
			else {
				out.append(c);
			}
		}
		return out.toString();
	}

}
