package io.github.llamaspring.core.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;

/**
 * The weights of a made-up model in its file: pieces of a megabyte or two, filled by all
 * cores and written to their places. A piece's numbers depend on its place only, so the
 * file is the same whoever writes what first.
 */
final class SynthFile {

	/** Elements of a piece: a whole number of blocks of each type. */
	private static final int PIECE = 1 << 20;

	private static final long SEED = 0x9e3779b97f4a7c15L;

	/** Bytes between two reports of progress. */
	private static final long STEP = 1L << 30;

	private final FileChannel channel;

	private final LongConsumer progress;

	private final List<Piece> pieces = new ArrayList<>();

	private final AtomicInteger next = new AtomicInteger();

	private final AtomicLong written = new AtomicLong();

	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	/**
	 * A part of a tensor.
	 *
	 * @param tensor the tensor
	 * @param position of its first byte in the file
	 * @param length in bytes
	 */
	private record Piece(SynthTensor tensor, long position, int length) {
	}

	/**
	 * Takes the work apart.
	 * @param begin where the tensors' data begin
	 * @param progress called now and then with the bytes written, one call at a time
	 */
	SynthFile(FileChannel channel, long begin, List<SynthTensor> tensors, LongConsumer progress) {
		this.channel = channel;
		this.progress = progress;
		long position = begin;
		for (SynthTensor tensor : tensors) {
			long pieceBytes = tensor.type().bytes(PIECE);
			for (long done = 0; done < tensor.bytes(); done += pieceBytes) {
				this.pieces.add(new Piece(tensor, position + done, (int) Math.min(pieceBytes, tensor.bytes() - done)));
			}
			position += tensor.paddedBytes();
		}
	}

	/**
	 * Writes all pieces; what lies between them stays a hole of zeros.
	 */
	void write(int threads) throws IOException {
		List<Thread> workers = new ArrayList<>();
		for (int i = 0; i < threads; i++) {
			workers.add(Thread.ofPlatform().daemon(true).name("synth-" + i).start(this::work));
		}
		try {
			for (Thread worker : workers) {
				worker.join();
			}
		}
		catch (InterruptedException ex) {
			this.failure.compareAndSet(null, ex);
			Thread.currentThread().interrupt();
		}
		switch (this.failure.get()) {
			case null -> {
			}
			case IOException ex -> throw ex;
			case Throwable other -> throw new UncheckedIOException(new IOException(Failures.describe(other), other));
		}
	}

	private void work() {
		byte[] bytes = new byte[(int) this.pieces.stream().mapToLong(Piece::length).max().orElse(0)];
		try {
			for (int i = this.next.getAndIncrement(); i < this.pieces.size()
					&& this.failure.get() == null; i = this.next.getAndIncrement()) {
				write(this.pieces.get(i), bytes);
			}
		}
		catch (IOException | RuntimeException | Error ex) {
			this.failure.compareAndSet(null, ex);
		}
	}

	private void write(Piece piece, byte[] bytes) throws IOException {
		new SynthWeights(SEED * (piece.position() + 1)).fill(bytes, piece.length(), piece.tensor().type(),
				piece.tensor().deviation());
		ByteBuffer out = ByteBuffer.wrap(bytes, 0, piece.length());
		while (out.hasRemaining()) {
			this.channel.write(out, piece.position() + out.position());
		}
		long after = this.written.addAndGet(piece.length());
		if (after / STEP != (after - piece.length()) / STEP) {
			synchronized (this.progress) {
				this.progress.accept(after);
			}
		}
	}

}
