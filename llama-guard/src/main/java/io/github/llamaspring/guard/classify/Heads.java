package io.github.llamaspring.guard.classify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.text.NormText;
import io.github.llamaspring.guard.text.TokenView;

/**
 * The statistical heads: one linear model each for harm, injection and toxicity, and two
 * small tables for the language and the category. Immutable and thread-safe.
 */
public final class Heads {

	private static final String LANGUAGES = "languages";

	private static final String GRAMS = "language.grams";

	/** What the table of grams is called in its file. */
	private static final String LANGUAGE_GRAMS = "language grams";

	/** Characters that tell the language. */
	private static final int START = 2000;

	/** Characters of words that tell it; more tell little. */
	private static final int TELLING = 300;

	/** Of a short word. */
	private static final int FEW_GRAMS = 32;

	/** Where a short word leads by less, it is taken for English. */
	private static final double LEAD = 3;

	private static final String CATEGORIES = "categories";

	private static final int STRIDE = 4;

	private static volatile @Nullable Heads builtIn;

	private final Map<Head, LinearHead> heads;

	private final ClassTable languages;

	private final ClassTable categories;

	/** Tells the language of a text by {@link LanguageGrams}. */
	private final ClassTable grams;

	/** The weights of a bucket side by side, so that a feature costs one cache line. */
	private final byte[] weights = new byte[STRIDE * HashedFeatures.BUCKETS];

	Heads(Map<Head, LinearHead> heads, ClassTable languages, ClassTable categories, ClassTable grams) {
		this.heads = new EnumMap<>(heads);
		this.languages = languages;
		this.categories = categories;
		this.grams = grams;
		this.heads.forEach((head, model) -> {
			for (int i = 0; i < HashedFeatures.BUCKETS; i++) {
				this.weights[STRIDE * i + head.ordinal()] = model.weights()[i];
			}
		});
	}

	/**
	 * The heads in the jar, read once.
	 * @throws HeadFormatException if a file of them is missing or damaged
	 */
	public static Heads builtIn() {
		Heads heads = builtIn;
		if (heads == null) {
			heads = inJar();
			builtIn = heads;
		}
		return heads;
	}

	private static Heads inJar() {
		return read(ModelFiles.inJar());
	}

	/**
	 * The heads in a folder that {@link #write} filled.
	 * @throws HeadFormatException if a file is missing or damaged
	 */
	public static Heads read(Path folder) {
		return read(ModelFiles.in(folder));
	}

	private static Heads read(ModelFiles files) {
		Map<Head, LinearHead> heads = new EnumMap<>(Head.class);
		for (Head head : Head.values()) {
			heads.put(head, HeadFile.readHead(head.file(), files.bytes(head.file()), head));
		}
		return new Heads(heads, HeadFile.readTable(LANGUAGES + ".table", files.bytes(LANGUAGES + ".table"), LANGUAGES),
				HeadFile.readTable(CATEGORIES + ".table", files.bytes(CATEGORIES + ".table"), CATEGORIES),
				HeadFile.readTable(GRAMS, files.bytes(GRAMS), LANGUAGE_GRAMS));
	}

	/**
	 * Writes the files into a folder, which is made where it is missing.
	 */
	public void write(Path folder) throws IOException {
		ModelFiles.write(folder, files());
	}

	private Map<String, byte[]> files() {
		Map<String, byte[]> files = new LinkedHashMap<>();
		this.heads.forEach((head, model) -> files.put(head.file(), HeadFile.write(model)));
		files.put(LANGUAGES + ".table", HeadFile.write(LANGUAGES, this.languages));
		files.put(CATEGORIES + ".table", HeadFile.write(CATEGORIES, this.categories));
		files.put(GRAMS, HeadFile.write(LANGUAGE_GRAMS, this.grams));
		return files;
	}

	/**
	 * SHA-256 of the models.
	 */
	public String digest() {
		return ModelFiles.digest(files());
	}

	/**
	 * Opens the check of one text.
	 * @param output whether a model wrote it
	 */
	public HeadRun run(boolean output) {
		return new HeadRun(this, output);
	}

	LinearHead head(Head head) {
		return Objects.requireNonNull(this.heads.get(head));
	}

	/**
	 * The language a text is in: en, de, pt, es or fr (ISO 639-1), or empty where it is
	 * another one. The beginning decides; without words it is English.
	 */
	public String language(String text) {
		String language = language(NormText.whole(text.substring(0, Math.min(START, text.length()))).words());
		return language.equals(LinearHead.ANY) ? "" : language;
	}

	private String language(TokenView view) {
		long[] sums = new long[this.grams.classes().size()];
		int[] count = { 0 };
		LanguageGrams.of(view, TELLING, (bucket) -> {
			this.grams.add(bucket, sums);
			count[0]++;
		});
		return (count[0] > FEW_GRAMS) ? this.grams.best(sums)
				: this.grams.best(sums, count[0], LEAD, LinearHead.LANGUAGES.getFirst());
	}

	/** What the thresholds go by. */
	ClassTable languages() {
		return this.languages;
	}

	ClassTable categories() {
		return this.categories;
	}

	/** Adds the weights of a word's features to one sum a head. */
	void add(HashedFeatures features, long[] sums) {
		int[] buckets = features.buckets();
		int harm = 0;
		int injection = 0;
		int toxicity = 0;
		for (int i = 0; i < features.size(); i++) {
			int at = STRIDE * buckets[i];
			harm += this.weights[at];
			injection += this.weights[at + 1];
			toxicity += this.weights[at + 2];
		}
		sums[0] = harm;
		sums[1] = injection;
		sums[2] = toxicity;
	}

}
