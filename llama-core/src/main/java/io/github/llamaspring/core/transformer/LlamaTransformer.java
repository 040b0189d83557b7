package io.github.llamaspring.core.transformer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.Projection;
import io.github.llamaspring.core.kernel.Projections;
import io.github.llamaspring.core.kernel.WarmUp;
import io.github.llamaspring.core.kernel.WorkerPool;

/**
 * The Llama network (Touvron et al. 2023). Each block adds to the residual stream
 * {@code x} first {@code wo * attention(rope(wq * n), rope(wk * n), wv * n)} with
 * {@code n = rmsNorm(x)}, then {@code down * (silu(gate * m) * (up * m))} with
 * {@code m = rmsNorm(x)}; the logits come from the normalised last state. Thread-safe:
 * forward passes take turns, in order of arrival.
 */
public final class LlamaTransformer {

	/** Entries of a batch for which others wait about a second. */
	private static final int SHARED_BATCH = 32;

	private static final long SHARED_NANOS = TimeUnit.SECONDS.toNanos(5);

	/** Nanoseconds. */
	private static final long WARM_UP = 1_500_000_000;

	private static final int WARM_UP_TOKENS = 15;

	private final LlamaConfig config;

	private final LlamaWeights weights;

	private final Kernels kernels;

	private final RotaryEmbedding rotary;

	private final Workspace workspace;

	private final List<Step> steps = new ArrayList<>();

	private final Projections projections;

	private final Projection output;

	private final int promptBatch;

	private final long memoryBytes;

	private final Attention attention;

	private final ComputeTurns turns = new ComputeTurns();

	private final CacheBudget cacheBudget;

	/**
	 * Finds the weights in the file.
	 * @param plan how its weights are taken over
	 * @throws io.github.llamaspring.core.error.GgufFormatException if the file holds no
	 * such model
	 * @throws LlamaException if there is not enough memory for the weights, the
	 * activations, or the keys and values of a few positions
	 */
	public LlamaTransformer(GgufFile file, Kernels kernels, WorkerPool pool, LoadPlan plan) {
		this.config = LlamaConfig.from(file);
		this.cacheBudget = new CacheBudget(plan.cacheBytes());
		requireMemory(file, plan.cacheBytes());
		this.weights = LlamaWeights.from(file, this.config, kernels);
		this.kernels = kernels;
		this.rotary = new RotaryEmbedding(this.config.rope(), this.weights.ropeFactors());
		this.workspace = new Workspace(this.config, Batch.CAPACITY, this.rotary.tableSize());
		this.attention = new Attention(this.config, kernels.attention(), pool, attentionBuffers());
		this.projections = kernels.projections(this.weights.layerTypes(), List.of(this.weights.output().type()), pool,
				plan.packCache());
		try {
			MemoryNeed.of(this.config, this.weights, this.projections::memoryBytes)
				.require(file.describe(), plan.availableBytes(), kernels.memoryLimit());
			for (LlamaWeights.Layer layer : this.weights.layers()) {
				this.steps.add(step(this.projections, layer, plan.loaded()));
			}
			this.output = this.projections.projection(
					new Projection.Plan(List.of(this.weights.output()), this.workspace.x, this.weights.outputNorm(),
							this.config.rmsEpsilon(), 1, Projection.Result.STORE, List.of(this.workspace.logits)),
					plan.loaded());
			this.projections.complete(plan.loaded());
		}
		catch (RuntimeException | Error ex) {
			this.steps.forEach(Step::close);
			this.projections.close();
			throw ex;
		}
		this.promptBatch = Math.min(Batch.CAPACITY, kernels.promptBatch());
		this.memoryBytes = this.output.memoryBytes() + this.steps.stream().mapToLong(Step::memoryBytes).sum();
	}

	/**
	 * Runs the first block on tokens of no meaning until that gets no faster, so that the
	 * first request finds everything compiled.
	 */
	public void warmUp() {
		if (!this.projections.warmUp()) {
			return;
		}
		int tokens = Math.min(WARM_UP_TOKENS, this.config.contextLength() - 1);
		Batch one = new Batch();
		Batch several = new Batch();
		try (KvCache cache = newCache()) {
			for (int i = 0; i < tokens; i++) {
				several.add(cache, i, 0, null);
			}
			one.add(cache, tokens, 0, new float[this.config.vocabularySize()]);
			WarmUp.run(WARM_UP, () -> {
				if (tokens > 0) {
					compute(several, 1, () -> false);
				}
				compute(one, 1, () -> false);
			});
		}
	}

