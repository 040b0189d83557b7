package io.github.llamaspring.core.cli;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Reads lines of UTF-8 that end with a line feed. A line beyond the limit is skipped, so
 * that no input costs more memory than the limit.
 */
final class LineReader implements Closeable {

	private static final String NO_MEMORY = "not enough memory for the line: give the JVM more with -Xmx";

	private static final char BYTE_ORDER_MARK = '\ufeff';

	private final InputStream in;

	private final int limit;

	private final byte[] buffer = new byte[1 << 16];

	private int position;

	private int end;

	private boolean first = true;

	/**
	 * Reads from a stream.
	 * @param limit the most bytes of a line
	 */
	LineReader(InputStream in, int limit) {
		this.in = in;
		this.limit = limit;
	}

	/**
	 * The next line without its end, or null after the last one.
	 * @throws LineTooLongException if the line is longer than the limit; the next call
	 * gives the line after it
	 */
	@Nullable String next() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		String obstacle = null;
		boolean ended = false;
		while (!ended && fill()) {
			int start = this.position;
			while (this.position < this.end && this.buffer[this.position] != '\n') {
				this.position++;
			}
			if (obstacle == null) {
				obstacle = append(line, start);
			}
			if (obstacle != null) {
				line = new ByteArrayOutputStream(0);
			}
			ended = this.position < this.end;
			this.position += ended ? 1 : 0;
		}
		if (obstacle != null) {
			throw new LineTooLongException(obstacle);
		}
		return (ended || line.size() > 0) ? text(line) : null;
	}

	/**
	 * Whether a whole line was read already, so that the next call does not wait.
	 */
	boolean hasNext() {
		for (int i = this.position; i < this.end; i++) {
			if (this.buffer[i] == '\n') {
				return true;
			}
		}
		return false;
	}

	/**
	 * Adds what was read to a line.
	 * @return why that cannot be, or null
	 */
	private @Nullable String append(ByteArrayOutputStream line, int start) {
		int length = this.position - start;
		if (line.size() + length > this.limit) {
			return "the line is longer than %d bytes".formatted(this.limit);
		}
		try {
			line.write(this.buffer, start, length);
			return null;
		}
		catch (OutOfMemoryError error) {
			return NO_MEMORY;
		}
	}

	private boolean fill() throws IOException {
		if (this.position == this.end) {
			this.position = 0;
			this.end = Math.max(0, this.in.read(this.buffer));
		}
		return this.end > 0;
	}

	private String text(ByteArrayOutputStream line) throws LineTooLongException {
		try {
			String text = line.toString(StandardCharsets.UTF_8);
			boolean marked = this.first && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
			this.first = false;
			return text.substring(marked ? 1 : 0, text.endsWith("\r") ? text.length() - 1 : text.length());
		}
		catch (OutOfMemoryError error) {
			throw new LineTooLongException(NO_MEMORY);
		}
	}

	@Override
	public void close() throws IOException {
		this.in.close();
	}

	/**
	 * A line was skipped.
	 */
	static final class LineTooLongException extends IOException {

		private static final long serialVersionUID = 1L;

		LineTooLongException(String message) {
			super(message);
		}

	}

}
