package io.github.llamaspring.core.error;

/**
 * The vector kernels were demanded but this JVM lacks the module
 * {@code jdk.incubator.vector}, or the optimising compiler without which they are slower
 * than the scalar ones. The message says which, and the flags to change.
 */
public final class VectorModuleMissingException extends LlamaException {

	private static final long serialVersionUID = 1L;

	public VectorModuleMissingException(String message) {
		super(message);
	}

	public VectorModuleMissingException(String message, Throwable cause) {
		super(message, cause);
	}

}
