package io.github.llamaspring.guard.cli;

import java.nio.charset.StandardCharsets;

/**
 * JSON as UTF-8. Lone surrogates, which UTF-8 has no form for, stay as escapes, so that
 * texts come back as they came.
 */
final class JsonText {

	private JsonText() {
	}

	static byte[] utf8(String json) {
		int lone = firstLone(json, 0);
		if (lone < 0) {
			return json.getBytes(StandardCharsets.UTF_8);
		}
		StringBuilder out = new StringBuilder(json.length() + 16);
		int from = 0;
		while (lone >= 0) {
			out.append(json, from, lone).append(String.format("\\u%04x", (int) json.charAt(lone)));
			from = lone + 1;
			lone = firstLone(json, from);
		}
		return out.append(json, from, json.length()).toString().getBytes(StandardCharsets.UTF_8);
	}

	private static int firstLone(String text, int from) {
		for (int i = from; i < text.length(); i++) {
			char c = text.charAt(i);
			if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
				i++;
			}
			else if (Character.isSurrogate(c)) {
				return i;
			}
		}
		return -1;
	}

}
