package io.github.llamaspring.core.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;

import io.github.llamaspring.core.error.GgufFormatException;

/**
 * SentencePiece as Llama-2 uses it: neighbours are merged by the best score, what is left
 * over falls back to byte tokens. Source: llm_tokenizer_spm of llama.cpp.
 */
final class SentencePieceTokenizer implements Tokenizer {

	private static final char SPACE = '\u2581';

	private final Vocabulary vocabulary;

	private final SpecialTokens specialTokens;

	private final int[] byteIds = new int[256];

	private final byte[] byteOfId;

	private final int longestPiece;

	SentencePieceTokenizer(Vocabulary vocabulary) {
		this.vocabulary = vocabulary;
		this.specialTokens = new SpecialTokens(vocabulary);
		this.byteOfId = new byte[vocabulary.size()];
		findBytes();
		int longest = 0;
		for (int id = 0; id < vocabulary.size(); id++) {
			if (vocabulary.type(id) == TokenType.BYTE && this.byteIds[this.byteOfId[id] & 0xff] != id) {
				throw vocabulary.failure("tokens", "names token %d '%s', which is no byte of its own", id,
						vocabulary.piece(id));
			}
			longest = Math.max(longest, vocabulary.piece(id).length());
		}
		this.longestPiece = longest;
	}

	private void findBytes() {
		for (int value = 0; value < 256; value++) {
			String name = "<0x%02X>".formatted(value);
			int id = this.vocabulary.id(name).orElse(-1);
			if (id >= 0 && this.vocabulary.type(id) == TokenType.BYTE) {
				this.byteIds[value] = id;
				this.byteOfId[id] = (byte) value;
			}
			else {
				int unknown = this.vocabulary.unknown().orElseThrow(() -> noByte(name));
				// Any text may lead to it, so it must not be a token that steers.
				if (this.vocabulary.type(unknown) == TokenType.CONTROL) {
					throw this.vocabulary.failure("unknown_token_id", "is %d, which is a control token", unknown);
				}
				this.byteIds[value] = unknown;
			}
		}
	}

	private GgufFormatException noByte(String name) {
		return this.vocabulary.failure("tokens", "has neither a byte token %s nor an unknown token", name);
	}

	@Override
	public Vocabulary vocabulary() {
		return this.vocabulary;
	}

	@Override
	public boolean addBos() {
		return this.vocabulary.addBos().orElse(true) && bos().isPresent();
	}

	@Override
	public int[] encode(String text, boolean special, BitSet plain) {
		TokenBuffer ids = new TokenBuffer(text.length() / 3);
		String clean = Surrogates.replaceLone(text);
		// A text begins with a space, and so does what follows a special token.
		boolean prefix = this.vocabulary.addSpacePrefix();
		boolean first = prefix;
		int from = 0;
		for (SpecialTokens.Match match : this.specialTokens.find(clean, special, plain)) {
			if (match.start() > from) {
				encode(clean.substring(from, match.start()), first, ids);
			}
			ids.add(match.id());
			first = prefix;
			from = match.end();
		}
		if (from < clean.length()) {
			encode(clean.substring(from), first, ids);
		}
		return ids.toArray();
	}

	private void encode(String text, boolean prefix, TokenBuffer ids) {
		String escaped = (prefix ? " " + text : text).replace(' ', SPACE);
		new Merger(escaped).run(ids);
	}

	@Override
	public byte[] bytes(int id) {
		String piece = this.vocabulary.piece(id);
		return switch (this.vocabulary.type(id)) {
			case BYTE -> new byte[] { this.byteOfId[id] };
			case CONTROL, UNKNOWN, USER_DEFINED -> piece.getBytes(StandardCharsets.UTF_8);
			case NORMAL, UNUSED, UNDEFINED -> piece.replace(SPACE, ' ').getBytes(StandardCharsets.UTF_8);
		};
	}

	/**
	 * The symbols of one text. A symbol is known by the index of its first character;
	 * {@code ends[i]} is where it ends (0 once it is part of the one before it),
	 * {@code previous[i]} where the one before it starts.
	 */
	private final class Merger {

		private final String text;

		private final int[] ends;

		private final int[] previous;

		private final MergeQueue queue = new MergeQueue();

		Merger(String text) {
			this.text = text;
			this.ends = new int[text.length()];
			this.previous = new int[text.length() + 1];
		}

		void run(TokenBuffer ids) {
			split();
			while (!this.queue.isEmpty()) {
				long proposal = this.queue.remove();
				int order = (int) (proposal >> 32);
				int left = (int) proposal;
				// One merged since then has another score, or is a merge as good.
				if (this.ends[left] > 0 && proposes(left, order)) {
					merge(left);
				}
			}
			for (int start = 0; start < this.text.length(); start = this.ends[start]) {
				emit(start, ids);
			}
		}

		private void split() {
			int before = -1;
			for (int start = 0; start < this.text.length();) {
				int end = this.text.offsetByCodePoints(start, 1);
				this.ends[start] = end;
				this.previous[start] = before;
				before = start;
				start = end;
			}
			for (int start = 0; start < this.text.length(); start = this.ends[start]) {
				propose(start);
			}
		}

		private void merge(int left) {
			int right = this.ends[left];
			int end = this.ends[right];
			this.ends[left] = end;
			this.ends[right] = 0;
			this.previous[end] = left;
			if (this.previous[left] >= 0) {
				propose(this.previous[left]);
			}
			propose(left);
		}

		private void propose(int left) {
			int id = merged(left);
			if (id >= 0) {
				this.queue.add(order(id), left);
			}
		}

		private boolean proposes(int left, int order) {
			int id = merged(left);
			return id >= 0 && order(id) == order;
		}

		private int merged(int left) {
			int right = this.ends[left];
			if (right >= this.text.length()) {
				return -1;
			}
			int end = this.ends[right];
			boolean possible = end - left <= SentencePieceTokenizer.this.longestPiece;
			return possible ? vocabulary().textId(this.text.substring(left, end)) : -1;
		}

		/**
		 * A number that is the smaller, the higher the score.
		 */
		private int order(int id) {
			int bits = Float.floatToIntBits(vocabulary().score(id) + 0.0f);
			return ~(bits ^ ((bits >> 31) & 0x7fffffff));
		}

		private void emit(int start, TokenBuffer ids) {
			String symbol = this.text.substring(start, this.ends[start]);
			int id = vocabulary().textId(symbol);
			if (id >= 0) {
				ids.add(id);
				return;
			}
			for (byte value : symbol.getBytes(StandardCharsets.UTF_8)) {
				ids.add(SentencePieceTokenizer.this.byteIds[value & 0xff]);
			}
		}

	}

}
