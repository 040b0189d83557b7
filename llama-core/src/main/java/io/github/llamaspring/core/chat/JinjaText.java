package io.github.llamaspring.core.chat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites what Jinja2 reads otherwise than Jinjava: blanks before a block, which Jinjava
 * would also take away in the middle of a line; the last line end; slices backwards.
 */
final class JinjaText {

	private static final Pattern REVERSED = Pattern.compile("\\b(\\w{1,64})\\[::-1\\]");

	private static final Pattern RAW = Pattern.compile("\\{%[-+]?\\s*raw\\s*[-+]?%\\}");

	private static final Pattern END_RAW = Pattern.compile("\\{%[-+]?\\s*endraw\\s*[-+]?%\\}");

	private final String template;

	private final StringBuilder out;

	private JinjaText(String template) {
		this.template = template.endsWith("\n") ? template.substring(0, template.length() - 1) : template;
		this.out = new StringBuilder(template.length());
	}

	static String adapted(String template) {
		return new JinjaText(template).adapt();
	}

	private String adapt() {
		int at = 0;
		while (at < this.template.length()) {
			int open = open(at);
			int close = (open >= 0) ? close(open) : -1;
			if (close < 0) {
				this.out.append(this.template, at, this.template.length());
				break;
			}
			text(at, open);
			code(this.template.substring(open, close));
			at = close;
			if (RAW.matcher(this.template).region(open, close).matches()) {
				at = raw(at);
			}
		}
		return this.out.toString();
	}

	/** The text up to a block, without blanks between the line's start and the block. */
	private void text(int start, int open) {
		int end = open;
		char kind = this.template.charAt(open + 1);
		char sign = (open + 2 < this.template.length()) ? this.template.charAt(open + 2) : ' ';
		if (kind != '{' && sign != '+') {
			int line = this.template.lastIndexOf('\n', open - 1) + 1;
			if (line >= start && this.template.substring(line, open).isBlank()) {
				end = line;
			}
		}
		this.out.append(this.template, start, end);
	}

	private void code(String code) {
		boolean keepsBlanks = code.startsWith("{%+") || code.startsWith("{#+");
		this.out.append(REVERSED.matcher(keepsBlanks ? code.substring(0, 2) + code.substring(3) : code)
			.replaceAll("($1|reverse|list)"));
	}

	private int raw(int start) {
		Matcher end = END_RAW.matcher(this.template);
		if (!end.find(start)) {
			return start;
		}
		text(start, end.start());
		code(end.group());
		return end.end();
	}

	private int open(int from) {
		for (int at = this.template.indexOf('{', from); at >= 0; at = this.template.indexOf('{', at + 1)) {
			if (at + 1 < this.template.length() && "{%#".indexOf(this.template.charAt(at + 1)) >= 0) {
				return at;
			}
		}
		return -1;
	}

	/** Where the code that opens here is over, or -1; a text in it may hold its end. */
	private int close(int open) {
		char kind = this.template.charAt(open + 1);
		if (kind == '#') {
			int end = this.template.indexOf("#}", open + 2);
			return (end >= 0) ? end + 2 : -1;
		}
		char last = (kind == '{') ? '}' : '%';
		char quote = 0;
		int depth = 0;
		for (int at = open + 2; at + 1 < this.template.length(); at++) {
			char unit = this.template.charAt(at);
			if (quote != 0) {
				at += (unit == '\\') ? 1 : 0;
				quote = (unit == quote) ? 0 : quote;
			}
			else if (depth == 0 && unit == last && this.template.charAt(at + 1) == '}') {
				return at + 2;
			}
			else if (unit == '\'' || unit == '"') {
				quote = unit;
			}
			else {
				depth += (unit == '{') ? 1 : (unit == '}' && depth > 0) ? -1 : 0;
			}
		}
		return -1;
	}

}
