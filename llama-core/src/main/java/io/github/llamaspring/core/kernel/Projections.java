package io.github.llamaspring.core.kernel;

import java.util.function.LongConsumer;

/**
 * Makes the projections of one network, which share scratch memory: one runs at a time.
 */
public interface Projections extends AutoCloseable {

	/**
	 * Makes a step of the network ready, which may copy the weights into another order.
	 * @param loaded is told the bytes of the file's weights as they are taken over
	 * @throws io.github.llamaspring.core.error.LlamaException if there is not enough
	 * memory
	 */
	Projection projection(Projection.Plan plan, LongConsumer loaded);

	/**
	 * Waits until what runs them is compiled, so that the first request is as fast as the
	 * next; gives up after some seconds.
	 * @return false if nothing is to be warmed up
	 */
	boolean warmUp();

	/**
	 * Bytes that a matrix will take beside mapped files.
	 */
	default long memoryBytes(WeightMatrix w) {
		return 0;
	}

	/**
	 * Says that all are made: now packed weights are kept for the next start, if they are
	 * to be.
	 */
	default void complete(LongConsumer loaded) {
	}

	/** Gives back what the projections share, after they were closed. */
	@Override
	default void close() {
	}

}
