package io.github.llamaspring.core.kernel;

import io.github.llamaspring.core.error.VectorModuleMissingException;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the kernels. Nothing here links against the vector module, so that a JVM
 * without it can still run the scalar twin.
 */
final class KernelProvider {

	private static final String MODULE = "jdk.incubator.vector";

	private static final String FLAG = "--add-modules=" + MODULE;

	private static final String WIDTH = "llama.vector.bits";

	private static final String IMPLEMENTATION = "io.github.llamaspring.core.vector.VectorKernels";

	private KernelProvider() {
	}

	/**
	 * Why this JVM cannot run the vector kernels at speed, and what to do; null if it
	 * can.
	 */
	private static @Nullable String obstacle() {
		if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
			return "the JVM runs without the Vector API: start it with " + FLAG;
		}
		// Without C2 each vector is an object, and the scalar twin is the faster one.
		// "emulated-client" is how HotSpot says that it stops at the first compiler.
		String mode = System.getProperty("java.vm.info", "");
		if (mode.contains("emulated-client") || mode.contains("interpreted")) {
			return "the JVM runs without its optimising compiler (" + mode
					+ "): start it without -XX:TieredStopAtLevel and -Xint, which IDEs and Spring Boot's"
					+ " 'optimised launch' set, and with " + FLAG;
		}
		return null;
	}

	static Kernels vector() {
		String obstacle = obstacle();
		if (obstacle != null) {
			throw new VectorModuleMissingException("the vector kernels cannot run: " + obstacle);
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
		if (obstacle() == null) {
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
						"the model will be many times slower, on scalar kernels: " + obstacle());
		}

		static void once() {
		}

	}

}
