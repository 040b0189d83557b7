package io.github.llamaspring.core.tokenizer;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

import io.github.llamaspring.core.error.GgufFormatException;
import io.github.llamaspring.core.gguf.GgufFile;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of a tokenizer and what they are for. Immutable and thread-safe.
 */
public final class Vocabulary {

	/**
	 * Texts by which llama.cpp knows the end of an answer whatever the file's ids say
	 * (llama-vocab.cpp). Such a piece is a control token even if its type says otherwise.
	 */
	private static final Set<String> ENDS = Set.of("<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>",
			"<end_of_turn>", "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]",
			"<|end_of_text|>", "<end_of_utterance>", "<｜end▁of▁sentence｜>");

	private static final int MAX_PIECES = 1 << 22;

	private final VocabularySource source;

	private final String[] pieces;

	private final TokenType[] types;

	private final float[] scores;

	private final Map<String, Integer> ids;

	private final BitSet ends = new BitSet();

	Vocabulary(VocabularySource source) {
		this.source = source;
		this.pieces = source.pieces().toArray(String[]::new);
		int size = this.pieces.length;
		if (size == 0 || size > MAX_PIECES) {
			throw source.failure("tokens", "has %d pieces, expected 1 to %d", size, MAX_PIECES);
		}
		this.types = types(source);
		this.scores = scores(source);
		this.ids = HashMap.newHashMap(size);
		for (int id = 0; id < size; id++) {
			Integer before = this.ids.put(this.pieces[id], id);
			// Empty ones are padding; they are never found in a text.
			if (before != null && !this.pieces[id].isEmpty()) {
				throw source.failure("tokens", "has the same piece for tokens %d and %d", before, id);
			}
		}
		source.ids().forEach(this::checkId);
		markControl();
		findEnds();
	}

	/**
	 * Reads the vocabulary of a file.
	 * @throws GgufFormatException if it has none or the parts do not fit together
	 */
	public static Vocabulary from(GgufFile file) {
		return new Vocabulary(VocabularySource.from(file));
	}

	private static TokenType[] types(VocabularySource source) {
		TokenType[] types = new TokenType[source.pieces().size()];
		int[] numbers = source.types();
		if (numbers != null && numbers.length != types.length) {
			throw source.failure("token_type", "has %d entries for %d tokens", numbers.length, types.length);
		}
		for (int id = 0; id < types.length; id++) {
			int number = (numbers != null) ? numbers[id] : TokenType.NORMAL.ordinal();
			if (number < 0 || number >= TokenType.values().length) {
				throw source.failure("token_type", "gives token %d the unknown type %d", id, number);
			}
			types[id] = TokenType.values()[number];
		}
		return types;
	}

	private static float[] scores(VocabularySource source) {
		float[] scores = source.scores();
		if (scores == null) {
			return new float[source.pieces().size()];
		}
		if (scores.length != source.pieces().size()) {
			throw source.failure("scores", "has %d entries for %d tokens", scores.length, source.pieces().size());
		}
		for (int id = 0; id < scores.length; id++) {
			if (Float.isNaN(scores[id])) {
				throw source.failure("scores", "gives token %d no number", id);
			}
		}
		return scores;
	}

	private void checkId(String name, long id) {
		if (id < 0 || id >= this.pieces.length) {
			throw this.source.failure(name + "_token_id", "is %d but there are %d tokens", id, this.pieces.length);
		}
	}

	/**
	 * Old converters wrote control tokens as user-defined ones or gave no types at all;
	 * then a user's text could spell them.
	 */
	private void markControl() {
		for (int id = 0; id < this.pieces.length; id++) {
			String piece = this.pieces[id];
			boolean special = (piece.startsWith("<|") && piece.endsWith("|>"))
					|| (piece.startsWith("<｜") && piece.endsWith("｜>"));
			if (special && this.types[id] == TokenType.USER_DEFINED) {
				this.types[id] = TokenType.CONTROL;
			}
		}
		for (String name : List.of("bos", "eos", "eot", "eom")) {
			special(name).ifPresent((id) -> {
				String piece = this.pieces[id];
				boolean bracketed = (piece.startsWith("<") && piece.endsWith(">"))
						|| (piece.startsWith("[") && piece.endsWith("]"));
				if (bracketed && piece.length() > 2 && this.types[id] != TokenType.BYTE) {
					this.types[id] = TokenType.CONTROL;
				}
			});
		}
	}

