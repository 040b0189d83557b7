package io.github.llamaspring.examples.supportchat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What must hold of the page's files.
 */
class PageTests {

	private static final Path PAGE = Path.of("src", "main", "resources", "static");

	private static final int MOST_BYTES = 80 * 1024;

	@Test
	void staysSmall() throws IOException {
		long bytes = 0;
		for (Path file : files()) {
			bytes += Files.size(file);
		}
		assertThat(bytes).isLessThan(MOST_BYTES);
	}

	@Test
	void makesNoMarkupFromTextAndCallsNobody() throws IOException {
		for (Path file : files()) {
			String text = Files.readString(file).replace("http://www.w3.org/2000/svg", "");
			assertThat(text).as(file.toString())
				.doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "http://",
						"https://");
			assertThat(text).as("inline style or script in " + file)
				.doesNotContainPattern("<[a-z][^>]* (style|on[a-z]+)=");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "de", "pt", "es", "fr" })
	void saysTheSameInEveryLanguage(String language) throws IOException {
		Map<String, String> english = words("en");
		Map<String, String> other = words(language);
		assertThat(other.keySet()).isEqualTo(english.keySet());
		other.forEach((key, text) -> {
			assertThat(shape(text)).as(key).isEqualTo(shape(english.get(key)));
			assertThat(text.isBlank()).as(key).isEqualTo(english.get(key).isBlank());
		});
	}

	@Test
	void hasWordsForWhateverThePageSays() throws IOException {
		Map<String, String> english = words("en");
		Matcher used = Pattern.compile("(?:\\bt\\('|data-i18n(?:-code|-label)?=\")([a-zA-Z.]+)['\"]")
			.matcher(Files.readString(PAGE.resolve("app.js")) + Files.readString(PAGE.resolve("index.html"))
					+ Files.readString(PAGE.resolve("moderation.html")));
		TreeSet<String> missing = new TreeSet<>();
		while (used.find()) {
			if (!english.containsKey(used.group(1))) {
				missing.add(used.group(1));
			}
		}
		assertThat(missing).isEmpty();
	}

	/** Placeholders, list bars and code marks must survive a translation. */
	private static List<String> shape(String text) {
		return Pattern.compile("\\{\\w+}|\\||`")
			.matcher(text)
			.results()
			.map((found) -> found.group())
			.sorted()
			.toList();
	}

	private static Map<String, String> words(String language) throws IOException {
		String json = Files.readString(PAGE.resolve("i18n").resolve(language + ".json"));
		return new TreeMap<>(Http.JSON.readValue(json, new TypeReference<Map<String, String>>() {
		}));
	}

	private static List<Path> files() throws IOException {
		try (Stream<Path> files = Files.walk(PAGE)) {
			return files.filter(Files::isRegularFile).toList();
		}
	}

}
