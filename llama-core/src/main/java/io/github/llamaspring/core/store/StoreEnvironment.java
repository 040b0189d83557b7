package io.github.llamaspring.core.store;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.core.error.ModelNotFoundException;

/**
 * What the store takes from its surroundings. Variables it reads: {@code LLAMA_CACHE},
 * {@code LLAMA_OFFLINE}, {@code LLAMA_DEMO_MODEL}, {@code HF_TOKEN}, {@code HF_ENDPOINT},
 * {@code HF_HUB_OFFLINE}, {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code NO_PROXY},
 * {@code PATH} and those that name the system's cache folder. An empty variable counts as
 * not set.
 *
 * @param variables environment variables
 * @param osName the operating system, as in the system property {@code os.name}
 * @param home the user's home folder
 */
public record StoreEnvironment(Map<String, String> variables, String osName, Path home) {

	private static final String HUGGING_FACE = "https://huggingface.co";

	public StoreEnvironment {
		if (isWindows(osName)) {
			Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
			anyCase.putAll(variables);
			variables = Collections.unmodifiableMap(anyCase);
		}
		else {
			variables = Map.copyOf(variables);
		}
	}

	/**
	 * That of this process.
	 */
	public static StoreEnvironment system() {
		return new StoreEnvironment(System.getenv(), System.getProperty("os.name", ""),
				Path.of(System.getProperty("user.home", ".")));
	}

	private static boolean isWindows(String osName) {
		return osName.toLowerCase(Locale.ROOT).startsWith("windows");
	}

	boolean isWindows() {
		return isWindows(this.osName);
	}

	@Nullable String get(String name) {
		String value = this.variables.get(name);
		return (value == null || value.isBlank()) ? null : value.strip();
	}

	private @Nullable Path folder(String name) {
		String value = get(name);
		return (value != null && Path.of(value).isAbsolute()) ? Path.of(value) : null;
	}

	/**
	 * Where fetched models are kept: {@code LLAMA_CACHE}, else {@code llama-spring} in
	 * the system's cache folder.
	 * @throws ModelNotFoundException if a variable holds no valid path
	 */
	public Path cacheFolder() {
		String own = get("LLAMA_CACHE");
		try {
			return (own != null) ? Path.of(own).toAbsolutePath().normalize()
					: systemCacheFolder().resolve("llama-spring").toAbsolutePath();
		}
		catch (InvalidPathException ex) {
			throw new ModelNotFoundException("there is no place for fetched models: '" + ex.getInput()
					+ "' is not a valid path; set LLAMA_CACHE to a folder", ex);
		}
	}

	private Path systemCacheFolder() {
		if (isWindows()) {
			Path local = folder("LOCALAPPDATA");
			return (local != null) ? local : this.home.resolve("AppData").resolve("Local");
		}
		if (this.osName.toLowerCase(Locale.ROOT).startsWith("mac")) {
			return this.home.resolve("Library").resolve("Caches");
		}
		Path xdg = folder("XDG_CACHE_HOME");
		return (xdg != null) ? xdg : this.home.resolve(".cache");
	}

	/**
	 * The variable that forbids the network, or null.
	 */
	@Nullable String offlineBy() {
		for (String name : new String[] { "LLAMA_OFFLINE", "HF_HUB_OFFLINE" }) {
			String value = get(name);
			if (value != null
					&& Map.of("1", 1, "true", 1, "yes", 1, "on", 1).containsKey(value.toLowerCase(Locale.ROOT))) {
				return name + "=" + value;
			}
		}
		return null;
	}

	/**
	 * Where {@code hf:} references point, without a slash at the end.
	 */
	URI huggingFace() throws FetchException {
		String endpoint = get("HF_ENDPOINT");
		String text = (endpoint != null) ? endpoint.replaceAll("/+$", "") : HUGGING_FACE;
		try {
			return HttpAddress.check(URI.create(text));
		}
		catch (IllegalArgumentException ex) {
			throw FetchException.last("HF_ENDPOINT is not an address: " + text);
		}
	}

	/**
	 * Whether the Hugging Face token may be sent to this address.
	 */
	boolean takesToken(URI uri) throws FetchException {
		return HttpAddress.sameOrigin(uri, huggingFace()) || HttpAddress.sameOrigin(uri, URI.create(HUGGING_FACE));
	}

}
