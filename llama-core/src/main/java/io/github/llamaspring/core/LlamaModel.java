package io.github.llamaspring.core;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleConsumer;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

import io.github.llamaspring.core.chat.ChatMessage;
import io.github.llamaspring.core.chat.ChatTemplate;
import io.github.llamaspring.core.error.GgufFormatException;
import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.gguf.GgufFingerprint;
import io.github.llamaspring.core.gguf.GgufTensor;
import io.github.llamaspring.core.kernel.CpuName;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.PackCache;
import io.github.llamaspring.core.kernel.WorkerPool;
import io.github.llamaspring.core.tokenizer.Tokenizer;
import io.github.llamaspring.core.transformer.LlamaTransformer;
import io.github.llamaspring.core.transformer.LoadPlan;
import io.github.llamaspring.core.transformer.MemoryNeed;
import org.jspecify.annotations.Nullable;

/**
 * A model whose weights are mapped from a GGUF file. Sessions on it share the weights and
 * the compute threads. Thread-safe.
 */
public final class LlamaModel implements AutoCloseable {

	/** Enough for a conversation with a small model wherever one runs. */
	private static final long MIN_CACHE = 256L << 20;

	private final GgufFile file;

	private final WorkerPool pool;

	private final Tokenizer tokenizer;

	private final ChatTemplate chatTemplate;

	private final LlamaTransformer transformer;

	private final ModelInfo info;

	private final int contextLength;

	private final double loadMillis;

	private volatile boolean closed;

	private LlamaModel(GgufFile file, ModelOptions options, Kernels kernels, WorkerPool pool, long startNanos) {
		this.file = file;
		this.pool = pool;
		long weightBytes = weightBytes(file);
		SystemMemory memory = SystemMemory.now();
		this.tokenizer = Tokenizer.of(file);
		this.chatTemplate = ChatTemplate.of(file, this.tokenizer.vocabulary());
		this.transformer = new LlamaTransformer(file, kernels, pool,
				new LoadPlan(cacheBytes(options, memory, weightBytes), memory.available(),
						packCache(file, options.weightCache()), progress(options, weightBytes)));
		try {
			int vocabulary = this.transformer.config().vocabularySize();
			if (this.tokenizer.size() != vocabulary) {
				throw new GgufFormatException("%s: %d tokens in the vocabulary, %d rows in tensor 'token_embd.weight'"
					.formatted(file.describe(), this.tokenizer.size(), vocabulary));
			}
			// An accelerator takes its time; it had some while the weights were read.
			this.info = info(file, kernels, pool.threads());
			if (options.progress() != null) {
				options.progress().accept(1);
			}
			int trained = this.transformer.config().contextLength();
			this.contextLength = (options.contextLength() == 0) ? trained : Math.min(options.contextLength(), trained);
			this.transformer.warmUp();
		}
		catch (RuntimeException | Error ex) {
			this.transformer.close();
			throw ex;
		}
		this.loadMillis = (System.nanoTime() - startNanos) / 1e6;
	}

	/**
	 * Maps and checks the file, and reads the weights into memory once.
	 * @param file a GGUF file, or the first part of a split one
	 * @throws io.github.llamaspring.core.error.ModelNotFoundException if there is no such
	 * file
	 * @throws GgufFormatException if the file is damaged or holds no Llama model
	 * @throws io.github.llamaspring.core.error.VectorModuleMissingException if the vector
	 * kernels are demanded and not there
	 */
	public static LlamaModel load(Path file, ModelOptions options) {
		long start = System.nanoTime();
		Kernels kernels = kernels(options.kernel());
		GgufFile gguf = GgufFile.open(file);
		WorkerPool pool = new WorkerPool(threads(options));
		try {
			return new LlamaModel(gguf, options, kernels, pool, start);
		}
		catch (InternalError ex) {
			pool.close();
			gguf.close();
			throw cut(gguf.describe(), ex);
		}
		catch (RuntimeException | Error ex) {
			pool.close();
			gguf.close();
			throw ex;
		}
	}

	/**
	 * Facts about a file without loading it; works on files that hold only a vocabulary.
	 * @throws GgufFormatException if the file is damaged
	 */
	public static ModelInfo inspect(Path file, ModelOptions options) {
		try (GgufFile gguf = GgufFile.open(file)) {
			return info(gguf, kernels(options.kernel()), threads(options));
		}
	}

	/**
	 * Keys and values may take half of what the machine has beside the weights, unless
	 * the options say otherwise.
	 */
	private static long cacheBytes(ModelOptions options, SystemMemory memory, long weightBytes) {
		return (options.maxCacheBytes() > 0) ? options.maxCacheBytes()
				: Math.max(MIN_CACHE, (memory.total() - weightBytes) / 2);
	}

