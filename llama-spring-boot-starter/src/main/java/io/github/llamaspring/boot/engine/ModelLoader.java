package io.github.llamaspring.boot.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.regex.Pattern;

import io.github.llamaspring.core.error.LlamaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * From a reference to a model in memory. Loads once, under a lock of its own so that a
 * status can be read at any time; after a failure the next call tries again. Thread-safe.
 *
 * @param <M> the model
 */
abstract class ModelLoader<M> {

	private static final Pattern SUFFIX = Pattern.compile("(?i)(-\\d{5}-of-\\d{5})?\\.(gguf|bin)$");

	private final String kind;

	private final Logger logger;

	private final String reference;

	private final ModelSource source;

	private final List<Consumer<? super EngineStatus>> listeners = new CopyOnWriteArrayList<>();

	private final ReentrantLock loading = new ReentrantLock();

	private volatile EngineStatus status = new EngineStatus.Stopped();

	private volatile @Nullable M model;

	private volatile boolean closed;

	private volatile int failures;

	private @Nullable Thread loader;

	/**
	 * @param kind what people call the model in a sentence
	 */
	ModelLoader(String kind, Logger logger, String reference, ModelSource source) {
		this.kind = kind;
		this.logger = logger;
		this.reference = reference;
		this.source = source;
	}

	/**
	 * Reads the file into memory.
	 */
	abstract M open(Path file, DoubleConsumer progress);

	/**
	 * What there is to say of a model.
	 */
	abstract EngineStatus.Ready describe(String name, M model);

	/**
	 * Gives the model's memory back.
	 */
	abstract void release(M model);

	/**
	 * What a failed load in the background means to requests, in a few words.
	 */
	abstract String afterFailure();

	public final String reference() {
		return this.reference;
	}

	public final EngineStatus status() {
		return this.status;
	}

	public final void onStatus(Consumer<? super EngineStatus> listener) {
		this.listeners.add(listener);
		listener.accept(this.status);
	}

	/**
	 * A thread that waited for another one's failure does not fail for as long again.
	 */
	public final void load() {
		int seen = this.failures;
		this.loading.lock();
		try {
			if (this.model == null && !this.closed) {
				if (this.failures != seen) {
					throw notReady(null);
				}
				fetchAndLoad();
			}
		}
		finally {
			this.loading.unlock();
		}
	}

	public final synchronized void loadInBackground() {
		if (this.loader != null || this.model != null || this.closed) {
			return;
		}
		change(new EngineStatus.Fetching(0, -1, 0));
		this.loader = Thread.ofPlatform().name("llama-loader").daemon().start(() -> {
			try {
				load();
			}
			catch (LlamaException | EngineNotReadyException ex) {
				logFailure(ex, null);
			}
			catch (RuntimeException | Error ex) {
				logFailure(ex, ex);
			}
		});
	}

	/**
	 * Our own exceptions say all in their message; of others the stack trace is wanted.
	 */
	private void logFailure(Throwable failure, @Nullable Throwable trace) {
		if (!this.closed) {
			this.logger.error("The {} '{}' could not be loaded; {}: {}", this.kind, this.reference, afterFailure(),
					failure.getMessage(), trace);
		}
	}

	private void fetchAndLoad() {
		try {
			Path file = this.source.resolve(this.reference, fetchProgress());
			change(new EngineStatus.Loading(0));
			M loaded = open(file, (fraction) -> change(new EngineStatus.Loading(fraction)));
			this.model = loaded;
			if (this.closed) {
				this.model = null;
				release(loaded);
				throw new IllegalStateException("The engine was closed while the " + this.kind + " was loaded");
			}
			EngineStatus.Ready ready = describe(displayName(file), loaded);
			this.logger.info("The {} '{}' is ready: {} on {} (accelerator: {}) with {} threads, context {}", this.kind,
					this.reference, ready.name(), ready.model().kernel(), ready.model().accelerator(),
					ready.model().threads(), ready.contextLength());
			change(ready);
		}
		catch (RuntimeException | Error ex) {
			String message = ex.getMessage();
			change(new EngineStatus.Failed((message != null) ? message : ex.getClass().getSimpleName()));
			this.failures++;
			throw ex;
		}
	}

	/**
	 * A download that is continued starts with what was there, which took no time.
	 */
	private ModelSource.Progress fetchProgress() {
		change(new EngineStatus.Fetching(0, -1, 0));
		long[] first = { -1, 0 };
		return (bytes, total) -> {
			long now = System.nanoTime();
			if (first[0] < 0) {
				first[0] = bytes;
				first[1] = now;
			}
			double seconds = (now - first[1]) / 1e9;
			change(new EngineStatus.Fetching(bytes, total, (seconds > 0) ? (bytes - first[0]) / seconds : 0));
		};
	}

	/**
	 * {@code llama-13b.Q4_K_M} of {@code llama-13b.Q4_K_M-00001-of-00003.gguf}.
	 */
	private static String displayName(Path file) {
		return SUFFIX.matcher(String.valueOf(file.getFileName())).replaceFirst("");
	}

	/**
	 * Nothing follows on the end: a loader that is still on its way is not heard.
	 */
	private void change(EngineStatus next) {
		synchronized (this.listeners) {
			if (this.closed) {
				return;
			}
			this.status = next;
			this.closed = next instanceof EngineStatus.Stopped;
		}
		// outside the lock: a listener may ask, or wait for, anything
		for (Consumer<? super EngineStatus> listener : this.listeners) {
			listener.accept(next);
		}
	}

	/**
	 * The model, or null where there is none yet.
	 */
	final @Nullable M loaded() {
		return this.model;
	}

	final EngineNotReadyException notReady(@Nullable Throwable cause) {
		return new EngineNotReadyException(this.kind, this.status, cause);
	}

	public final synchronized void close() {
		if (this.closed) {
			return;
		}
		change(new EngineStatus.Stopped());
		Thread running = this.loader;
		if (running != null) {
			running.interrupt();
		}
		M current = this.model;
		this.model = null;
		if (current != null) {
			release(current);
		}
	}

}
