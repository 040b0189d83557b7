package io.github.llamaspring.examples.supportchat.knowledge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * The shop's texts, {@code knowledge/<language>/<text>.md}: the first line is the title,
 * every {@code ##} begins a section, and a section is what is found. Immutable and
 * thread-safe.
 */
@Component
public final class KnowledgeBase {

	/** Below this a shared word is chance. */
	private static final double WORTH_READING = 2.0;

	/** A second passage must be nearly as good as the first. */
	private static final double NEARLY = 0.6;

	/** The reader's own language wins a near tie. */
	private static final double OWN_LANGUAGE = 1.3;

	private static final int MOST_PASSAGES = 3;

	private final List<Passage> passages;

	private final Bm25Index index;

	public KnowledgeBase() {
		this(readAll());
	}

	KnowledgeBase(List<Passage> passages) {
		this.passages = List.copyOf(passages);
		// The title and heading are the best description of a section: they count twice.
		this.index = new Bm25Index(passages.stream()
			.map((passage) -> passage.name() + " " + passage.name() + " " + passage.text())
			.toList());
	}

	/**
	 * The sections that help with a question, best first.
	 * @param question what was asked
	 * @param language the reader's language, preferred where two sections fit alike
	 * @param limit most characters of all sections together
	 * @return none where nothing fits
	 */
	public List<Passage> search(String question, @Nullable String language, int limit) {
		List<Scored> scored = this.index.search(question)
			.stream()
			.map((hit) -> scored(hit, language))
			.sorted(Comparator.comparingDouble(Scored::score).reversed())
			.toList();
		List<Passage> found = new ArrayList<>();
		int room = limit;
		for (Scored candidate : scored) {
			boolean fits = candidate.score >= WORTH_READING && candidate.score >= NEARLY * scored.getFirst().score;
			if (!fits || found.size() == MOST_PASSAGES) {
				break;
			}
			int size = candidate.passage.name().length() + candidate.passage.text().length();
			if (size <= room && !sameTextInOtherLanguage(found, candidate.passage)) {
				found.add(candidate.passage);
				room -= size;
			}
		}
		return found;
	}

	/**
	 * The sections as one text for a prompt. Each begins with its title in plain words: a
	 * heading that is a question leads a small model to repeat it instead of the facts.
	 */
	public static String asContext(List<Passage> passages) {
		return passages.stream()
			.map((passage) -> passage.title() + ": " + passage.text())
			.collect(Collectors.joining("\n"));
	}

	private Scored scored(Bm25Index.Hit hit, @Nullable String language) {
		Passage passage = this.passages.get(hit.document());
		return new Scored(passage, passage.language().equals(language) ? OWN_LANGUAGE * hit.score() : hit.score());
	}

	private static boolean sameTextInOtherLanguage(List<Passage> found, Passage candidate) {
		return !found.isEmpty() && !found.getFirst().language().equals(candidate.language());
	}

	private static List<Passage> readAll() {
		try {
			Resource[] files = new PathMatchingResourcePatternResolver().getResources("classpath*:knowledge/*/*.md");
			List<Passage> passages = new ArrayList<>();
			for (Resource file : Arrays.stream(files).sorted(Comparator.comparing(KnowledgeBase::path)).toList()) {
				String[] path = path(file).split("/");
				passages.addAll(parse(path[path.length - 2], file.getContentAsString(StandardCharsets.UTF_8)));
			}
			return passages;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("the shop's texts under classpath:knowledge cannot be read", ex);
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
			String text = (headingAndText.length > 1) ? headingAndText[1].strip() : "";
			passages.add(new Passage(language, title, headingAndText[0].strip(), text));
		}
		return passages;
	}

	private record Scored(Passage passage, double score) {
	}

}
