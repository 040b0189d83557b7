package io.github.llamaspring.core;

import java.util.Arrays;
import java.util.OptionalInt;

import io.github.llamaspring.core.error.ContextLengthExceededException;
import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.tokenizer.Tokenizer;
import io.github.llamaspring.core.transformer.Batch;
import io.github.llamaspring.core.transformer.KvCache;
import org.jspecify.annotations.Nullable;

/**
 * A handle on one sequence: its tokens and their keys and values. Used by one thread at a
 * time; several sessions of one model may generate at once and share the compute threads.
 */
public final class LlamaSession implements AutoCloseable {

	private final LlamaModel model;

	private final KvCache cache;

	private final Batch batch = new Batch();

	/** The tokens whose keys and values the cache holds. */
	private int[] tokens = new int[256];

	private int length;

	private boolean closed;

	LlamaSession(LlamaModel model, KvCache cache) {
		this.model = model;
		this.cache = cache;
	}

	/**
	 * Computes the prompt and generates. What the prompt shares with the sequence's
	 * tokens from the start is not computed again.
	 * @param listener receives text while it is generated
	 * @param cancellation stops this generation from any thread
	 * @return what was generated; a cancelled generation is a result too
	 * @throws IllegalArgumentException if the request does not fit the model: an empty
	 * prompt, a token outside the vocabulary
	 * @throws ContextLengthExceededException if the prompt is longer than the context
	 * @throws io.github.llamaspring.core.error.ChatTemplateException if the template
	 * refuses the messages
	 * @throws LlamaException if the model's weights give no usable numbers, or its file
	 * was cut while in use
	 * @throws IllegalStateException if the session or the model is closed
	 */
	public GenerationResult generate(GenerationRequest request, @Nullable TokenListener listener,
			@Nullable Cancellation cancellation) {
		if (this.closed) {
			throw new IllegalStateException("the session is closed");
		}
		this.model.requireOpen();
		int[] prompt = encode(request.prompt());
		try {
			return new Generation(this, request, prompt, listener,
					(cancellation != null) ? cancellation : new Cancellation())
				.run();
		}
		catch (InternalError ex) {
			// The JVM's answer to a mapped page that is no longer in the file.
			throw new LlamaException(
					this.model.fileName() + " was cut or its disk failed while in use: load the model again", ex);
		}
	}

	private int[] encode(GenerationRequest.Prompt prompt) {
		Tokenizer tokenizer = this.model.tokenizer();
		int[] ids = switch (prompt) {
			case GenerationRequest.TokenPrompt(var given) -> given.stream().mapToInt(Integer::intValue).toArray();
			case GenerationRequest.ChatPrompt(var messages) ->
				this.model.chatTemplate().encode(messages, true, tokenizer);
			case GenerationRequest.TextPrompt(var text, var special) -> {
				int[] plain = tokenizer.encode(text, special);
				OptionalInt bos = tokenizer.bos();
				yield (tokenizer.addBos() && bos.isPresent()) ? withBos(bos.getAsInt(), plain) : plain;
			}
		};
		int vocabulary = this.model.transformer().config().vocabularySize();
		for (int id : ids) {
			requireToken(id, vocabulary);
		}
		if (ids.length == 0) {
			throw new IllegalArgumentException("the prompt holds no tokens");
		}
		if (ids.length > this.model.contextLength()) {
			throw new ContextLengthExceededException("the prompt has %d tokens, the context %d: shorten it"
				.formatted(ids.length, this.model.contextLength()));
		}
		return ids;
	}

	static void requireToken(int id, int vocabulary) {
		if (id < 0 || id >= vocabulary) {
			throw new IllegalArgumentException("token %d is outside the vocabulary of %d".formatted(id, vocabulary));
		}
	}

	private static int[] withBos(int bos, int[] ids) {
		int[] all = new int[ids.length + 1];
		all[0] = bos;
		System.arraycopy(ids, 0, all, 1, ids.length);
		return all;
	}

	LlamaModel model() {
		return this.model;
	}

	/**
	 * Number of tokens whose keys and values are there.
	 */
	int length() {
		return this.length;
	}

	/**
	 * Keeps what the sequence shares with the prompt from the start, but leaves at least
	 * one token of the prompt to compute, for its logits.
	 * @return how many tokens were kept
	 */
	int keepSharedPrefix(int[] prompt) {
		int most = Math.min(this.length, prompt.length - 1);
		int mismatch = Arrays.mismatch(this.tokens, 0, most, prompt, 0, most);
		this.length = (mismatch < 0) ? most : mismatch;
		return this.length;
	}

	/**
	 * Computes tokens at the end of the sequence.
	 * @param logits receives those after the last token, or null
	 * @return false if it was cancelled: the sequence is then as before
	 */
	boolean append(int[] source, int from, int count, float @Nullable [] logits, Cancellation cancellation) {
		this.batch.clear();
		for (int i = 0; i < count; i++) {
			this.batch.add(this.cache, this.length + i, source[from + i], (i == count - 1) ? logits : null);
		}
		if (!this.model.transformer().forward(this.batch, () -> cancellation.isCancelled() || this.model.isClosed())) {
			return false;
		}
		if (this.length + count > this.tokens.length) {
			this.tokens = Arrays.copyOf(this.tokens, Math.max(this.length + count, 2 * this.tokens.length));
		}
		System.arraycopy(source, from, this.tokens, this.length, count);
		this.length += count;
		return true;
	}

	/**
	 * Forgets the sequence.
	 */
	public void clear() {
		this.length = 0;
	}

	/**
	 * Gives the memory of the keys and values back. Not while a generation runs.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.cache.close();
	}

}
