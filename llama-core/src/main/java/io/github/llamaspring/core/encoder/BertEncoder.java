package io.github.llamaspring.core.encoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

import io.github.llamaspring.core.encoder.EncoderWeights.Dense;
import io.github.llamaspring.core.encoder.EncoderWeights.Norm;
import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.gguf.GgmlType;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.Projection;
import io.github.llamaspring.core.kernel.Projections;
import io.github.llamaspring.core.kernel.WeightMatrix;
import io.github.llamaspring.core.kernel.WorkerPool;

/**
 * The BERT encoder (Devlin et al. 2018) with its norms behind each step: windows of
 * tokens go in together, one behind the other, and see only themselves. Nothing is
 * allocated by {@link #encode}. Used by one thread at a time.
 */
public final class BertEncoder implements AutoCloseable {

	private static final BooleanSupplier GO_ON = () -> false;

	private static final int CHUNKS_PER_THREAD = 4;

	private final EncoderConfig config;

	private final Kernels kernels;

	private final WorkerPool pool;

	private final int capacity;

	private final EncoderWeights weights;

	private final Projections projections;

	private final List<Step> steps = new ArrayList<>();

	/** States of the tokens: {@code [token][dim]}. */
	private final float[] x;

	private final float[] query;

	private final float[] key;

	private final float[] value;

	private final float[] attended;

	/** {@code [token][ffnDim]}. */
	private final float[] inner;

	private final WindowAttention attention;

	private final WorkerPool.Task embedding = this::embed;

	private final WorkerPool.Task attending = this::attend;

	private final WorkerPool.Task norming = this::normalise;

	private final WorkerPool.Task activating = this::activate;

	private final WorkerPool.Task pooling = this::mean;

	private WindowBatch batch;

	private int chunks;

	/** What the parallel step at hand adds, and normalises with. */
	private float[] summand;

	private Norm norm;

	/**
	 * Takes a file's weights over.
	 * @param capacity tokens of a batch at most, no fewer than a window's
	 * @param loaded is told the bytes of weights as they are taken over
	 * @throws io.github.llamaspring.core.error.GgufFormatException if a tensor is missing
	 * or has another shape
	 * @throws LlamaException if there is not enough memory
	 */
	public BertEncoder(EncoderFile file, Kernels kernels, WorkerPool pool, int capacity, LongConsumer loaded) {
		this.config = file.config();
		this.kernels = kernels;
		this.pool = pool;
		this.capacity = capacity;
		this.weights = file.weights(kernels);
		requireMemory(file.describe());
		int dim = this.config.dim();
		this.x = new float[capacity * dim];
		this.query = new float[capacity * dim];
		this.key = new float[capacity * dim];
		this.value = new float[capacity * dim];
		this.attended = new float[capacity * dim];
		this.inner = new float[capacity * this.config.ffnDim()];
		this.attention = new WindowAttention(this.config, kernels.attention(), pool.threads(), this.query, this.key,
				this.value, this.attended);
		this.batch = new WindowBatch(this.config, capacity);
		this.summand = this.weights.type();
		this.norm = this.weights.norm();
		List<GgmlType> types = this.weights.layerTypes();
		this.projections = kernels.projections(types, List.of(), pool);
		try {
			for (EncoderWeights.Layer layer : this.weights.layers()) {
				this.steps.add(step(layer, loaded));
			}
			this.projections.complete(loaded);
		}
		catch (RuntimeException | Error ex) {
			close();
			throw ex;
		}
	}

	private void requireMemory(String file) {
		long floats = (long) this.capacity * (5L * this.config.dim() + this.config.ffnDim());
		long heap = Runtime.getRuntime().maxMemory();
		if (floats > Integer.MAX_VALUE || floats * Float.BYTES > heap / 2) {
			throw new LlamaException(
					"%s: its activations need %d MiB of the heap's %d: start the JVM with a larger -Xmx".formatted(file,
							floats * Float.BYTES >> 20, heap >> 20));
		}
	}

	private Step step(EncoderWeights.Layer layer, LongConsumer loaded) {
		List<Projection> made = new ArrayList<>();
		try {
			made.add(projection(this.x, List.of(layer.query().weight(), layer.key().weight(), layer.value().weight()),
					Projection.Result.STORE, List.of(this.query, this.key, this.value), loaded));
			made.add(projection(this.attended, List.of(layer.attentionOutput().weight()), Projection.Result.ADD,
					List.of(this.x), loaded));
			made.add(projection(this.x, List.of(layer.up().weight()), Projection.Result.STORE, List.of(this.inner),
					loaded));
			made.add(projection(this.inner, List.of(layer.down().weight()), Projection.Result.ADD, List.of(this.x),
					loaded));
			return new Step(layer, outputBias(layer), made.get(0), made.get(1), made.get(2), made.get(3));
		}
		catch (RuntimeException | Error ex) {
			made.forEach(Projection::close);
			throw ex;
		}
	}

	private Projection projection(float[] input, List<WeightMatrix> matrices, Projection.Result result,
			List<float[]> outputs, LongConsumer loaded) {
		return this.projections
			.projection(new Projection.Plan(matrices, input, null, 0, this.capacity, result, outputs), loaded);
	}

