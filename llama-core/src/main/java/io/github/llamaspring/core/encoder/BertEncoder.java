package io.github.llamaspring.core.encoder;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

import io.github.llamaspring.core.gguf.GgmlType;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.Projection;
import io.github.llamaspring.core.kernel.Projections;
import io.github.llamaspring.core.kernel.WeightMatrix;
import io.github.llamaspring.core.kernel.WorkerPool;

/**
 * The BERT encoder (Devlin et al. 2018) with its norms behind each step: windows of
 * tokens go in together, one behind the other, and see only themselves. Used by one
 * thread at a time.
 */
final class BertEncoder implements AutoCloseable {

	private final EncoderConfig config;

	private final Kernels kernels;

	private final WorkerPool pool;

	private final int capacity;

	private final WeightMatrix words;

	private final float[] positions;

	private final float[] type;

	private final Norm embeddingNorm;

	private final Projections projections;

	private final List<Layer> layers = new ArrayList<>();

	private final float[] x;

	private final float[] query;

	private final float[] key;

	private final float[] value;

	private final float[] attended;

	private final float[] inner;

	private final float[] step;

	private final WindowAttention attention;

	/**
	 * Takes the weights over.
	 * @param capacity tokens that go in together at most, no fewer than a window's
	 */
	BertEncoder(EncoderPack pack, Kernels kernels, WorkerPool pool, int capacity) {
		this.config = pack.config();
		this.kernels = kernels;
		this.pool = pool;
		this.capacity = capacity;
		int width = this.config.width();
		this.words = pack.matrix("emb.word", this.config.vocabulary(), width);
		this.positions = pack.vector("emb.pos", this.config.positions() * width);
		this.type = pack.vector("emb.type", this.config.types() * width);
		this.embeddingNorm = Norm.of(pack, "emb.ln", width);
		this.x = new float[capacity * width];
		this.query = new float[capacity * width];
		this.key = new float[capacity * width];
		this.value = new float[capacity * width];
		this.attended = new float[capacity * width];
		this.step = new float[capacity * width];
		this.inner = new float[capacity * this.config.inner()];
		this.attention = new WindowAttention(this.config, kernels.attention(), pool.threads(), this.query, this.key,
				this.value, this.attended);
		this.projections = kernels.projections(List.of(GgmlType.Q4_0), List.of(GgmlType.Q4_0), pool);
		for (int i = 0; i < this.config.layers(); i++) {
			this.layers.add(layer(pack, "l" + i + "."));
		}
		this.projections.warmUp();
	}

	private Layer layer(EncoderPack pack, String prefix) {
		int width = this.config.width();
		int wide = this.config.inner();
		return new Layer(
				projection(this.x,
						List.of(pack.matrix(prefix + "q.w", width, width), pack.matrix(prefix + "k.w", width, width),
								pack.matrix(prefix + "v.w", width, width)),
						List.of(this.query, this.key, this.value)),
				List.of(pack.vector(prefix + "q.b", width), pack.vector(prefix + "k.b", width),
						pack.vector(prefix + "v.b", width)),
				projection(this.attended, List.of(pack.matrix(prefix + "ao.w", width, width)), List.of(this.step)),
				pack.vector(prefix + "ao.b", width), Norm.of(pack, prefix + "aln", width),
				projection(this.x, List.of(pack.matrix(prefix + "fi.w", wide, width)), List.of(this.inner)),
				pack.vector(prefix + "fi.b", wide),
				projection(this.inner, List.of(pack.matrix(prefix + "fo.w", width, wide)), List.of(this.step)),
				pack.vector(prefix + "fo.b", width), Norm.of(pack, prefix + "oln", width));
	}

	private Projection projection(float[] input, List<WeightMatrix> matrices, List<float[]> outputs) {
		return this.projections.projection(
				new Projection.Plan(matrices, input, null, 0, this.capacity, Projection.Result.STORE, outputs),
				(bytes) -> {
				});
	}

