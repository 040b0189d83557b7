package io.github.llamaspring.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.llamaspring.core.error.ContextLengthExceededException;
import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.sampling.TopProbabilities;
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

	private final AtomicBoolean inUse = new AtomicBoolean();

	private volatile boolean closed;

	LlamaSession(LlamaModel model, KvCache cache) {
		this.model = model;
		this.cache = cache;
	}

	/**
	 * As {@link #generate(GenerationRequest, TokenListener, Cancellation)}, waiting for
	 * the whole answer.
	 */
	public GenerationResult generate(GenerationRequest request) {
		return generate(request, null, null);
	}

	/**
	 * Computes the prompt and generates; interrupting the thread does not end it,
	 * cancelling does. What the prompt shares with the sequence's tokens from the start
	 * is not computed again.
	 * @param listener receives text while it is generated
	 * @param cancellation stops this generation from any thread
	 * @return what was generated; a cancelled generation is a result too
	 * @throws IllegalArgumentException if the request does not fit the model: an empty
	 * prompt, a token outside the vocabulary
	 * @throws ContextLengthExceededException if the prompt is longer than the context
	 * @throws io.github.llamaspring.core.error.CacheMemoryException if there is no memory
	 * left for its keys and values
	 * @throws io.github.llamaspring.core.error.ChatTemplateException if the template
	 * refuses the messages
	 * @throws LlamaException if the model's weights give no usable numbers, or its file
	 * was cut while in use
	 * @throws IllegalStateException if the session or the model is closed, or another
	 * thread uses the session
	 */
	public GenerationResult generate(GenerationRequest request, @Nullable TokenListener listener,
			@Nullable Cancellation cancellation) {
		long start = System.nanoTime();
		enter();
		try {
			int[] prompt = encode(request.prompt());
			return new Generation(this, request, prompt, listener,
					(cancellation != null) ? cancellation : new Cancellation(), start)
				.run();
		}
		catch (InternalError ex) {
			throw LlamaModel.cut(this.model.fileName(), ex);
		}
		finally {
			this.inUse.set(false);
		}
	}

	/**
	 * Computes a prompt and asks how probable tokens are behind it, without generating:
	 * the softmax of the raw logits. What the prompt shares with the sequence's tokens
	 * from the start is not computed again.
	 * @param prompt used as it is
	 * @param tokens asked for
	 * @param cancellation ends the computation from any thread
	 * @return the probabilities, or null if it was cancelled
	 * @throws IllegalArgumentException if a token is outside the vocabulary, or there is
	 * no prompt
	 * @throws ContextLengthExceededException if the prompt is longer than the context
	 * @throws LlamaException as {@link #generate} does
	 * @throws IllegalStateException as {@link #generate} does
	 */
	public @Nullable NextTokens next(List<Integer> prompt, List<Integer> tokens, Cancellation cancellation) {
		enter();
		try {
			int[] ids = encode(new GenerationRequest.TokenPrompt(prompt));
			int vocabulary = this.model.transformer().config().vocabularySize();
			tokens.forEach((id) -> requireToken(id, vocabulary));
			float[] logits = new float[vocabulary];
			int cached = keepSharedPrefix(ids);
			if (!append(ids, logits, cancellation)) {
				return null;
			}
			TopProbabilities asked = TopProbabilities.of(logits, tokens.stream().mapToInt(Integer::intValue).toArray());
			TopProbabilities best = TopProbabilities.of(logits, 1);
			List<TokenProbability> list = new ArrayList<>();
			for (int i = 0; i < tokens.size(); i++) {
				list.add(new TokenProbability(tokens.get(i), asked.probabilities()[i]));
			}
			return new NextTokens(list, new TokenProbability(best.ids()[0], best.probabilities()[0]),
					new Usage(ids.length, 0, cached));
		}
		catch (InternalError ex) {
			throw LlamaModel.cut(this.model.fileName(), ex);
		}
		finally {
			this.inUse.set(false);
		}
	}

	private void enter() {
		if (!this.inUse.compareAndSet(false, true)) {
			throw new IllegalStateException("the session is used by another thread; one at a time may");
		}
		if (this.closed || this.model.isClosed()) {
			this.inUse.set(false);
			this.model.requireOpen();
			throw new IllegalStateException("the session is closed");
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
			throw new ContextLengthExceededException(ids.length, this.model.contextLength());
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
	 * Computes what is missing of a prompt, in batches.
	 * @param logits receives those after the last token
	 * @return false if it was cancelled
	 */
	boolean append(int[] prompt, float[] logits, Cancellation cancellation) {
		while (this.length < prompt.length) {
			int count = Math.min(this.model.transformer().preferredBatch(), prompt.length - this.length);
			boolean last = this.length + count == prompt.length;
			if (!append(prompt, this.length, count, last ? logits : null, cancellation)) {
				return false;
			}
		}
		return true;
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
	 * Forgets the sequence and gives the memory of its keys and values back.
	 * @throws IllegalStateException if the session is closed, or another thread uses it
	 */
	public void clear() {
		enter();
		this.length = 0;
		this.cache.close();
		this.inUse.set(false);
	}

	/**
	 * Gives the memory of the keys and values back.
	 * @throws IllegalStateException if another thread uses the session: cancel first
	 */
	@Override
	public void close() {
		if (this.closed) {
			return;
		}
		if (!this.inUse.compareAndSet(false, true)) {
			throw new IllegalStateException("the session is used by another thread: cancel its generation first");
		}
		this.closed = true;
		this.cache.close();
		this.inUse.set(false);
	}

}
