package io.github.llamaspring.core.chat;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Values as Python writes them: {@code str()} and {@code json.dumps(ensure_ascii=False)}.
 */
final class PythonText {

	private PythonText() {
	}

	static String str(@Nullable Object value) {
		if (value instanceof Map<?, ?> || value instanceof Collection<?>) {
			StringBuilder out = new StringBuilder();
			write(value, out, false);
			return out.toString();
		}
		return (value != null) ? scalar(value) : "";
	}

	static String json(@Nullable Object value) {
		StringBuilder out = new StringBuilder();
		write(value, out, true);
		return out.toString();
	}

	private static String scalar(Object value) {
		return switch (value) {
			case Boolean truth -> truth ? "True" : "False";
			case Number number -> number(number);
			case CharSequence text -> text.toString();
			default -> throw new RenderBudget.Stop("writes something that is no text, number, list or map");
		};
	}

	private static String number(Number number) {
		if (number instanceof Double || number instanceof Float) {
			double size = Math.abs(number.doubleValue());
			// Python writes others with an exponent, and never infinity out of a
			// division.
			if (!(size == 0 || (size >= 1e-4 && size < 1e16))) {
				throw new RenderBudget.Stop("computes the number " + number + ", which is not supported");
			}
			String plain = new BigDecimal(number.toString()).toPlainString();
			return plain.contains(".") ? plain : plain + ".0";
		}
		return number.toString();
	}

	static String escape(@Nullable Object value) {
		return str(value).replace("&", "&amp;")
			.replace("<", "&lt;")
			.replace(">", "&gt;")
			.replace("'", "&#39;")
			.replace("\"", "&#34;");
	}

	private static void write(@Nullable Object value, StringBuilder out, boolean json) {
		RenderBudget.step();
		switch (value) {
			case null -> out.append(json ? "null" : "None");
			case Boolean truth -> out.append(json ? truth.toString() : scalar(truth));
			case Number number -> out.append(number(number));
			case Map<?, ?> map -> {
				String separator = "{";
				for (Map.Entry<?, ?> entry : map.entrySet()) {
					out.append(separator);
					write(String.valueOf(entry.getKey()), out, json);
					out.append(": ");
					write(entry.getValue(), out, json);
					separator = ", ";
				}
				out.append(map.isEmpty() ? "{}" : "}");
			}
			case Collection<?> collection -> {
				String separator = "[";
				for (Object element : collection) {
					out.append(separator);
					write(element, out, json);
					separator = ", ";
				}
				out.append(collection.isEmpty() ? "[]" : "]");
			}
			default -> quote(scalar(value), out, json);
		}
	}

	private static void quote(String text, StringBuilder out, boolean json) {
		char quote = (json || (text.indexOf('\'') >= 0 && text.indexOf('"') < 0)) ? '"' : '\'';
		out.append(quote);
		for (int i = 0; i < text.length(); i++) {
			char unit = text.charAt(i);
			switch (unit) {
				case '\n' -> out.append("\\n");
				case '\r' -> out.append("\\r");
				case '\t' -> out.append("\\t");
				case '\\' -> out.append("\\\\");
				case '\b' -> out.append(json ? "\\b" : "\\x08");
				case '\f' -> out.append(json ? "\\f" : "\\x0c");
				default -> {
					if (unit == quote) {
						out.append('\\').append(unit);
					}
					else if (unit < ' ') {
						out.append((json ? "\\u%04x" : "\\x%02x").formatted((int) unit));
					}
					else {
						out.append(unit);
					}
				}
			}
		}
		out.append(quote);
	}

	/**
	 * The text without the characters Python's {@code str.strip} takes off.
	 * @param characters those to take off, or null for white space
	 */
	static String strip(String text, @Nullable String characters, boolean left, boolean right) {
		int start = 0;
		int end = text.length();
		while (left && start < end && strips(text.charAt(start), characters)) {
			start++;
		}
		while (right && end > start && strips(text.charAt(end - 1), characters)) {
			end--;
		}
		return text.substring(start, end);
	}

	private static boolean strips(char unit, @Nullable String characters) {
		if (characters != null) {
			return characters.indexOf(unit) >= 0;
		}
		// Python counts the no-break spaces and U+0085 as white space; Java does not.
		return Character.isWhitespace(unit) || Character.isSpaceChar(unit) || unit == 0x85;
	}

}
