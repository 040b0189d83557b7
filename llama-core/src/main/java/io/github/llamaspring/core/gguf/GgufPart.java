package io.github.llamaspring.core.gguf;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.core.error.GgufFormatException;

/**
 * One physical GGUF file: magic, version, counts, metadata, tensor descriptions, data.
 *
 * @param metadata its key-value pairs
 * @param tensors its tensors
 * @param file all of its bytes
 * @param headerBytes how many of them come before the data
 */
record GgufPart(GgufMetadata metadata, List<GgufTensor> tensors, MemorySegment file, long headerBytes) {

	private static final int MAGIC = 0x46554747; // "GGUF", little-endian

	private static final int MAX_DIMENSIONS = 4;

	/**
	 * Least bytes of a description: name length, dimensions, one length, type, offset.
	 */
	private static final int MIN_TENSOR_BYTES = 32;

	private static final long MAX_TENSORS = 1 << 16;

	static GgufPart read(String file, MemorySegment data) {
		GgufReader in = new GgufReader(file, data, 0);
		if (data.byteSize() < 4 || in.i32() != MAGIC) {
			throw new GgufFormatException(file + ": not a GGUF file (it does not start with 'GGUF')");
		}
		int version = in.i32();
		if (version != 2 && version != 3) {
			throw in.failure("GGUF version %s is not supported (2 and 3 are)", Integer.toUnsignedString(version));
		}
		long tensorCount = in.count("tensors", MIN_TENSOR_BYTES);
		long pairCount = in.count("metadata keys", GgufMetadata.MIN_PAIR_BYTES);
		if (tensorCount > MAX_TENSORS) {
			throw in.failure("%d tensors are too many (up to %d are read)", tensorCount, MAX_TENSORS);
		}
		GgufMetadata metadata = GgufMetadata.read(file, data, in, pairCount);
		List<Description> descriptions = new ArrayList<>();
		for (long i = 0; i < tensorCount; i++) {
			descriptions.add(Description.read(in, i));
		}
		long headerBytes = in.position();
		return new GgufPart(metadata, locate(in, data, descriptions, alignment(in, metadata)), data, headerBytes);
	}

	private static long alignment(GgufReader in, GgufMetadata metadata) {
		long alignment = metadata.integer("general.alignment").orElse(32);
		if (alignment <= 0 || alignment > (1 << 20) || Long.bitCount(alignment) != 1) {
			in.subject("key 'general.alignment'");
			throw in.failure("%d is no power of two up to 2^20", alignment);
		}
		return alignment;
	}

	private static List<GgufTensor> locate(GgufReader in, MemorySegment data, List<Description> descriptions,
			long alignment) {
		long start = (in.position() + alignment - 1) & -alignment;
		List<GgufTensor> tensors = new ArrayList<>(descriptions.size());
		for (Description description : descriptions) {
			in.subject("tensor '" + GgufMetadata.printable(description.name) + "'");
			long available = data.byteSize() - start;
			if (description.offset < 0 || description.offset % alignment != 0 || description.offset > available
					|| description.bytes > available - description.offset) {
				throw in.failure(
						"%d bytes at offset %s of the data lie outside the file or are not aligned to %d: it is truncated or damaged",
						description.bytes, Long.toUnsignedString(description.offset), alignment);
			}
			tensors.add(new GgufTensor(description.name, description.type, description.shape,
					data.asSlice(start + description.offset, description.bytes)));
		}
		return tensors;
	}

	/**
	 * What the header says of a tensor.
	 *
	 * @param name its name
	 * @param type its element type
	 * @param shape its lengths
	 * @param bytes its size
	 * @param offset its place, from the start of the data
	 */
	private record Description(String name, GgmlType type, long[] shape, long bytes, long offset) {

		static Description read(GgufReader in, long index) {
			in.subject("tensor " + index);
			String name = in.name("name");
			in.subject("tensor '" + GgufMetadata.printable(name) + "'");
			int dimensions = in.i32();
			if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
				throw in.failure("%s dimensions (1 to %d are possible)", Integer.toUnsignedString(dimensions),
						MAX_DIMENSIONS);
			}
			long[] shape = new long[dimensions];
			for (int i = 0; i < dimensions; i++) {
				shape[i] = in.i64();
			}
			GgmlType type = type(in);
			return new Description(name, type, shape, bytes(in, type, shape), in.i64());
		}

		private static GgmlType type(GgufReader in) {
			int id = in.i32();
			return GgmlType.of(id).orElseThrow(() -> in.failure("tensor type %d is not supported", id));
		}

		private static long bytes(GgufReader in, GgmlType type, long[] shape) {
			long elements = 1;
			for (long length : shape) {
				if (length < 1 || length > Integer.MAX_VALUE || Math.multiplyHigh(elements, length) != 0
						|| elements * length < 0) {
					throw in.failure("length %s is out of range", Long.toUnsignedString(length));
				}
				elements *= length;
			}
			if (shape[0] % type.blockElements() != 0) {
				throw in.failure("rows of %d elements are no whole number of %s blocks", shape[0], type);
			}
			try {
				return type.bytes(elements);
			}
			catch (ArithmeticException ex) {
				throw in.failure("%d elements are too many", elements);
			}
		}

	}

}
