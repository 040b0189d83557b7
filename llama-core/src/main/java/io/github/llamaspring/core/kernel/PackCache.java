package io.github.llamaspring.core.kernel;

import java.nio.file.Path;

/**
 * Where the packed weights of one model are kept from one start to the next, and what
 * they must have been made from to be used again.
 *
 * @param file the side file; neither it nor its folder needs to be there
 * @param source the model's files
 * @param cpu the processor's name: another one may want another layout
 */
public record PackCache(Path file, Source source, String cpu) {

	/**
	 * A state of a model's files.
	 *
	 * @param bytes their length
	 * @param modified when they were changed, in milliseconds
	 * @param sha256 of their headers and samples of their data, hexadecimal
	 */
	public record Source(long bytes, long modified, String sha256) {
	}

}