	/**
	 * One file for each place of a model's file, so that a changed model takes the place
	 * of the one before.
	 */
	private static @Nullable PackCache packCache(GgufFile file, @Nullable Path folder) {
		if (folder == null) {
			return null;
		}
		GgufFingerprint source = file.fingerprint();
		String place = file.path().toAbsolutePath().normalize().toString();
		String name = file.describe().replaceAll("[^A-Za-z0-9._-]", "_");
		name = name.substring(Math.max(0, name.length() - 100)) + "-"
				+ UUID.nameUUIDFromBytes(place.getBytes(StandardCharsets.UTF_8)) + ".packed";
		return new PackCache(folder.resolve(name),
				new PackCache.Source(source.bytes(), source.modified(), source.sha256()), CpuName.get());
	}

	static int threads(ModelOptions options) {
		return (options.threads() == 0) ? Runtime.getRuntime().availableProcessors() : options.threads();
	}

	static Kernels kernels(ModelOptions.KernelChoice choice) {
		return switch (choice) {
			case AUTO -> Kernels.auto();
			case VECTOR -> Kernels.vector();
			case SCALAR -> Kernels.scalar();
		};
	}

	private static ModelInfo info(GgufFile file, Kernels kernels, int threads) {
		long parameters = 0;
		Map<String, Integer> types = new TreeMap<>();
		for (GgufTensor tensor : file.tensors()) {
			parameters += tensor.elements();
			types.merge(tensor.type().name(), 1, Integer::sum);
		}
		String architecture = file.string("general.architecture").orElse(null);
		long context = file.integer(architecture + ".context_length").orElse(0);
		return new ModelInfo(file.string("general.name").orElse(file.describe()), architecture, parameters, types,
				file.string("tokenizer.ggml.model").orElse(null), Math.clamp(context, 0, Integer.MAX_VALUE),
				weightBytes(file), neededBytes(file, kernels), kernels.name(), kernels.accelerator(), CpuName.get(),
				threads);
	}

	private static long neededBytes(GgufFile file, Kernels kernels) {
		try {
			return MemoryNeed.of(file, kernels).bytes();
		}
		catch (GgufFormatException ex) {
			return 0; // such as a vocabulary only
		}
	}

	private static long weightBytes(GgufFile file) {
		return file.tensors().stream().mapToLong((tensor) -> tensor.data().byteSize()).sum();
	}

	static LongConsumer progress(ModelOptions options, long total) {
		DoubleConsumer report = options.progress();
		if (report == null) {
			return (bytes) -> {
			};
		}
		AtomicLong done = new AtomicLong();
		return (bytes) -> report.accept(Math.min(1, (double) done.addAndGet(bytes) / total));
	}

	public ModelInfo info() {
		return this.info;
	}

	/**
	 * Opens a session with an empty context. Sessions may be opened and used from any
	 * thread; each by one thread at a time.
	 */
	public LlamaSession newSession() {
		requireOpen();
		return new LlamaSession(this, this.transformer.newCache());
	}

	/**
	 * Positions of a session on this model.
	 */
	public int contextLength() {
		return this.contextLength;
	}

	/**
	 * Number of tokens of a text, without beginning-of-sequence token.
	 */
	public int countTokens(String text) {
		requireOpen();
		return this.tokenizer.encode(text, false).length;
	}

	/**
	 * Number of tokens a conversation takes as a prompt, template included.
	 * @throws io.github.llamaspring.core.error.ChatTemplateException if the template
	 * refuses the conversation
	 */
	public int countTokens(List<ChatMessage> messages) {
		requireOpen();
		return this.chatTemplate.encode(messages, true, this.tokenizer).length;
	}

	/**
	 * The tokens of a plain text as a prompt: with the beginning-of-sequence token where
	 * the file says so; no control token in the text is recognised.
	 */
	public List<Integer> promptTokens(String text) {
		requireOpen();
		OptionalInt bos = this.tokenizer.addBos() ? this.tokenizer.bos() : OptionalInt.empty();
		return IntStream.concat(bos.stream(), Arrays.stream(this.tokenizer.encode(text, false))).boxed().toList();
	}

	/**
	 * The token that is spelled so in the vocabulary, such as {@code ▁safe} in
	 * SentencePiece's spelling.
	 */
	public OptionalInt tokenId(String piece) {
		requireOpen();
		return this.tokenizer.vocabulary().id(piece);
	}

	Tokenizer tokenizer() {
		return this.tokenizer;
	}

	ChatTemplate chatTemplate() {
		return this.chatTemplate;
	}

	LlamaTransformer transformer() {
		return this.transformer;
	}

	double loadMillis() {
		return this.loadMillis;
	}

	String fileName() {
		return this.file.describe();
	}

	/**
	 * The JVM's answer to a mapped page that is no longer in the file.
	 */
	static LlamaException cut(String file, InternalError cause) {
		return new LlamaException(
				file + " or its packed weights were cut or their disk failed while in use: load the model again",
				cause);
	}

	boolean isClosed() {
		return this.closed;
	}

	void requireOpen() {
		if (this.closed) {
			throw new IllegalStateException("the model " + fileName() + " is closed");
		}
	}

	/**
	 * Gives the weights back. Running generations are cancelled first, within a token.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.transformer.close();
		this.pool.close();
		this.file.close();
	}

}
