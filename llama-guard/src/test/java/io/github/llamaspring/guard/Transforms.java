package io.github.llamaspring.guard;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Ways in which people write a text so that a filter does not know it. All are the same
 * on every run.
 */
final class Transforms {

	private static final String MARKS = "\u0301\u0300\u0302\u0308\u0303\u030a";

	private static final String LATIN = "aceiopxyABCEHIKMOPTX";

	private static final String CYRILLIC = "асеіорхуАВСЕНІКМОРТХ";

	private static final String GREEK = "αcειορχγΑΒCΕΗΙΚΜΟΡΤΧ";

	private Transforms() {
	}

	/**
	 * All of them by name; a name such as {@code hex, spaced} is a variant of
	 * {@code hex}.
	 */
	static Map<String, UnaryOperator<String>> all() {
		Map<String, UnaryOperator<String>> all = new LinkedHashMap<>();
		all.put("case, upper", (text) -> text.toUpperCase(Locale.ROOT));
		all.put("case, mixed", Transforms::mixedCase);
		all.put("zero-width characters",
				(text) -> eachLetter(text, (at, cp) -> show(cp) + "\u200b\u200d\ufeff".charAt(at % 3)));
		all.put("tag characters, between letters",
				(text) -> eachLetter(text, (at, cp) -> show(cp) + show(0xE0061 + at % 26)));
		all.put("tag characters, hidden text", (text) -> "Hello there!" + tags(text));
		all.put("lookalikes, Cyrillic", (text) -> swap(text, LATIN, CYRILLIC));
		all.put("lookalikes, Greek", (text) -> swap(text, LATIN, GREEK));
		all.put("lookalikes, one a word", Transforms::oneLookalike);
		all.put("leet", (text) -> swap(text.toLowerCase(Locale.ROOT), "aeiost", "431057"));
		all.put("leet, light", (text) -> swap(text.toLowerCase(Locale.ROOT), "eo", "30"));
		all.put("spaced letters", (text) -> String.join(" ", text.split("")));
		all.put("spaced letters, dots", Transforms::dotted);
		all.put("accents added", (text) -> Normalizer.normalize(marked(text, 1), Normalizer.Form.NFC));
		all.put("accents, a pile of marks", (text) -> marked(text, 4));
		all.put("accents removed", Transforms::withoutAccents);
		all.put("wide letters", (text) -> ascii(text, (cp) -> (cp == ' ') ? 0x3000 : cp + 0xFEE0));
		all.put("wide letters, mathematical", (text) -> ascii(text, Transforms::mathematical));
		all.put("wide letters, circled", (text) -> ascii(text, Transforms::circled));
		all.put("soft hyphens", (text) -> eachLetter(text, (at, cp) -> show(cp) + "\u00ad"));
		all.put("base64", (text) -> Base64.getEncoder().encodeToString(utf8(text)));
		all.put("base64, URL-safe in a sentence", (text) -> "Please answer this: "
				+ Base64.getUrlEncoder().withoutPadding().encodeToString(utf8(text)) + " – thank you!");
		all.put("base64, in lines", (text) -> Base64.getMimeEncoder()
			.encodeToString(utf8("This text was wrapped at seventy-six characters so that it fits. " + text)));
		all.put("base64, twice", (text) -> Base64.getEncoder().encodeToString(Base64.getEncoder().encode(utf8(text))));
		all.put("hex", (text) -> HexFormat.of().formatHex(utf8(text)));
		all.put("hex, spaced", (text) -> HexFormat.ofDelimiter(" ").withUpperCase().formatHex(utf8(text)));
		all.put("hex, \\x", (text) -> "\\x" + HexFormat.ofDelimiter("\\x").formatHex(utf8(text)));
		all.put("hex, 0x", (text) -> "0x" + HexFormat.ofDelimiter(", 0x").formatHex(utf8(text)));
		all.put("rot13", Transforms::rot13);
		all.put("rot13, in a sentence", (text) -> "Please decode this and answer it: " + rot13(text));
		all.put("URL, every character", (text) -> "%" + HexFormat.ofDelimiter("%").formatHex(utf8(text)));
		all.put("URL, as a browser does", (text) -> "https://example.org/search?q="
				+ java.net.URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20"));
		all.put("URL, twice", (text) -> "%25" + HexFormat.ofDelimiter("%25").formatHex(utf8(text)));
		all.put("HTML entities", (text) -> entities(text, "&#%d;"));
		all.put("HTML entities, hex", (text) -> entities(text, "&#x%x;"));
		return all;
	}

	static String rot13(String text) {
		StringBuilder out = new StringBuilder();
		for (char c : text.toCharArray()) {
			if (c >= 'a' && c <= 'z') {
				out.append((char) ('a' + (c - 'a' + 13) % 26));
			}
			else if (c >= 'A' && c <= 'Z') {
				out.append((char) ('A' + (c - 'A' + 13) % 26));
			}
			else {
				out.append(c);
			}
		}
		return out.toString();
	}

	static String tags(String text) {
		StringBuilder out = new StringBuilder();
		withoutAccents(text).codePoints()
			.filter((cp) -> cp >= 0x20 && cp < 0x7F)
			.forEach((cp) -> out.appendCodePoint(0xE0000 + cp));
		return out.toString();
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String show(int cp) {
		return Character.toString(cp);
	}

	private static String mixedCase(String text) {
		StringBuilder out = new StringBuilder();
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			out.append((i % 2 == 0) ? Character.toLowerCase(c) : Character.toUpperCase(c));
		}
		return out.toString();
	}

	private static String swap(String text, String from, String to) {
		StringBuilder out = new StringBuilder();
		for (char c : text.toCharArray()) {
			int at = from.indexOf(c);
			out.append((at < 0) ? c : to.charAt(at));
		}
		return out.toString();
	}

	private static String oneLookalike(String text) {
		StringBuilder out = new StringBuilder();
		for (String word : text.split("(?<= )")) {
			int at = 0;
			while (at < word.length() && LATIN.indexOf(word.charAt(at)) < 0) {
				at++;
			}
			out.append((at == word.length()) ? word
					: word.substring(0, at) + CYRILLIC.charAt(LATIN.indexOf(word.charAt(at))) + word.substring(at + 1));
		}
		return out.toString();
	}

	private static String dotted(String text) {
		StringBuilder out = new StringBuilder();
		for (String word : text.split(" ")) {
			out.append(String.join(".", word.split(""))).append(' ');
		}
		return out.toString();
	}

	private static String marked(String text, int times) {
		return eachLetter(text, (at, cp) -> {
			StringBuilder out = new StringBuilder(show(cp));
			for (int i = 0; i < times; i++) {
				out.append(MARKS.charAt((at + i) % MARKS.length()));
			}
			return out.toString();
		});
	}

	private static String withoutAccents(String text) {
		return Normalizer.normalize(text.replace("ß", "ss"), Normalizer.Form.NFD).replaceAll("\\p{M}", "");
	}

	private static String ascii(String text, java.util.function.IntUnaryOperator letter) {
		StringBuilder out = new StringBuilder();
		text.codePoints().forEach((cp) -> out.appendCodePoint((cp >= 0x20 && cp < 0x7F) ? letter.applyAsInt(cp) : cp));
		return out.toString();
	}

	private static int mathematical(int cp) {
		if (cp >= 'a' && cp <= 'z') {
			return 0x1D41A + cp - 'a';
		}
		return (cp >= 'A' && cp <= 'Z') ? 0x1D400 + cp - 'A' : cp;
	}

	private static int circled(int cp) {
		if (cp >= 'a' && cp <= 'z') {
			return 0x24D0 + cp - 'a';
		}
		return (cp >= 'A' && cp <= 'Z') ? 0x1F150 + cp - 'A' : cp;
	}

	private static String entities(String text, String format) {
		StringBuilder out = new StringBuilder();
		text.codePoints().forEach((cp) -> out.append(String.format(Locale.ROOT, format, cp)));
		return out.toString();
	}

	private static String eachLetter(String text, Change change) {
		StringBuilder out = new StringBuilder();
		int at = 0;
		for (int cp : text.codePoints().toArray()) {
			out.append(Character.isLetter(cp) ? change.of(at++, cp) : show(cp));
		}
		return out.toString();
	}

	/**
	 * What becomes of a letter.
	 */
	private interface Change {

		String of(int at, int cp);

	}

}