	private void findEnds() {
		for (String text : ENDS) {
			Integer id = this.ids.get(text);
			if (id != null) {
				this.ends.set(id);
				this.types[id] = TokenType.CONTROL;
			}
		}
		for (String name : List.of("eos", "eot", "eom")) {
			special(name).ifPresent(this.ends::set);
		}
	}

	/**
	 * The number of tokens.
	 */
	public int size() {
		return this.pieces.length;
	}

	/**
	 * A token as the file writes it.
	 * @throws IllegalArgumentException if there is no such id
	 */
	public String piece(int id) {
		return this.pieces[check(id)];
	}

	/**
	 * The id of a piece written as in the file.
	 */
	public OptionalInt id(String piece) {
		Integer id = this.ids.get(piece);
		return (id != null) ? OptionalInt.of(id) : OptionalInt.empty();
	}

	/**
	 * Whether a token steers the model and never stands for text.
	 */
	public boolean isControl(int id) {
		TokenType type = type(id);
		return type == TokenType.CONTROL || type == TokenType.UNKNOWN;
	}

	/**
	 * Whether a token is more than the text it is written as: a control token, or a word
	 * that the model's maker added, such as {@code <think>}. In a chat prompt a user's
	 * text becomes none of these.
	 */
	public boolean isMarkup(int id) {
		return isControl(id) || (this.types[id] == TokenType.USER_DEFINED && !isBlank(this.pieces[id]));
	}

	private static boolean isBlank(String piece) {
		return piece.chars().allMatch((unit) -> unit == '\u2581' || Character.isWhitespace(unit));
	}

	public boolean isEndOfGeneration(int id) {
		return this.ends.get(check(id));
	}

	public OptionalInt bos() {
		return special("bos");
	}

	public OptionalInt eos() {
		return special("eos");
	}

	OptionalInt unknown() {
		return special("unknown");
	}

	private OptionalInt special(String name) {
		Long id = this.source.ids().get(name);
		return (id != null) ? OptionalInt.of(id.intValue()) : OptionalInt.empty();
	}

	TokenType type(int id) {
		return this.types[check(id)];
	}

	float score(int id) {
		return this.scores[id];
	}

	/**
	 * The id of a piece that text may become by merging: control tokens, added words,
	 * unknown and bytes are not spelled by text even where it looks like them.
	 */
	int textId(String piece) {
		Integer id = this.ids.get(piece);
		return (id != null && isText(id)) ? id : -1;
	}

	boolean isText(int id) {
		return switch (this.types[id]) {
			case NORMAL, UNUSED, UNDEFINED -> true;
			case USER_DEFINED -> this.pieces[id].length() == 1 || isBlank(this.pieces[id]);
			case CONTROL, UNKNOWN, BYTE -> false;
		};
	}

	String model() {
		return this.source.model();
	}

	@Nullable String preTokenizer() {
		return this.source.pre();
	}

	List<String> merges() {
		List<String> merges = this.source.merges();
		if (merges == null) {
			throw this.source.failure("merges", "is missing: a gpt2 tokenizer needs it");
		}
		return merges;
	}

	Optional<Boolean> addBos() {
		return this.source.addBos();
	}

	boolean addSpacePrefix() {
		return this.source.addSpacePrefix().orElse(true);
	}

	GgufFormatException failure(String key, String message, Object... arguments) {
		return this.source.failure(key, message, arguments);
	}

	private int check(int id) {
		if (id < 0 || id >= this.pieces.length) {
			throw new IllegalArgumentException(
					"Token id %d does not exist: the vocabulary has %d tokens".formatted(id, this.pieces.length));
		}
		return id;
	}

}