	/**
	 * What attention adds to the stream beside the products. Shares of attention sum up
	 * to 1, so that the values' bias goes through it as it is and can be multiplied with
	 * the output matrix once, here; the keys' bias adds the same to all scores of a
	 * query, which changes no share, and is left out.
	 */
	private float[] outputBias(EncoderWeights.Layer layer) {
		Dense output = layer.attentionOutput();
		float[] bias = output.bias().clone();
		float[] row = new float[output.weight().cols()];
		for (int i = 0; i < bias.length; i++) {
			this.kernels.row(output.weight(), i, row, 0);
			double sum = bias[i];
			for (int k = 0; k < row.length; k++) {
				sum += (double) row[k] * layer.value().bias()[k];
			}
			bias[i] = (float) sum;
		}
		return bias;
	}

	/**
	 * Waits until what runs the projections is compiled.
	 * @return false if nothing is to be warmed up
	 */
	public boolean warmUp() {
		return this.projections.warmUp();
	}

	public EncoderConfig config() {
		return this.config;
	}

	/** Tokens of a batch at most. */
	public int capacity() {
		return this.capacity;
	}

	/**
	 * Computes the mean states of a batch's windows.
	 * @throws IllegalArgumentException if there are more tokens than the capacity
	 */
	public void encode(WindowBatch windows) {
		int count = windows.count();
		if (count > this.capacity) {
			throw new IllegalArgumentException(count + " tokens are more than the " + this.capacity + " of a batch");
		}
		this.batch = windows;
		this.chunks = Math.min(count, CHUNKS_PER_THREAD * this.pool.threads());
		this.summand = this.weights.type();
		this.norm = this.weights.norm();
		this.pool.run(this.chunks, this.embedding);
		for (int i = 0; i < this.steps.size(); i++) {
			Step step = this.steps.get(i);
			step.queryKeyValue.run(0, count, GO_ON);
			this.summand = step.layer.query().bias();
			this.pool.run(windows.size() * this.config.heads(), this.attending);
			step.attentionOutput.run(0, count, GO_ON);
			norm(step.attentionBias, step.layer.attentionNorm());
			step.up.run(0, count, GO_ON);
			this.summand = step.layer.up().bias();
			this.pool.run(this.chunks, this.activating);
			step.down.run(0, count, GO_ON);
			norm(step.layer.down().bias(), step.layer.outputNorm());
		}
		this.pool.run(windows.size(), this.pooling);
	}

	private void norm(float[] summand, Norm norm) {
		this.summand = summand;
		this.norm = norm;
		this.pool.run(this.chunks, this.norming);
	}

	private int first(int chunk) {
		return (int) ((long) this.batch.count() * chunk / this.chunks);
	}

	private void embed(int chunk, int worker) {
		int dim = this.config.dim();
		for (int token = first(chunk); token < first(chunk + 1); token++) {
			int at = token * dim;
			System.arraycopy(this.weights.positions(), this.batch.position(token) * dim, this.x, at, dim);
			this.kernels.row(this.weights.words(), this.batch.token(token), this.attended, at);
			this.kernels.addScaled(this.x, at, 1, this.attended, at, dim);
		}
		normalise(chunk, worker);
	}

	private void normalise(int chunk, int worker) {
		int dim = this.config.dim();
		for (int token = first(chunk); token < first(chunk + 1); token++) {
			this.kernels.layerNorm(this.x, token * dim, this.summand, this.norm.weight(), this.norm.bias(),
					this.config.epsilon(), dim);
		}
	}

	private void activate(int chunk, int worker) {
		int ffnDim = this.config.ffnDim();
		for (int token = first(chunk); token < first(chunk + 1); token++) {
			this.kernels.gelu(this.inner, token * ffnDim, this.summand, ffnDim);
		}
	}

	private void attend(int chunk, int worker) {
		int heads = this.config.heads();
		int window = chunk / heads;
		this.attention.attend(worker, this.batch.start(window), this.batch.start(window + 1), chunk % heads,
				this.summand);
	}

	private void mean(int window, int worker) {
		int dim = this.config.dim();
		int start = this.batch.start(window);
		int end = this.batch.start(window + 1);
		float[] means = this.batch.means();
		Arrays.fill(means, window * dim, (window + 1) * dim, 0);
		for (int token = start; token < end; token++) {
			this.kernels.addScaled(means, window * dim, 1f / (end - start), this.x, token * dim, dim);
		}
	}

	@Override
	public void close() {
		this.steps.forEach(Step::close);
		this.projections.close();
	}

	/**
	 * One block of the network.
	 *
	 * @param layer its weights
	 * @param attentionBias added behind attention
	 * @param queryKeyValue from the stream
	 * @param attentionOutput added to the stream
	 * @param up from the stream
	 * @param down added to the stream
	 */
	private record Step(EncoderWeights.Layer layer, float[] attentionBias, Projection queryKeyValue,
			Projection attentionOutput, Projection up, Projection down) {

		void close() {
			this.queryKeyValue.close();
			this.attentionOutput.close();
			this.up.close();
			this.down.close();
		}

	}

}
