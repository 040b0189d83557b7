package io.github.llamaspring.core.kernel;

import io.github.llamaspring.core.error.VectorModuleMissingException;

/**
 * Chooses the kernels. Nothing here links against the vector module, so that a JVM
 * without it can still run the scalar twin.
 */
final class KernelProvider {

	private static final String MODULE = "jdk.incubator.vector";

	private static final String FLAG = "--add-modules=" + MODULE;

	private static final String WIDTH = "llama.vector.bits";

	private static final String IMPLEMENTATION = "io.github.llamaspring.core.kernel.VectorKernels";

	private KernelProvider() {
	}

	static boolean modulePresent() {
		return ModuleLayer.boot().findModule(MODULE).isPresent();
	}

	static Kernels vector() {
		if (!modulePresent()) {
			throw new VectorModuleMissingException(
					"the vector kernels need the Vector API of the JDK: start the JVM with " + FLAG);
		}
		requestedBits();
		try {
			return (Kernels) Class.forName(IMPLEMENTATION).getDeclaredConstructor().newInstance();
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("the vector kernels do not start", ex);
		}
	}

	/**
	 * The vector width that the user asks for, or 0.
	 * @throws IllegalArgumentException if there is none of that width
	 */
	static int requestedBits() {
		String value = System.getProperty(WIDTH);
		if (value == null) {
			return 0;
		}
		return switch (value.strip()) {
			case "512" -> 512;
			case "256" -> 256;
			case "128" -> 128;
			default -> throw new IllegalArgumentException(
					"the system property " + WIDTH + " is \"" + value + "\"; it can be 512, 256 or 128");
		};
	}

	static Kernels auto() {
		if (modulePresent()) {
			return vector();
		}
		Warning.once();
		return new ScalarKernels();
	}

	/** A class is initialised once, whoever comes first. */
	private static final class Warning {

		static {
			System.getLogger(Kernels.class.getName())
				.log(System.Logger.Level.WARNING,
						"the JVM runs without the Vector API, so the model will be many times slower; "
								+ "start it with " + FLAG);
		}

		static void once() {
		}

	}

}
