package io.github.llamaspring.core.transformer;

import java.util.function.BooleanSupplier;

import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.WeightMatrix;
import io.github.llamaspring.core.kernel.WorkerPool;

/**
 * The Llama network (Touvron et al. 2023). Each block adds to the residual stream
 * {@code x} first {@code wo * attention(rope(wq * n), rope(wk * n), wv * n)} with
 * {@code n = rmsNorm(x)}, then {@code down * (silu(gate * m) * (up * m))} with
 * {@code m = rmsNorm(x)}; the logits come from the normalised last state. Thread-safe:
 * forward passes take turns, in order of arrival.
 */
public final class LlamaTransformer {

	private final LlamaConfig config;

	private final LlamaWeights weights;

	private final Kernels kernels;

	private final WorkerPool pool;

	private final RotaryEmbedding rotary;

	private final Workspace workspace;

	private final Attention attention;

	private final ComputeTurns turns = new ComputeTurns();

	private final CacheBudget cacheBudget;

	/**
	 * Finds the weights in the file.
	 * @param cacheBytes what the keys and values of all sequences may take
	 * @throws io.github.llamaspring.core.error.GgufFormatException if the file holds no
	 * such model
	 * @throws LlamaException if there is not enough memory for the activations or for the
	 * keys and values of a few positions
	 */
	public LlamaTransformer(GgufFile file, Kernels kernels, WorkerPool pool, long cacheBytes) {
		this.config = LlamaConfig.from(file);
		this.cacheBudget = new CacheBudget(cacheBytes);
		requireMemory(file, cacheBytes);
		this.weights = LlamaWeights.from(file, this.config, kernels);
		this.kernels = kernels;
		this.pool = pool;
		this.rotary = new RotaryEmbedding(this.config.rope(), this.weights.ropeFactors());
		this.workspace = new Workspace(this.config, Batch.CAPACITY, this.rotary.tableSize());
		this.attention = new Attention(this.config, kernels.attention(), pool, attentionBuffers());
	}

	private AttentionBuffers attentionBuffers() {
		Workspace s = this.workspace;
		int queryDim = this.config.queryDim();
		int keyDim = this.config.keyDim();
		return new AttentionBuffers(new Rows(s.query, 0, queryDim), new Rows(s.key, 0, keyDim),
				new Rows(s.value, 0, keyDim), new Rows(s.attended, 0, queryDim), s.ropeTable, this.rotary.tableSize());
	}

	private void requireMemory(GgufFile file, long cacheBytes) {
		long activations = Workspace.bytes(this.config, Batch.CAPACITY);
		long heap = Runtime.getRuntime().maxMemory();
		if (activations > heap / 2) {
			throw new LlamaException(
					"%s: its activations need %d MiB of the heap's %d: start the JVM with a larger -Xmx"
						.formatted(file.describe(), activations >> 20, heap >> 20));
		}
		long page = KvCache.pageBytes(this.config);
		if (page > cacheBytes) {
			throw new LlamaException(
					"%s: keys and values of %d positions need %d MiB, more than the %d MiB they may take (maxCacheBytes)"
						.formatted(file.describe(), KvCache.PAGE, page >> 20, cacheBytes >> 20));
		}
	}

	public LlamaConfig config() {
		return this.config;
	}

	/**
	 * A cache for the keys and values of a new sequence.
	 */
	public KvCache newCache() {
		return new KvCache(this.config, this.cacheBudget);
	}

	/**
	 * Entries of the next batch of a long prompt: fewer while others wait for their turn.
	 */
	public int preferredBatch() {
		return this.turns.hasWaiters() ? Batch.CAPACITY / 4 : Batch.CAPACITY;
	}

	/**
	 * Computes a batch: writes its keys and values into the sequences' caches and the
	 * logits that were asked for.
	 * @param cancelled asked while waiting for the turn and before each parallel step
	 * @return false if it was cancelled; what was written for the batch's positions is
	 * then meaningless
	 */
	public boolean forward(Batch batch, BooleanSupplier cancelled) {
		if (!this.turns.begin(cancelled)) {
			return false;
		}
		try {
			return compute(batch, cancelled);
		}
		finally {
			this.turns.end();
		}
	}

