package io.github.llamaspring.core.kernel;

import java.util.function.LongConsumer;

/**
 * Makes the projections of one network, which share scratch memory: one runs at a time.
 */
public interface Projections {

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
	 */
	void warmUp();

}
