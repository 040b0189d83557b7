package io.github.llamaspring.guard.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.TextEncoder;
import io.github.llamaspring.guard.semantic.SentenceVectors;

/**
 * The sentence encoder that a command was given.
 */
final class Encoders implements AutoCloseable {

	/** For one text, and for the start of the program. */
	private static final Duration LIMIT = Duration.ofSeconds(60);

	/** For the pieces of one text; each of them has {@link #LIMIT}. */
	private static final Duration TEXT_LIMIT = Duration.ofMinutes(5);

	/** For the texts of one call of a command that has time. */
	private static final Duration BATCH_LIMIT = Duration.ofMinutes(30);

	private final EncoderProcess process;

	private final @Nullable VectorStore store;

	private Encoders(EncoderProcess process, @Nullable VectorStore store) {
		this.process = process;
		this.store = store;
	}

	/**
	 * Starts the program.
	 * @param file keeps the vectors for the next time; null without
	 */
	static Encoders start(String command, @Nullable Path file) throws IOException {
		EncoderProcess process = EncoderProcess.start(command, LIMIT);
		return new Encoders(process, (file != null) ? VectorStore.open(file, process) : null);
	}

	/**
	 * Makes a guard see with it.
	 */
	Guard.Builder on(Guard.Builder builder) {
		return builder.encoder(encoder(), TEXT_LIMIT);
	}

	private TextEncoder encoder() {
		return (this.store != null) ? this.store : this.process;
	}

	SentenceVectors vectors() {
		return new SentenceVectors(encoder(), BATCH_LIMIT);
	}

	@Override
	public void close() throws IOException {
		this.process.close();
		if (this.store != null) {
			this.store.close();
		}
	}

}
