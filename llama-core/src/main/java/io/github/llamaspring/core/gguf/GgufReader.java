package io.github.llamaspring.core.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import io.github.llamaspring.core.error.GgufFormatException;

/**
 * A cursor over the header of a GGUF file. Every read is checked against the end of the
 * file, so that no count or length of a damaged file is ever believed.
 */
final class GgufReader {

	private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
		.withOrder(ByteOrder.LITTLE_ENDIAN);

	private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

	private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

	/**
	 * No text of a real file comes near; it bounds what one string costs.
	 */
	private static final long MAX_STRING_BYTES = 16 << 20;

	/**
	 * No key and no tensor's name comes near, and these are kept in memory.
	 */
	private static final long MAX_NAME_BYTES = 1 << 10;

	private final String file;

	private final MemorySegment data;

	private long position;

	/** What is being read, for messages. */
	private String subject = "header";

	GgufReader(String file, MemorySegment data, long position) {
		this.file = file;
		this.data = data;
		this.position = position;
	}

	long position() {
		return this.position;
	}

	void subject(String value) {
		this.subject = value;
	}

	byte i8() {
		return this.data.get(ValueLayout.JAVA_BYTE, take(1));
	}

	short i16() {
		return this.data.get(SHORT, take(2));
	}

	int i32() {
		return this.data.get(INT, take(4));
	}

	long i64() {
		return this.data.get(LONG, take(8));
	}

	/**
	 * A count of things that take at least {@code leastBytes} each: more than the rest of
	 * the file can hold is refused before anything is allocated.
	 */
	long count(String what, long leastBytes) {
		long at = this.position;
		long count = i64();
		if (count < 0 || count > (this.data.byteSize() - this.position) / leastBytes) {
			throw failure("%s of %s at offset %d is more than the file can hold", Long.toUnsignedString(count), what,
					at);
		}
		return count;
	}

	String string(String what) {
		return string(what, MAX_STRING_BYTES);
	}

	/**
	 * A key or the name of a tensor.
	 */
	String name(String what) {
		return string(what, MAX_NAME_BYTES);
	}

	private String string(String what, long most) {
		long at = this.position;
		long length = i64();
		if (length < 0 || length > most || length > this.data.byteSize() - this.position) {
			throw failure("%s of %s bytes at offset %d is longer than the file or than any sensible text", what,
					Long.toUnsignedString(length), at);
		}
		byte[] bytes = this.data.asSlice(take(length), length).toArray(ValueLayout.JAVA_BYTE);
		return new String(bytes, StandardCharsets.UTF_8);
	}

	void skipString() {
		long at = this.position;
		long length = i64();
		if (length < 0 || length > this.data.byteSize() - this.position) {
			throw failure("string of %s bytes at offset %d is longer than the file", Long.toUnsignedString(length), at);
		}
		take(length);
	}

	void skip(long bytes) {
		take(bytes);
	}

	GgufFormatException failure(String format, Object... arguments) {
		return new GgufFormatException("%s: %s: %s".formatted(this.file, this.subject, format.formatted(arguments)));
	}

	private long take(long bytes) {
		long at = this.position;
		if (bytes < 0 || bytes > this.data.byteSize() - at) {
			throw failure("the file ends at offset %d where %d more bytes are needed: it is truncated or damaged",
					this.data.byteSize(), bytes);
		}
		this.position = at + bytes;
		return at;
	}

}
