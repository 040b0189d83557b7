package io.github.llamaspring.core.store;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, read piece by piece with a time limit for each: the streams of
 * {@code java.net.http} have none once the head of the answer is there.
 */
final class ChunkSubscriber implements HttpResponse.BodySubscriber<ChunkSubscriber>, AutoCloseable {

	private final BlockingQueue<Signal> queue = new LinkedBlockingQueue<>();

	private volatile Flow.@Nullable Subscription subscription;

	private volatile boolean closed;

	private sealed interface Signal {

		record Chunk(List<ByteBuffer> buffers) implements Signal {
		}

		record Failure(Throwable cause) implements Signal {
		}

		record End() implements Signal {
		}

	}

	@Override
	public CompletionStage<ChunkSubscriber> getBody() {
		return CompletableFuture.completedFuture(this);
	}

	@Override
	public void onSubscribe(Flow.Subscription subscription) {
		this.subscription = subscription;
		if (this.closed) {
			subscription.cancel();
		}
		else {
			subscription.request(1);
		}
	}

	@Override
	public void onNext(List<ByteBuffer> buffers) {
		this.queue.add(new Signal.Chunk(buffers));
	}

	@Override
	public void onError(Throwable cause) {
		this.queue.add(new Signal.Failure(cause));
	}

	@Override
	public void onComplete() {
		this.queue.add(new Signal.End());
	}

	/**
	 * The next bytes.
	 * @return null at the end
	 */
	@Nullable List<ByteBuffer> next(Duration limit) throws IOException, InterruptedException {
		Signal signal = this.queue.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
		return switch (signal) {
			case null -> throw new HttpTimeoutException("no data for " + limit.toSeconds() + " s");
			case Signal.Chunk(List<ByteBuffer> buffers) -> {
				Flow.Subscription current = this.subscription;
				if (current != null) {
					current.request(1);
				}
				yield buffers;
			}
			case Signal.Failure(Throwable cause) -> throw new IOException(cause.getMessage(), cause);
			case Signal.End end -> null;
		};
	}

	/** Gives up the connection if the body was not read to its end. */
	@Override
	public void close() {
		this.closed = true;
		Flow.Subscription current = this.subscription;
		if (current != null) {
			current.cancel();
		}
	}

}
