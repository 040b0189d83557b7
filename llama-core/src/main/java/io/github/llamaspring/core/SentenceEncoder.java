package io.github.llamaspring.core;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

import io.github.llamaspring.core.encoder.BertEncoder;
import io.github.llamaspring.core.encoder.EncoderFile;
import io.github.llamaspring.core.encoder.WindowBatch;
import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.kernel.CpuName;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.WarmUp;
import io.github.llamaspring.core.kernel.WorkerPool;
import io.github.llamaspring.core.tokenizer.UnigramTokenizer;

/**
 * Turns texts into vectors of their meaning, across languages: multilingual-e5-small (94
 * languages) from its 4-bit pack, or a GGUF file of the architecture {@code bert} with a
 * unigram tokenizer. A text that is longer than the model's window is cut into several,
 * whose vectors are averaged by length. Thread-safe; threads take turns.
 */
public final class SentenceEncoder implements AutoCloseable {

	/** UTF-16 units of a text at most; that many take a minute. */
	public static final int MAX_TEXT = 1 << 20;

	/** Tokens that go through the network together: their states stay in the cache. */
	private static final int BATCH = 512;

	/** Tokens of the texts that warm up. */
	private static final int WARM_UP_TOKENS = 20;

	/** Nanoseconds that warming up goes on at most. */
	private static final long WARM_UP = 3_000_000_000L;

	private final EncoderFile file;

	private final WorkerPool pool;

	private final Kernels kernels;

	private final UnigramTokenizer tokenizer;

	private final BertEncoder encoder;

	/** Fair: a single question waits for one batch of a long list, not for the list. */
	private final ReentrantLock turn = new ReentrantLock(true);

	private final ConcurrentLinkedQueue<Work> idle = new ConcurrentLinkedQueue<>();

	private volatile boolean closed;

	private SentenceEncoder(EncoderFile file, ModelOptions options, Kernels kernels, WorkerPool pool) {
		this.file = file;
		this.pool = pool;
		this.kernels = kernels;
		CompletableFuture<UnigramTokenizer> tokenizer = CompletableFuture.supplyAsync(file::tokenizer);
		int capacity = Math.max(BATCH, file.config().positions());
		this.encoder = new BertEncoder(file, kernels, pool, capacity, LlamaModel.progress(options, file.weightBytes()));
		try {
			this.tokenizer = join(tokenizer);
			if (options.progress() != null) {
				options.progress().accept(1);
			}
		}
		catch (RuntimeException | Error ex) {
			this.encoder.close();
			throw ex;
		}
	}

	/**
	 * Computes texts of no meaning until that gets no faster, so that an encoder that is
	 * loaded before it is needed is fast from the first text on. Who comes meanwhile
	 * waits for one of them.
	 */
	private void warmUp() {
		if (!this.encoder.warmUp()) {
			return;
		}
		Work work = take();
		int[] ids = new int[Math.min(WARM_UP_TOKENS, windowTokens())];
		SentenceVector nobodys = new SentenceVector(new float[dimensions()], ids.length);
		try {
			WarmUp.run(WARM_UP, () -> {
				work.batch.add(ids, 0, ids.length);
				work.parts.add(nobodys);
				compute(work);
			});
		}
		catch (IllegalStateException | LlamaException ex) {
			return; // closed meanwhile; or the first text says what is wrong
		}
		this.idle.add(work);
	}

	private static <T> T join(CompletableFuture<T> future) {
		try {
			return future.join();
		}
		catch (CompletionException ex) {
			switch (ex.getCause()) {
				case RuntimeException cause -> throw cause;
				case Error cause -> throw cause;
				case null, default -> throw ex;
			}
		}
	}

	/**
	 * Maps and checks a file, and reads its weights into memory once. Of the options,
	 * context length, cache and weight cache do not apply.
	 * @throws io.github.llamaspring.core.error.ModelNotFoundException if there is no such
	 * file
	 * @throws io.github.llamaspring.core.error.GgufFormatException if the file is damaged
	 * or holds no sentence encoder
	 * @throws io.github.llamaspring.core.error.VectorModuleMissingException if the vector
	 * kernels are demanded and not there
	 */
	public static SentenceEncoder load(Path file, ModelOptions options) {
		Kernels kernels = kernels(options);
		EncoderFile mapped = EncoderFile.open(file);
		WorkerPool pool = new WorkerPool(LlamaModel.threads(options));
		try {
			SentenceEncoder encoder = new SentenceEncoder(mapped, options, kernels, pool);
			Thread.ofPlatform().daemon().name("llama-encoder-warm-up").start(encoder::warmUp);
			return encoder;
		}
		catch (InternalError ex) {
			pool.close();
			mapped.close();
			throw LlamaModel.cut(mapped.describe(), ex);
		}
		catch (RuntimeException | Error ex) {
			pool.close();
			mapped.close();
			throw ex;
		}
	}

	/**
	 * Whether a file is a pack of a sentence encoder, which {@link LlamaModel#inspect}
	 * cannot read.
	 */
	public static boolean isPack(Path file) {
		return EncoderFile.isPack(file);
	}

	/**
	 * Facts about a file without loading it.
	 * @throws io.github.llamaspring.core.error.GgufFormatException if the file is damaged
	 * or holds no sentence encoder
	 */
	public static ModelInfo inspect(Path file, ModelOptions options) {
		try (EncoderFile mapped = EncoderFile.open(file)) {
			return info(mapped, kernels(options), LlamaModel.threads(options));
		}
	}

