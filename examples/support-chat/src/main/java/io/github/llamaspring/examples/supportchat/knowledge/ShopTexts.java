package io.github.llamaspring.examples.supportchat.knowledge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * Reads the shop's texts, {@code knowledge/<language>/<text>.md}: the first line is the
 * title, and every {@code ## Heading {#topic}} begins a section. A topic has its section
 * in English, and in other languages where somebody translated it.
 */
final class ShopTexts {

	private static final Pattern HEADING = Pattern.compile("(.+?) \\{#([a-z-]+)}");

	private ShopTexts() {
	}

	/**
	 * All sections of all languages.
	 * @throws IllegalStateException if a section has no topic
	 */
	static List<Passage> read() {
		try {
			Resource[] files = new PathMatchingResourcePatternResolver().getResources("classpath*:knowledge/*/*.md");
			List<Passage> passages = new ArrayList<>();
			for (Resource file : Arrays.stream(files).sorted(Comparator.comparing(ShopTexts::path)).toList()) {
				String[] path = path(file).split("/");
				passages.addAll(parse(path[path.length - 2], file.getContentAsString(StandardCharsets.UTF_8)));
			}
			return passages;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("the shop's texts under classpath:knowledge cannot be read", ex);
		}
	}

	/**
	 * What people write in a chat that has nothing to do with the shop, one a line.
	 */
	static List<String> readSmallTalk() {
		try {
			return new ClassPathResource("knowledge/small-talk.txt").getContentAsString(StandardCharsets.UTF_8)
				.lines()
				.filter((line) -> !line.isBlank())
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("classpath:knowledge/small-talk.txt cannot be read", ex);
		}
	}

	private static String path(Resource file) {
		try {
			return file.getURL().getPath();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("no path for " + file.getDescription(), ex);
		}
	}

	static List<Passage> parse(String language, String markdown) {
		String[] sections = markdown.strip().split("(?m)^## ");
		String title = sections[0].strip().replaceFirst("^# ", "");
		List<Passage> passages = new ArrayList<>();
		for (int i = 1; i < sections.length; i++) {
			String[] headingAndText = sections[i].split("\\R", 2);
			Matcher heading = HEADING.matcher(headingAndText[0].strip());
			if (!heading.matches()) {
				throw new IllegalStateException(
						"the section '%s' of the text '%s' (%s) names no topic: write '## %s {#topic}'"
							.formatted(headingAndText[0], title, language, headingAndText[0]));
			}
			String text = (headingAndText.length > 1) ? headingAndText[1].strip() : "";
			passages.add(new Passage(heading.group(2), language, title, heading.group(1), text));
		}
		return passages;
	}

}
