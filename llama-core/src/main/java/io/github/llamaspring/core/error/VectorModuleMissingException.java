package io.github.llamaspring.core.error;

/**
 * The vector kernels were demanded but the module {@code jdk.incubator.vector} is not in
 * this JVM. The message holds the flag to add.
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
