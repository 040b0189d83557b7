package io.github.llamaspring.core;

import java.nio.file.Path;
import java.util.function.DoubleConsumer;

import io.github.llamaspring.core.store.StoreEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * How a model is loaded.
 *
 * @param kernel which kernels compute
 * @param threads threads that compute, 0 for one a core
 * @param contextLength positions of a session, 0 for the file's own; never more than the
 * file's
 * @param maxCacheBytes most memory for the keys and values of all sessions together, 0
 * for half of what the machine has beside the weights
 * @param weightCache folder for packed weights, so that the next start is done in
 * seconds, or null to pack them at each start. The file in it is as large as the model;
 * it is made anew when the model's file, the processor or the layout changes. Where it
 * cannot be written, one warning says so and memory is used
 * @param progress called with 0 to 1 while loading
 */
public record ModelOptions(KernelChoice kernel, int threads, int contextLength, long maxCacheBytes,
		@Nullable Path weightCache, @Nullable DoubleConsumer progress) {

	/** The file's context, one thread a core, vector kernels where there are any. */
	public static final ModelOptions DEFAULTS = new ModelOptions(KernelChoice.AUTO, 0, 0, 0, null, null);

	public ModelOptions {
		if (threads < 0 || threads > 1024) {
			throw new IllegalArgumentException("threads must be from 0 (one a core) to 1024, not " + threads);
		}
		if (maxCacheBytes < 0) {
			throw new IllegalArgumentException("maxCacheBytes must be 0 (chosen) or more, not " + maxCacheBytes);
		}
		if (contextLength < 0) {
			throw new IllegalArgumentException(
					"contextLength must be 0 (the file's own) or more, not " + contextLength);
		}
	}

	public ModelOptions withMaxCacheBytes(long value) {
		return new ModelOptions(this.kernel, this.threads, this.contextLength, value, this.weightCache, this.progress);
	}

	/**
	 * Keeps packed weights in this folder; null keeps none.
	 */
	public ModelOptions withWeightCache(@Nullable Path folder) {
		return new ModelOptions(this.kernel, this.threads, this.contextLength, this.maxCacheBytes, folder,
				this.progress);
	}

	/**
	 * Keeps packed weights beside fetched models: in the folder {@code packed} of
	 * {@link StoreEnvironment#cacheFolder()}.
	 */
	public ModelOptions withWeightCache() {
		return withWeightCache(StoreEnvironment.system().cacheFolder().resolve("packed"));
	}

	public ModelOptions withKernel(KernelChoice value) {
		return new ModelOptions(value, this.threads, this.contextLength, this.maxCacheBytes, this.weightCache,
				this.progress);
	}

	public ModelOptions withThreads(int value) {
		return new ModelOptions(this.kernel, value, this.contextLength, this.maxCacheBytes, this.weightCache,
				this.progress);
	}

	public ModelOptions withContextLength(int value) {
		return new ModelOptions(this.kernel, this.threads, value, this.maxCacheBytes, this.weightCache, this.progress);
	}

	public ModelOptions withProgress(DoubleConsumer value) {
		return new ModelOptions(this.kernel, this.threads, this.contextLength, this.maxCacheBytes, this.weightCache,
				value);
	}

	/** Which kernels compute. */
	public enum KernelChoice {

		/** Vector kernels, or the scalar ones with one warning that names the flag. */
		AUTO,
		/** Vector kernels, or a failure. */
		VECTOR,
		/** The scalar reference, for comparison: slow. */
		SCALAR

	}

}
