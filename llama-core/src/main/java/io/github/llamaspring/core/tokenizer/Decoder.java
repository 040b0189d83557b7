package io.github.llamaspring.core.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Turns a stream of tokens into text, holding back incomplete UTF-8 until the rest is
 * there. Control tokens give no text. Not thread-safe.
 */
public final class Decoder {

	private static final int MAX_SEQUENCE = 4;

	private final Tokenizer tokenizer;

	private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder()
		.onMalformedInput(CodingErrorAction.REPLACE)
		.onUnmappableCharacter(CodingErrorAction.REPLACE);

	private byte[] pending = new byte[0];

	Decoder(Tokenizer tokenizer) {
		this.tokenizer = tokenizer;
	}

	/**
	 * Takes the next token and returns the text that is complete with it, which may be
	 * empty.
	 * @throws IllegalArgumentException if there is no such id
	 */
	public String append(int id) {
		return this.tokenizer.isControl(id) ? "" : decode(this.tokenizer.bytes(id), false);
	}

	/**
	 * The rest: empty, or a replacement character for a sequence that was never
	 * completed. The decoder can be used again afterwards.
	 */
	public String flush() {
		return decode(new byte[0], true);
	}

	private String decode(byte[] bytes, boolean end) {
		ByteBuffer in = ByteBuffer.allocate(this.pending.length + bytes.length).put(this.pending).put(bytes).flip();
		CharBuffer out = CharBuffer.allocate(in.remaining() + MAX_SEQUENCE);
		this.utf8.reset();
		this.utf8.decode(in, out, end);
		if (end) {
			this.utf8.flush(out);
		}
		this.pending = new byte[in.remaining()];
		in.get(this.pending);
		return out.flip().toString();
	}

}