	/**
	 * Runs something while no forward pass does.
	 */
	public void exclusively(Runnable action) {
		this.turns.begin(() -> false);
		try {
			action.run();
		}
		finally {
			this.turns.end();
		}
	}

	private boolean compute(Batch batch, BooleanSupplier cancelled) {
		if (cancelled.getAsBoolean()) {
			return false;
		}
		int dim = this.config.dim();
		for (int i = 0; i < batch.size(); i++) {
			batch.sequence(i).reserve(batch.position(i) + 1);
			this.kernels.row(this.weights.embedding(), batch.token(i), this.workspace.x, i * dim);
			this.rotary.fillTable(batch.position(i), this.workspace.ropeTable, i * this.rotary.tableSize());
		}
		this.attention.begin(batch);
		for (int layer = 0; layer < this.config.layers(); layer++) {
			LlamaWeights.Layer w = this.weights.layers().get(layer);
			if (!attend(batch, layer, w, cancelled) || !feedForward(batch.size(), w, cancelled)) {
				return false;
			}
		}
		return logits(batch, cancelled);
	}

	private boolean attend(Batch batch, int layer, LlamaWeights.Layer w, BooleanSupplier cancelled) {
		int tokens = batch.size();
		Workspace s = this.workspace;
		norm(s.x, w.attentionNorm(), tokens);
		if (!multiply(w.query(), s.normed, tokens, s.query, cancelled)
				|| !multiply(w.key(), s.normed, tokens, s.key, cancelled)
				|| !multiply(w.value(), s.normed, tokens, s.value, cancelled)) {
			return false;
		}
		if (cancelled.getAsBoolean()) {
			return false;
		}
		this.attention.run(batch, layer);
		if (!multiply(w.attentionOutput(), s.attended, tokens, s.normed, cancelled)) {
			return false;
		}
		addToResidual(tokens);
		return true;
	}

	private boolean feedForward(int tokens, LlamaWeights.Layer w, BooleanSupplier cancelled) {
		Workspace s = this.workspace;
		int ffnDim = this.config.ffnDim();
		norm(s.x, w.ffnNorm(), tokens);
		if (!multiply(w.gate(), s.normed, tokens, s.gate, cancelled)
				|| !multiply(w.up(), s.normed, tokens, s.up, cancelled)) {
			return false;
		}
		each(tokens, (entry) -> this.kernels.siluMultiply(s.gate, s.up, entry * ffnDim, ffnDim));
		if (!multiply(w.down(), s.gate, tokens, s.normed, cancelled)) {
			return false;
		}
		addToResidual(tokens);
		return true;
	}

	private boolean logits(Batch batch, BooleanSupplier cancelled) {
		Workspace s = this.workspace;
		int dim = this.config.dim();
		for (int i = 0; i < batch.size(); i++) {
			float[] logits = batch.logits(i);
			if (logits != null) {
				this.kernels.rmsNorm(s.x, i * dim, this.weights.outputNorm(), this.config.rmsEpsilon(), s.normed, 0,
						dim);
				if (!multiply(this.weights.output(), s.normed, 1, logits, cancelled)) {
					return false;
				}
			}
		}
		return !cancelled.getAsBoolean();
	}

	private boolean multiply(WeightMatrix w, float[] in, int tokens, float[] out, BooleanSupplier cancelled) {
		if (cancelled.getAsBoolean()) {
			return false;
		}
		this.kernels.matmul(w, in, tokens, out, this.pool);
		return true;
	}

	private void norm(float[] x, float[] weight, int tokens) {
		int dim = this.config.dim();
		each(tokens, (entry) -> this.kernels.rmsNorm(x, entry * dim, weight, this.config.rmsEpsilon(),
				this.workspace.normed, entry * dim, dim));
	}

	private void addToResidual(int tokens) {
		this.kernels.addScaled(this.workspace.x, 0, 1, this.workspace.normed, 0, tokens * this.config.dim());
	}

	/**
	 * Small work on each entry: by the pool if there are several.
	 */
	private void each(int tokens, EntryTask task) {
		if (tokens == 1) {
			task.run(0);
			return;
		}
		this.pool.run(tokens, (entry, worker) -> task.run(entry));
	}

	private interface EntryTask {

		void run(int entry);

	}

}
