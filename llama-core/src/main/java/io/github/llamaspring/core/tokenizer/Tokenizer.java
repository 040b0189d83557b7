package io.github.llamaspring.core.tokenizer;

import java.util.BitSet;
import java.util.OptionalInt;

import io.github.llamaspring.core.error.GgufFormatException;
import io.github.llamaspring.core.gguf.GgufFile;

/**
 * Turns text into token ids and back, exactly as llama.cpp does. Immutable and
 * thread-safe.
 */
public sealed interface Tokenizer permits SentencePieceTokenizer, BytePairTokenizer {

	/**
	 * The tokenizer of a file.
	 * @throws GgufFormatException if the file has none, a damaged one or one of an
	 * unknown kind
	 */
	static Tokenizer of(GgufFile file) {
		return of(Vocabulary.from(file));
	}

	/**
	 * The tokenizer that a vocabulary asks for.
	 * @throws GgufFormatException if the kind is unknown or parts are missing
	 */
	static Tokenizer of(Vocabulary vocabulary) {
		return switch (vocabulary.model()) {
			case "llama" -> new SentencePieceTokenizer(vocabulary);
			case "gpt2" -> new BytePairTokenizer(vocabulary);
			default -> throw vocabulary.failure("model", "is '%s': supported are llama (SentencePiece) and gpt2 (BPE)",
					vocabulary.model());
		};
	}

	Vocabulary vocabulary();

	/**
	 * The tokens of a text, without BOS or EOS. Lone surrogates count as U+FFFD.
	 * @param special whether control tokens written in the text are recognised; if not,
	 * no text whatsoever becomes one
	 */
	default int[] encode(String text, boolean special) {
		return encode(text, special, new BitSet());
	}

	/**
	 * The tokens of a text with control tokens, some of whose characters are a user's.
	 * @param plain the indices of characters that can be no part of a control token or
	 * other markup ({@link Vocabulary#isMarkup})
	 */
	default int[] encode(String text, BitSet plain) {
		return encode(text, true, plain);
	}

	/**
	 * The tokens of a text, without BOS or EOS.
	 * @param special whether control tokens written in the text are recognised
	 * @param plain the indices of characters that can be no part of a control token or
	 * other markup ({@link Vocabulary#isMarkup})
	 */
	int[] encode(String text, boolean special, BitSet plain);

	/**
	 * What a token stands for, which may be a part of a UTF-8 sequence; a control token
	 * stands for its name.
	 * @throws IllegalArgumentException if there is no such id
	 */
	byte[] bytes(int id);

	/**
	 * Whether a prompt starts with {@link #bos()}.
	 */
	boolean addBos();

	/**
	 * A decoder for one sequence of tokens.
	 */
	default Decoder newDecoder() {
		return new Decoder(this);
	}

	/**
	 * The number of tokens.
	 */
	default int size() {
		return vocabulary().size();
	}

	/**
	 * The token that begins a sequence, if there is one.
	 */
	default OptionalInt bos() {
		return vocabulary().bos();
	}

	default boolean isEndOfGeneration(int id) {
		return vocabulary().isEndOfGeneration(id);
	}

	default boolean isControl(int id) {
		return vocabulary().isControl(id);
	}

}
