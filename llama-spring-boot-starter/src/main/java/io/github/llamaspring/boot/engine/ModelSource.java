package io.github.llamaspring.boot.engine;

import java.nio.file.Path;

/**
 * Turns a model reference into a file.
 */
@FunctionalInterface
interface ModelSource {

	Path resolve(String reference, Progress progress);

	/**
	 * How far a fetch is.
	 */
	@FunctionalInterface
	interface Progress {

		/**
		 * Called now and then while bytes arrive.
		 * @param total -1 where it is not known
		 */
		void onBytes(long bytes, long total);

	}

}