	private Step step(Projections projections, LlamaWeights.Layer w, LongConsumer loaded) {
		Workspace s = this.workspace;
		float epsilon = this.config.rmsEpsilon();
		int capacity = Batch.CAPACITY;
		List<Projection> made = new ArrayList<>();
		try {
			made.add(projections.projection(new Projection.Plan(List.of(w.query(), w.key(), w.value()), s.x,
					w.attentionNorm(), epsilon, capacity, Projection.Result.STORE, List.of(s.query, s.key, s.value)),
					loaded));
			made.add(projections.projection(new Projection.Plan(List.of(w.attentionOutput()), s.attended, null, 0,
					capacity, Projection.Result.ADD, List.of(s.x)), loaded));
			made.add(projections.projection(new Projection.Plan(List.of(w.gate(), w.up()), s.x, w.ffnNorm(), epsilon,
					capacity, Projection.Result.GATE, List.of(s.gate, s.up)), loaded));
			made.add(projections.projection(new Projection.Plan(List.of(w.down()), s.gate, null, 0, capacity,
					Projection.Result.ADD, List.of(s.x)), loaded));
			return new Step(made.get(0), made.get(1), made.get(2), made.get(3));
		}
		catch (RuntimeException | Error ex) {
			made.forEach(Projection::close);
			throw ex;
		}
	}

	/**
	 * One block of the network.
	 *
	 * @param queryKeyValue from the normalised stream
	 * @param attentionOutput added to the stream
	 * @param gateUp from the normalised stream
	 * @param down added to the stream
	 */
	private record Step(Projection queryKeyValue, Projection attentionOutput, Projection gateUp, Projection down) {

		long memoryBytes() {
			return this.queryKeyValue.memoryBytes() + this.attentionOutput.memoryBytes() + this.gateUp.memoryBytes()
					+ this.down.memoryBytes();
		}

		void close() {
			this.queryKeyValue.close();
			this.attentionOutput.close();
			this.gateUp.close();
			this.down.close();
		}

	}

	/**
	 * Bytes of the weights that lie in memory of their own, beside the file's mapping.
	 */
	public long memoryBytes() {
		return this.memoryBytes;
	}

	/**
	 * Gives the weights' memory back; the last call.
	 */
	public void close() {
		exclusively(() -> {
			this.steps.forEach(Step::close);
			this.output.close();
			this.projections.close();
		});
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
		long page = KvCache.tileBytes(this.config);
		if (page > cacheBytes) {
			throw new LlamaException(
					"%s: keys and values of %d positions need %d MiB, more than the %d MiB they may take (maxCacheBytes)"
						.formatted(file.describe(), KvCache.TILE, page >> 20, cacheBytes >> 20));
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
	 * Entries of the next batch of a long prompt: few while others wait for their turn,
	 * or did a moment ago.
	 */
	public int preferredBatch() {
		return this.turns.hadWaiters(SHARED_NANOS) ? SHARED_BATCH : this.promptBatch;
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
			return compute(batch, this.config.layers(), cancelled);
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

	private boolean compute(Batch batch, int layers, BooleanSupplier cancelled) {
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
		for (int layer = 0; layer < layers; layer++) {
			Step step = this.steps.get(layer);
			if (!attend(batch, layer, step, cancelled) || !step.gateUp().run(0, batch.size(), cancelled)
					|| !step.down().run(0, batch.size(), cancelled)) {
				return false;
			}
		}
		return logits(batch, cancelled);
	}

	private boolean attend(Batch batch, int layer, Step step, BooleanSupplier cancelled) {
		int tokens = batch.size();
		if (!step.queryKeyValue().run(0, tokens, cancelled)) {
			return false;
		}
		if (cancelled.getAsBoolean()) {
			return false;
		}
		this.attention.run(batch, layer);
		return step.attentionOutput().run(0, tokens, cancelled);
	}

	private boolean logits(Batch batch, BooleanSupplier cancelled) {
		for (int i = 0; i < batch.size(); i++) {
			float[] logits = batch.logits(i);
			if (logits != null) {
				if (!this.output.run(i, 1, cancelled)) {
					return false;
				}
				System.arraycopy(this.workspace.logits, 0, logits, 0, logits.length);
			}
		}
		return !cancelled.getAsBoolean();
	}

}
