package io.github.llamaspring.core.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;

/**
 * Byte-level BPE as GPT-2, SmolLM and Llama-3 use it: words of bytes, neighbours merged
 * by rank. Source: llm_tokenizer_bpe of llama.cpp.
 */
final class BytePairTokenizer implements Tokenizer {

	private final Vocabulary vocabulary;

	private final SpecialTokens specialTokens;

	private final PreTokenizer preTokenizer;

	private final MergeTable merges;

	/** The token of each byte; -1 where the vocabulary has none. */
	private final int[] byteIds = new int[256];

	BytePairTokenizer(Vocabulary vocabulary) {
		this.vocabulary = vocabulary;
		this.specialTokens = new SpecialTokens(vocabulary);
		this.preTokenizer = PreTokenizer.of(vocabulary);
		this.merges = MergeTable.of(vocabulary);
		for (int value = 0; value < 256; value++) {
			this.byteIds[value] = vocabulary.textId(String.valueOf(ByteAlphabet.character(value)));
		}
	}

	@Override
	public Vocabulary vocabulary() {
		return this.vocabulary;
	}

	@Override
	public boolean addBos() {
		return this.vocabulary.addBos().orElse(this.preTokenizer.wholeWords()) && bos().isPresent();
	}

	@Override
	public int[] encode(String text, boolean special, BitSet plain) {
		TokenBuffer ids = new TokenBuffer(text.length() / 3);
		String clean = Surrogates.replaceLone(text);
		int from = 0;
		List<SpecialTokens.Match> matches = this.specialTokens.find(clean, special, plain);
		for (SpecialTokens.Match match : matches) {
			encode(clean, from, match.start(), ids);
			ids.add(match.id());
			from = match.end();
		}
		encode(clean, from, clean.length(), ids);
		return ids.toArray();
	}

	private void encode(String text, int start, int end, TokenBuffer ids) {
		if (start < end) {
			this.preTokenizer.split(text, start, end, (from, to) -> encodeWord(text.substring(from, to), ids));
		}
	}

	private void encodeWord(String word, TokenBuffer ids) {
		byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
		if (this.preTokenizer.wholeWords()) {
			int id = this.vocabulary.textId(ByteAlphabet.text(bytes));
			if (id >= 0) {
				ids.add(id);
				return;
			}
		}
		int[] symbols = new int[bytes.length];
		int count = 0;
		for (byte value : bytes) {
			int id = this.byteIds[value & 0xff];
			// As in llama.cpp and its models, a byte without a token is left out.
			if (id >= 0) {
				symbols[count++] = id;
			}
		}
		new Merger(symbols, count).run(ids);
	}

	@Override
	public byte[] bytes(int id) {
		String piece = this.vocabulary.piece(id);
		return switch (this.vocabulary.type(id)) {
			case CONTROL, UNKNOWN, USER_DEFINED -> piece.getBytes(StandardCharsets.UTF_8);
			case NORMAL, UNUSED, UNDEFINED, BYTE -> ByteAlphabet.bytes(piece);
		};
	}

	/**
	 * The symbols of one word, as token ids; -1 once a symbol is part of the one before
	 * it.
	 */
	private final class Merger {

		private final int[] symbols;

		private final int[] next;

		private final int[] previous;

		private final int count;

		private final MergeQueue queue = new MergeQueue();

		Merger(int[] symbols, int count) {
			this.symbols = symbols;
			this.count = count;
			this.next = new int[count];
			this.previous = new int[count + 1];
		}

		void run(TokenBuffer ids) {
			for (int i = 0; i < this.count; i++) {
				this.next[i] = i + 1;
				this.previous[i] = i - 1;
			}
			for (int i = 0; i < this.count; i++) {
				propose(i);
			}
			while (!this.queue.isEmpty()) {
				long proposal = this.queue.remove();
				int left = (int) proposal;
				// A rank belongs to one pair, so the same rank is still the same merge.
				if (this.symbols[left] >= 0 && rank(left) == (int) (proposal >> 32)) {
					merge(left);
				}
			}
			for (int i = 0; i < this.count; i = this.next[i]) {
				ids.add(this.symbols[i]);
			}
		}

		private void merge(int left) {
			int right = this.next[left];
			this.symbols[left] = BytePairTokenizer.this.merges.result(rank(left));
			this.symbols[right] = -1;
			this.next[left] = this.next[right];
			this.previous[this.next[right]] = left;
			if (this.previous[left] >= 0) {
				propose(this.previous[left]);
			}
			propose(left);
		}

		private void propose(int left) {
			int rank = rank(left);
			if (rank >= 0) {
				this.queue.add(rank, left);
			}
		}

		private int rank(int left) {
			int right = this.next[left];
			return (right < this.count) ? BytePairTokenizer.this.merges.rank(this.symbols[left], this.symbols[right])
					: -1;
		}

	}

}