	/** Small as it is, its own kernels are as fast as it needs. */
	private static Kernels kernels(ModelOptions options) {
		return LlamaModel.kernels(options.kernel()).withoutAccelerator();
	}

	/** Facts about the model and how it is computed. */
	public ModelInfo info() {
		return info(this.file, this.kernels, this.pool.threads());
	}

	private static ModelInfo info(EncoderFile file, Kernels kernels, int threads) {
		return new ModelInfo(file.name(), "bert", file.parameters(), file.tensorTypes(), "unigram",
				file.config().windowTokens(), file.weightBytes(), file.weightBytes(), kernels.name(),
				kernels.accelerator(), CpuName.get(), threads);
	}

	/** Numbers of a vector. */
	public int dimensions() {
		return this.encoder.config().dim();
	}

	/** Tokens of a text that are seen at once; longer ones are cut. */
	public int windowTokens() {
		return this.encoder.config().windowTokens();
	}

	/** Number of tokens of a text, without a prefix. */
	public int countTokens(String text) {
		requireOpen();
		requireEncodable(text);
		Work work = take();
		int count = this.tokenizer.encode("", text, work.tokens);
		this.idle.add(work);
		return count;
	}

	/**
	 * The vector of a text.
	 * @throws IllegalArgumentException if it is longer than {@link #MAX_TEXT}
	 */
	public SentenceVector encode(String text, TextType type) {
		return encode(List.of(text), type).getFirst();
	}

	/**
	 * The vectors of texts, in their order. Texts of different length share the work
	 * without waste, and many at once are faster than one by one.
	 * @throws IllegalArgumentException if one is longer than {@link #MAX_TEXT}
	 * @throws LlamaException if the model's weights give no numbers
	 */
	public List<SentenceVector> encode(List<String> texts, TextType type) {
		texts.forEach(SentenceEncoder::requireEncodable);
		requireOpen();
		Work work = take();
		List<SentenceVector> vectors = new ArrayList<>(texts.size());
		int window = windowTokens();
		try {
			for (String text : texts) {
				int count = this.tokenizer.encode(type.prefix(), text, work.tokens);
				SentenceVector vector = new SentenceVector(new float[dimensions()], count);
				vectors.add(vector);
				int from = 0;
				do {
					int to = Math.min(count, from + window);
					if (!work.batch.fits(to - from)) {
						compute(work);
					}
					work.batch.add(work.tokens.ids(), from, to);
					work.parts.add(vector);
					from = to;
				}
				while (from < count);
			}
			compute(work);
		}
		finally {
			work.clear();
			this.idle.add(work);
		}
		vectors.forEach(this::toLengthOne);
		return vectors;
	}

	/**
	 * Checks that a text is short enough.
	 * @throws IllegalArgumentException if it is longer than {@link #MAX_TEXT}
	 */
	public static void requireEncodable(String text) {
		if (text.length() > MAX_TEXT) {
			throw new IllegalArgumentException("a text of %d characters is longer than the %d that are encoded: cut it"
				.formatted(text.length(), MAX_TEXT));
		}
	}

	private Work take() {
		Work work = this.idle.poll();
		return (work != null) ? work : new Work(new UnigramTokenizer.Workspace(),
				new WindowBatch(this.encoder.config(), this.encoder.capacity()), new ArrayList<>());
	}

	private void compute(Work work) {
		if (work.parts.isEmpty()) {
			return;
		}
		this.turn.lock();
		try {
			requireOpen();
			this.encoder.encode(work.batch);
		}
		catch (InternalError ex) {
			throw LlamaModel.cut(this.file.describe(), ex);
		}
		finally {
			this.turn.unlock();
		}
		work.addMeans();
	}

	private void toLengthOne(SentenceVector vector) {
		double squares = 0;
		for (float value : vector.values()) {
			squares += (double) value * value;
		}
		float factor = (float) (1 / Math.sqrt(squares));
		if (!(factor > 0) || Float.isInfinite(factor)) {
			throw new LlamaException(this.file.describe()
					+ ": the vector of a text is no number: the weights are damaged, fetch the file again");
		}
		for (int i = 0; i < vector.values().length; i++) {
			vector.values()[i] *= factor;
		}
	}

	private void requireOpen() {
		if (this.closed) {
			throw new IllegalStateException("the encoder " + this.file.describe() + " is closed");
		}
	}

	/**
	 * Gives the weights back, when the batch at hand is through.
	 */
	@Override
	public void close() {
		this.turn.lock();
		try {
			if (!this.closed) {
				this.closed = true;
				this.encoder.close();
				this.pool.close();
				this.file.close();
			}
		}
		finally {
			this.turn.unlock();
		}
	}

	/**
	 * What one call works with.
	 *
	 * @param tokens of one text
	 * @param batch of windows of several
	 * @param parts whose they are
	 */
	private record Work(UnigramTokenizer.Workspace tokens, WindowBatch batch, List<SentenceVector> parts) {

		/** Adds each window's mean, as often as it has tokens, to its text's vector. */
		void addMeans() {
			float[] means = this.batch.means();
			for (int window = 0; window < this.parts.size(); window++) {
				float[] sum = this.parts.get(window).values();
				int weight = this.batch.textTokens(window);
				for (int i = 0; i < sum.length; i++) {
					sum[i] += weight * means[window * sum.length + i];
				}
			}
			clear();
		}

		void clear() {
			this.batch.clear();
			this.parts.clear();
		}

	}

}
