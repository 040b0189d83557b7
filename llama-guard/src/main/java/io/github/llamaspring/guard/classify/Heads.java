package io.github.llamaspring.guard.classify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The statistical heads: one linear model each for harm, injection and toxicity, and two
 * small tables for the language and the category. Immutable and thread-safe.
 */
public final class Heads {

	private static final String LANGUAGES = "languages";

	private static final String CATEGORIES = "categories";

	private static final int STRIDE = 4;

	private static volatile @Nullable Heads builtIn;

	private final Map<Head, LinearHead> heads;

	private final ClassTable languages;

	private final ClassTable categories;

	/** The weights of a bucket side by side, so that a feature costs one cache line. */
	private final byte[] weights = new byte[STRIDE * HashedFeatures.BUCKETS];

	Heads(Map<Head, LinearHead> heads, ClassTable languages, ClassTable categories) {
		this.heads = new EnumMap<>(heads);
		this.languages = languages;
		this.categories = categories;
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
		return read((name) -> {
			try (InputStream in = Heads.class.getResourceAsStream(name)) {
				if (in == null) {
					throw new HeadFormatException("the jar of llama-guard lacks classify/" + name);
				}
				return in.readAllBytes();
			}
		});
	}

	/**
	 * The heads in a folder that {@link #write} filled.
	 * @throws HeadFormatException if a file is missing or damaged
	 */
	public static Heads read(Path folder) {
		return read((name) -> Files.readAllBytes(folder.resolve(name)));
	}

	private static Heads read(Source source) {
		Map<Head, LinearHead> heads = new EnumMap<>(Head.class);
		for (Head head : Head.values()) {
			heads.put(head, HeadFile.readHead(head.file(), bytes(source, head.file()), head));
		}
		return new Heads(heads,
				HeadFile.readTable(LANGUAGES + ".table", bytes(source, LANGUAGES + ".table"), LANGUAGES),
				HeadFile.readTable(CATEGORIES + ".table", bytes(source, CATEGORIES + ".table"), CATEGORIES));
	}

	private static byte[] bytes(Source source, String name) {
		try {
			return source.bytes(name);
		}
		catch (IOException ex) {
			throw new HeadFormatException("the model file " + name + " can't be read: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Writes the files into a folder, which is made where it is missing.
	 */
	public void write(Path folder) throws IOException {
		Files.createDirectories(folder);
		for (Map.Entry<String, byte[]> file : files().entrySet()) {
			Files.write(folder.resolve(file.getKey()), file.getValue());
		}
	}

	private Map<String, byte[]> files() {
		Map<String, byte[]> files = new LinkedHashMap<>();
		this.heads.forEach((head, model) -> files.put(head.file(), HeadFile.write(model)));
		files.put(LANGUAGES + ".table", HeadFile.write(LANGUAGES, this.languages));
		files.put(CATEGORIES + ".table", HeadFile.write(CATEGORIES, this.categories));
		return files;
	}

	/**
	 * SHA-256 of the models.
	 */
	public String digest() {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			files().values().forEach(digest::update);
			return HexFormat.of().formatHex(digest.digest());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("this Java lacks SHA-256", ex);
		}
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

	private interface Source {

		byte[] bytes(String name) throws IOException;

	}

}
