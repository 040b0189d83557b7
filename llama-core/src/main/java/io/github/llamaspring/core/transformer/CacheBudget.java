package io.github.llamaspring.core.transformer;

import java.util.concurrent.atomic.AtomicLong;

import io.github.llamaspring.core.error.CacheMemoryException;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that the keys and values of all sequences of a model may take together.
 * Thread-safe.
 */
final class CacheBudget {

	private static final double MEBIBYTE = 1 << 20;

	private final long limit;

	private final AtomicLong used = new AtomicLong();

	CacheBudget(long limit) {
		this.limit = limit;
	}

	/**
	 * Bytes taken now.
	 */
	long used() {
		return this.used.get();
	}

	/**
	 * Whether so many bytes are left now.
	 */
	boolean offers(long bytes) {
		return bytes <= this.limit - this.used.get();
	}

	/**
	 * Takes bytes.
	 * @throws CacheMemoryException if they are not left
	 */
	void take(long bytes) {
		long before = this.used.getAndUpdate((now) -> (bytes <= this.limit - now) ? now + bytes : now);
		if (bytes > this.limit - before) {
			throw failure(before, bytes, null);
		}
	}

	void giveBack(long bytes) {
		this.used.addAndGet(-bytes);
	}

	static CacheMemoryException failure(long used, long more, @Nullable Throwable cause) {
		String message = ("the keys and values of the sessions take %.0f MiB and need %.0f MiB more than there may be: "
				+ "close sessions, shorten their context (contextLength) or allow more (maxCacheBytes, llama.max-cache)")
			.formatted(used / MEBIBYTE, more / MEBIBYTE);
		return (cause != null) ? new CacheMemoryException(message, cause) : new CacheMemoryException(message);
	}

}
