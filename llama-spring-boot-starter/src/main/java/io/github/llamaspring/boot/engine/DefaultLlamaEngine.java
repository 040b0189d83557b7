package io.github.llamaspring.boot.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.ModelOptions;
import io.github.llamaspring.core.error.LlamaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads once, under a lock of its own so that a status can be read at any time.
 */
final class DefaultLlamaEngine implements LlamaEngine {

	private static final Logger logger = LoggerFactory.getLogger(LlamaEngine.class);

	private static final Pattern SUFFIX = Pattern.compile("(?i)(-\\d{5}-of-\\d{5})?\\.gguf$");

	private final String reference;

	private final ModelSource source;

	private final ModelOptions options;

	private final List<Consumer<? super EngineStatus>> listeners = new CopyOnWriteArrayList<>();

	private final ReentrantLock loading = new ReentrantLock();

	private volatile EngineStatus status = new EngineStatus.Stopped();

	private volatile @Nullable LlamaModel model;

	private volatile boolean closed;

	private @Nullable Thread loader;

	DefaultLlamaEngine(String reference, ModelSource source, ModelOptions options) {
		this.reference = reference;
		this.source = source;
		this.options = options;
	}

	@Override
	public String reference() {
		return this.reference;
	}

	@Override
	public EngineStatus status() {
		return this.status;
	}

	@Override
	public void onStatus(Consumer<? super EngineStatus> listener) {
		this.listeners.add(listener);
		listener.accept(this.status);
	}

	@Override
	public void load() {
		this.loading.lock();
		try {
			if (this.model == null && !this.closed) {
				fetchAndLoad();
			}
		}
		finally {
			this.loading.unlock();
		}
	}

	@Override
	public synchronized void loadInBackground() {
		if (this.loader != null || this.model != null || this.closed) {
			return;
		}
		change(new EngineStatus.Fetching(0, -1, 0));
		this.loader = Thread.ofPlatform().name("llama-loader").daemon().start(() -> {
			try {
				load();
			}
			catch (LlamaException ex) {
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
			logger.error("The model '{}' could not be loaded; requests are refused: {}", this.reference,
					failure.getMessage(), trace);
		}
	}

	private void fetchAndLoad() {
		try {
			Path file = this.source.resolve(this.reference, fetchProgress());
			change(new EngineStatus.Loading(0));
			LlamaModel loaded = LlamaModel.load(file,
					this.options.withProgress((fraction) -> change(new EngineStatus.Loading(fraction))));
			this.model = loaded;
			if (this.closed) {
				this.model = null;
				loaded.close();
				throw new IllegalStateException("The engine was closed while the model was loaded");
			}
			String name = displayName(file);
			logger.info("Model '{}' is ready: {} on {} (accelerator: {}) with {} threads, context {}", this.reference,
					name, loaded.info().kernel(), loaded.info().accelerator(), loaded.info().threads(),
					loaded.contextLength());
			change(new EngineStatus.Ready(name, loaded.info(), loaded.contextLength()));
		}
		catch (RuntimeException | Error ex) {
			String message = ex.getMessage();
			change(new EngineStatus.Failed((message != null) ? message : ex.getClass().getSimpleName()));
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

	@Override
	public LlamaModel model() {
		LlamaModel current = this.model;
		if (current == null) {
			throw new EngineNotReadyException(this.status);
		}
		return current;
	}

	@Override
	public synchronized void close() {
		if (this.closed) {
			return;
		}
		change(new EngineStatus.Stopped());
		Thread running = this.loader;
		if (running != null) {
			running.interrupt();
		}
		LlamaModel current = this.model;
		this.model = null;
		if (current != null) {
			current.close();
		}
	}

}