	/**
	 * Encodes windows.
	 * @param windows token ids of each, with first and last token; at most the capacity
	 * in all
	 * @return the mean state of each
	 */
	float[][] encode(List<int[]> windows) {
		int width = this.config.width();
		int[] starts = new int[windows.size() + 1];
		for (int i = 0; i < windows.size(); i++) {
			starts[i + 1] = starts[i] + windows.get(i).length;
		}
		int count = starts[windows.size()];
		for (int i = 0; i < windows.size(); i++) {
			embed(windows.get(i), starts[i]);
		}
		for (Layer layer : this.layers) {
			layer.queryKeyValue.run(0, count, () -> false);
			forEach(count, (token) -> {
				this.kernels.addScaled(this.query, token * width, 1, layer.biases.get(0), 0, width);
				this.kernels.addScaled(this.key, token * width, 1, layer.biases.get(1), 0, width);
				this.kernels.addScaled(this.value, token * width, 1, layer.biases.get(2), 0, width);
			});
			int heads = this.config.heads();
			this.pool.run(windows.size() * heads, (chunk, worker) -> this.attention.attend(worker,
					starts[chunk / heads], starts[chunk / heads + 1], chunk % heads));
			layer.output.run(0, count, () -> false);
			forEach(count, (token) -> add(token, layer.outputBias, layer.outputNorm));
			layer.widen.run(0, count, () -> false);
			int wide = this.config.inner();
			forEach(count, (token) -> gelu(this.inner, token * wide, layer.widenBias));
			layer.narrow.run(0, count, () -> false);
			forEach(count, (token) -> add(token, layer.narrowBias, layer.narrowNorm));
		}
		float[][] means = new float[windows.size()][width];
		for (int i = 0; i < windows.size(); i++) {
			for (int token = starts[i]; token < starts[i + 1]; token++) {
				this.kernels.addScaled(means[i], 0, 1f / windows.get(i).length, this.x, token * width, width);
			}
		}
		return means;
	}

	private void forEach(int tokens, IntConsumer action) {
		int chunks = Math.min(tokens, 4 * this.pool.threads());
		this.pool.run(chunks, (chunk, worker) -> {
			for (int token = tokens * chunk / chunks; token < tokens * (chunk + 1) / chunks; token++) {
				action.accept(token);
			}
		});
	}

	private void embed(int[] ids, int start) {
		int width = this.config.width();
		for (int i = 0; i < ids.length; i++) {
			int at = (start + i) * width;
			this.kernels.row(this.words, ids[i], this.x, at);
			this.kernels.addScaled(this.x, at, 1, this.positions, i * width, width);
			this.kernels.addScaled(this.x, at, 1, this.type, 0, width);
			this.embeddingNorm.apply(this.x, at, width, this.config.epsilon());
		}
	}

	private void add(int token, float[] bias, Norm norm) {
		int width = this.config.width();
		int at = token * width;
		this.kernels.addScaled(this.x, at, 1, this.step, at, width);
		this.kernels.addScaled(this.x, at, 1, bias, 0, width);
		norm.apply(this.x, at, width, this.config.epsilon());
	}

	private static void gelu(float[] x, int at, float[] bias) {
		for (int i = 0; i < bias.length; i++) {
			float v = x[at + i] + bias[i];
			x[at + i] = 0.5f * v * (1 + erf(v * 0.70710678f));
		}
	}

	/** Abramowitz and Stegun 7.1.26: within 1.5e-7. */
	private static float erf(float x) {
		float a = Math.abs(x);
		float t = 1 / (1 + 0.3275911f * a);
		float p = ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t + 0.254829592f) * t;
		return Math.copySign(1 - p * (float) Math.exp(-a * a), x);
	}

	@Override
	public void close() {
		this.layers.forEach(Layer::close);
		this.projections.close();
	}

	/**
	 * A layer norm.
	 *
	 * @param weight factors
	 * @param bias summands
	 */
	private record Norm(float[] weight, float[] bias) {

		static Norm of(EncoderPack pack, String name, int width) {
			return new Norm(pack.vector(name + ".w", width), pack.vector(name + ".b", width));
		}

		void apply(float[] x, int at, int width, float epsilon) {
			float sum = 0;
			for (int i = at; i < at + width; i++) {
				sum += x[i];
			}
			float mean = sum / width;
			float squares = 0;
			for (int i = at; i < at + width; i++) {
				squares += (x[i] - mean) * (x[i] - mean);
			}
			float factor = (float) (1 / Math.sqrt(squares / width + epsilon));
			for (int i = 0; i < width; i++) {
				x[at + i] = (x[at + i] - mean) * factor * this.weight[i] + this.bias[i];
			}
		}

	}

	/**
	 * A block: attention and feed-forward network, each followed by a norm.
	 */
	private record Layer(Projection queryKeyValue, List<float[]> biases, Projection output, float[] outputBias,
			Norm outputNorm, Projection widen, float[] widenBias, Projection narrow, float[] narrowBias,
			Norm narrowNorm) {

		void close() {
			this.queryKeyValue.close();
			this.output.close();
			this.widen.close();
			this.narrow.close();
		}

	}

}
