package io.github.llamaspring.core.onednn;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * oneDNN, loaded: the fastest matrix products for 16 tokens and more on CPUs with
 * bfloat16 arithmetic. Its natives are an optional dependency
 * ({@code org.bytedeco:dnnl:linux-x86_64}, without what that depends on), and native
 * access has to be allowed. Thread-safe; stays loaded as long as the JVM lives.
 */
public final class OneDnn {

	private final Dnnl dnnl;

	private OneDnn(Dnnl dnnl) {
		this.dnnl = dnnl;
	}

	/**
	 * The library, loaded and tested by the first call: about half a second, and as much
	 * more when its files are unpacked for the first time. Empty, with one line in the
	 * log, if it cannot be used.
	 */
	public static Optional<OneDnn> load() {
		return Optional.ofNullable(Attempt.ONLY.library());
	}

	/**
	 * Why {@link #load()} is empty, or an empty text if it is not.
	 */
	public static String obstacle() {
		return Attempt.ONLY.obstacle();
	}

	/**
	 * Such as {@code oneDNN 3.13.0}.
	 */
	public String name() {
		return "oneDNN " + this.dnnl.version();
	}

	/**
	 * Tile products for the threads of one pool.
	 * @param workers how many threads multiply at the same time
	 */
	public TileProducts products(int workers) {
		return new TileProducts(this.dnnl, workers, null);
	}

	/** Products that hand the weights to the library in a format it did not choose. */
	TileProducts products(int workers, String format) {
		return new TileProducts(this.dnnl, workers, format);
	}

	static OneDnn open(ClassLoader loader) throws IOException {
		requirePlatform();
		Path library = NativeFiles.extract(loader);
		OneDnn oneDnn = new OneDnn(new Dnnl(library));
		try (TileProducts products = oneDnn.products(1)) {
			SelfTest.run(products);
		}
		return oneDnn;
	}

	private static void requirePlatform() {
		String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
		String processor = System.getProperty("os.arch", "");
		if (!system.equals("linux") || !(processor.equals("amd64") || processor.equals("x86_64"))) {
			throw new OneDnnException(
					"there are natives for Linux on x86-64 only, not for " + system + " on " + processor);
		}
		if (!OneDnn.class.getModule().isNativeAccessEnabled()) {
			throw new OneDnnException(
					"native access is not allowed: start the JVM with --enable-native-access=ALL-UNNAMED");
		}
	}

	/**
	 * What became of loading. A class is initialised once, whoever comes first.
	 */
	private record Attempt(@Nullable OneDnn library, String obstacle) {

		static final Attempt ONLY = make();

		private static Attempt make() {
			try {
				return new Attempt(open(OneDnn.class.getClassLoader()), "");
			}
			catch (IOException | RuntimeException | LinkageError ex) {
				String reason = (ex instanceof OneDnnException) ? String.valueOf(ex.getMessage()) : ex.toString();
				System.getLogger(OneDnn.class.getName())
					.log(Level.INFO, "Long prompts are computed without oneDNN: " + reason);
				return new Attempt(null, reason);
			}
		}

	}

}
