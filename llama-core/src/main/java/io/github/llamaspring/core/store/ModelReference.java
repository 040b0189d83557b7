package io.github.llamaspring.core.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What a user's reference means.
 */
sealed interface ModelReference {

	/** A file on this machine. */
	record Local(Path path) implements ModelReference {
	}

	/** One of the project's own models. */
	record Named(NamedModel model) implements ModelReference {
	}

	/**
	 * A file on a server.
	 *
	 * @param uri its address, without fragment
	 * @param sha256 what its SHA-256 must be, or null
	 * @param huggingFace whether the server is Hugging Face's and tells the SHA-256
	 */
	record Remote(URI uri, @Nullable String sha256, boolean huggingFace) implements ModelReference {

		private static final Pattern SPLIT = Pattern.compile("(?<stem>.+)-\\d{5}-of-(?<count>\\d{5})\\.gguf");

		String fileName() {
			String path = this.uri.getPath();
			String name = path.substring(path.lastIndexOf('/') + 1);
			return name.isEmpty() ? "model.gguf" : name;
		}

		/**
		 * The other parts, if this is a part of a split file.
		 */
		List<Remote> otherParts() throws FetchException {
			Matcher matcher = SPLIT.matcher(this.uri.getRawPath());
			int count = matcher.matches() ? Integer.parseInt(matcher.group("count")) : 1;
			if (count > 999) {
				throw FetchException.last("a split file of " + count + " parts is more than the 999 that are allowed");
			}
			List<Remote> parts = new ArrayList<>();
			for (int i = 1; i <= count && count > 1; i++) {
				String path = "%s-%05d-of-%05d.gguf".formatted(matcher.group("stem"), i, count);
				if (!path.equals(this.uri.getRawPath())) {
					String query = (this.uri.getRawQuery() != null) ? "?" + this.uri.getRawQuery() : "";
					parts.add(new Remote(this.uri.resolve(path + query), null, this.huggingFace));
				}
			}
			return parts;
		}

	}

	/** {@code owner/repo[@revision]/file}, the file perhaps in folders. */
	Pattern HUGGING_FACE = Pattern
		.compile("(?<owner>[\\w.-]+)/(?<repo>[\\w.-]+)(@(?<revision>[^/#?]+))?/(?<file>[^#?]+)");

	Pattern SCHEME = Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]+):.*", Pattern.DOTALL);

	static ModelReference parse(String reference, List<NamedModel> named, StoreEnvironment environment)
			throws FetchException {
		for (NamedModel model : named) {
			if (model.name().equals(reference)) {
				return new Named(model);
			}
		}
		Matcher matcher = SCHEME.matcher(reference);
		String scheme = matcher.matches() ? matcher.group("scheme").toLowerCase(Locale.ROOT) : "";
		return switch (scheme) {
			case "" -> new Local(path(reference, environment));
			case "file" -> new Local(fromFileUri(reference, environment));
			case "hf" -> huggingFace(reference.substring(3), environment);
			case "http", "https" -> remote(reference);
			default -> throw FetchException.last("'" + scheme + ":' is not a kind of reference; use a path, file:, "
					+ "https:, hf:owner/repo/file.gguf or one of " + named.stream().map(NamedModel::name).toList());
		};
	}

	static Path path(String text, StoreEnvironment environment) throws FetchException {
		if (text.isBlank()) {
			throw FetchException.last("the reference is empty; give a path, file:, https:, hf:, demo or e5");
		}
		try {
			return text.startsWith("~/") ? environment.home().resolve(text.substring(2)) : Path.of(text);
		}
		catch (InvalidPathException ex) {
			throw FetchException.last("it is not a valid path (" + ex.getReason() + ")");
		}
	}

	/**
	 * Both {@code file:///a%20b} as the standard has it and {@code file:a b} as people
	 * write it.
	 */
	private static Path fromFileUri(String reference, StoreEnvironment environment) throws FetchException {
		String rest = reference.substring("file:".length());
		if (rest.startsWith("/")) {
			try {
				return Path.of(new URI(reference));
			}
			catch (URISyntaxException | IllegalArgumentException ex) {
				rest = rest.startsWith("//") ? rest.substring(2) : rest;
			}
		}
		return path(rest, environment);
	}

	private static Remote huggingFace(String reference, StoreEnvironment environment) throws FetchException {
		int hash = reference.indexOf('#');
		Matcher matcher = HUGGING_FACE.matcher((hash < 0) ? reference : reference.substring(0, hash));
		if (!matcher.matches() || List.of(matcher.group("file").split("/", -1)).contains("..")
				|| matcher.group("owner").matches("\\.+") || matcher.group("repo").matches("\\.+")) {
			throw FetchException
				.last("it is not of the form hf:owner/repo/file.gguf or hf:owner/repo@revision/file.gguf");
		}
		String revision = (matcher.group("revision") != null) ? matcher.group("revision") : "main";
		return huggingFace(environment, matcher.group("owner") + "/" + matcher.group("repo"), revision,
				matcher.group("file"), (hash < 0) ? null : sha256(reference.substring(hash + 1)));
	}

	static Remote huggingFace(StoreEnvironment environment, String repository, String revision, String file,
			@Nullable String sha256) throws FetchException {
		URI endpoint = environment.huggingFace();
		String path = "/" + repository + "/resolve/" + revision + "/" + file;
		try {
			String encoded = new URI(null, null, path, null).getRawPath();
			return new Remote(URI.create(endpoint + encoded), sha256, true);
		}
		catch (URISyntaxException ex) {
			throw FetchException.last("it makes no valid address");
		}
	}

	private static Remote remote(String reference) throws FetchException {
		try {
			URI uri = new URI(reference);
			String fragment = uri.getFragment();
			String text = (fragment != null) ? reference.substring(0, reference.indexOf('#')) : reference;
			return new Remote(HttpAddress.check(new URI(text)), (fragment != null) ? sha256(fragment) : null, false);
		}
		catch (URISyntaxException ex) {
			throw FetchException
				.last("it is not a valid address (" + ex.getReason() + " at position " + ex.getIndex() + ")");
		}
	}

	private static String sha256(String fragment) throws FetchException {
		String value = fragment.startsWith("sha256=") ? fragment.substring("sha256=".length()) : "";
		if (!Checksums.isSha256(value)) {
			throw FetchException.last("'#" + fragment + "' is not of the form #sha256= and 64 hexadecimal digits");
		}
		return value.toLowerCase(Locale.ROOT);
	}

}
