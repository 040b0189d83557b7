package io.github.llamaspring.guard;

import java.util.List;

/**
 * Turns texts into vectors of their meaning, in whatever language they are: what the
 * semantic tier sees with. The guard has none of its own; an application plugs its
 * sentence encoder in. Implementations are thread-safe.
 */
@FunctionalInterface
public interface TextEncoder {

	/**
	 * The vectors of texts, in their order, each of length 1; texts are taken as
	 * questions where the model makes a difference.
	 * @throws RuntimeException where that fails; the policy's fail mode then decides
	 */
	List<float[]> encode(List<String> texts);

	/**
	 * Whether it can be asked now. While it can't, say because its model is still being
	 * loaded, words alone decide, unless the policy requires the semantic tier.
	 */
	default boolean isReady() {
		return true;
	}

}
