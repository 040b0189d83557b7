package io.github.llamaspring.guard.classify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.semantic.MeaningSpace;
import io.github.llamaspring.guard.semantic.SentenceVectors;

/**
 * The heads on sentence vectors, made for the vectors of multilingual-e5-small: harm,
 * injection, toxicity, and the category of harm. Immutable and thread-safe.
 */
public final class VectorHeads {

	private static final String CATEGORIES = "categories.vectors";

	private static final String SPACE = "meaning.space";

	private static volatile @Nullable VectorHeads builtIn;

	private final Map<Head, VectorHead> heads;

	private final VectorCategories categories;

	private final MeaningSpace space;

	VectorHeads(Map<Head, VectorHead> heads, VectorCategories categories, MeaningSpace space) {
		this.heads = new EnumMap<>(heads);
		this.categories = categories;
		this.space = space;
	}

	/**
	 * The heads in the jar, read once.
	 * @throws HeadFormatException if a file of them is missing or damaged
	 */
	public static VectorHeads builtIn() {
		VectorHeads heads = builtIn;
		if (heads == null) {
			heads = read(ModelFiles.inJar());
			builtIn = heads;
		}
		return heads;
	}

	/**
	 * The heads in a folder that {@link #write} filled.
	 * @throws HeadFormatException if a file is missing or damaged
	 */
	public static VectorHeads read(Path folder) {
		return read(ModelFiles.in(folder));
	}

	private static VectorHeads read(ModelFiles files) {
		Map<Head, VectorHead> heads = new EnumMap<>(Head.class);
		for (Head head : Head.values()) {
			heads.put(head, HeadFile.readVectors(file(head), files.bytes(file(head)), head));
		}
		return new VectorHeads(heads, HeadFile.readVectorCategories(CATEGORIES, files.bytes(CATEGORIES)),
				HeadFile.readSpace(SPACE, files.bytes(SPACE)));
	}

	private static String file(Head head) {
		return head.name().toLowerCase(Locale.ROOT) + ".vectors";
	}

	/**
	 * Writes the files into a folder, which is made where it is missing.
	 */
	public void write(Path folder) throws IOException {
		ModelFiles.write(folder, files());
	}

	private Map<String, byte[]> files() {
		Map<String, byte[]> files = new LinkedHashMap<>();
		this.heads.forEach((head, model) -> files.put(file(head), HeadFile.write(model)));
		files.put(CATEGORIES, HeadFile.write(this.categories));
		files.put(SPACE, HeadFile.write(this.space));
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
	 * @param words the check by the linear heads, which is part of it
	 */
	public VectorRun run(HeadRun words, SentenceVectors vectors) {
		return new VectorRun(this, words, vectors);
	}

	VectorHeads map(UnaryOperator<VectorHead> change) {
		Map<Head, VectorHead> changed = new EnumMap<>(Head.class);
		this.heads.forEach((head, model) -> changed.put(head, change.apply(model)));
		return new VectorHeads(changed, this.categories, this.space);
	}

	VectorHead head(Head head) {
		return Objects.requireNonNull(this.heads.get(head));
	}

	/**
	 * The space the vectors lie in.
	 */
	public MeaningSpace space() {
		return this.space;
	}

	VectorCategories categories() {
		return this.categories;
	}

}
