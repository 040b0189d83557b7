package io.github.llamaspring.guard.semantic;

import io.github.llamaspring.guard.text.TimedCall;

import io.github.llamaspring.guard.digest.Sha256;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.github.llamaspring.guard.TextEncoder;

/**
 * A sentence encoder with a time limit and a memory: the vectors of the last texts, by
 * their hash. Thread-safe.
 */
public final class SentenceVectors {

	private static final int REMEMBERED = 4096;

	private final TextEncoder encoder;

	private final Duration limit;

	private final Cache<ByteBuffer, float[]> known = Caffeine.newBuilder().maximumSize(REMEMBERED).build();

	/**
	 * @param limit for the vectors of one call
	 */
	public SentenceVectors(TextEncoder encoder, Duration limit) {
		if (limit.isNegative() || limit.isZero()) {
			throw new IllegalArgumentException("the encoder's time limit is " + limit + "; it must be above zero");
		}
		this.encoder = encoder;
		this.limit = limit;
	}

	/**
	 * Whether the encoder can be asked now.
	 */
	public boolean isReady() {
		return this.encoder.isReady();
	}

	/**
	 * The vectors of texts, in their order.
	 * @throws EncoderTimeoutException if the encoder takes too long
	 * @throws RuntimeException if it fails
	 */
	public List<float[]> of(List<String> texts) {
		float[][] vectors = new float[texts.size()][];
		List<ByteBuffer> keys = new ArrayList<>();
		List<String> missing = new ArrayList<>();
		List<Integer> places = new ArrayList<>();
		for (int i = 0; i < vectors.length; i++) {
			ByteBuffer key = ByteBuffer.wrap(Sha256.bytes(texts.get(i)));
			float[] vector = this.known.getIfPresent(key);
			if (vector != null) {
				vectors[i] = vector;
				continue;
			}
			keys.add(key);
			missing.add(texts.get(i));
			places.add(i);
		}
		if (!missing.isEmpty()) {
			List<float[]> fresh = encode(missing);
			for (int i = 0; i < places.size(); i++) {
				vectors[places.get(i)] = fresh.get(i);
				this.known.put(keys.get(i), fresh.get(i));
			}
		}
		return List.of(vectors);
	}

	private List<float[]> encode(List<String> texts) {
		try {
			List<float[]> vectors = TimedCall.of("guard-encoder", this.limit, () -> this.encoder.encode(texts));
			if (vectors.size() != texts.size()) {
				throw new IllegalStateException(
						"the encoder gave " + vectors.size() + " vectors for " + texts.size() + " texts");
			}
			return vectors;
		}
		catch (TimeoutException ex) {
			throw new EncoderTimeoutException(
					"the encoder took longer than " + this.limit.toMillis() + " ms for " + texts.size() + " texts");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while the encoder worked");
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause
					: new IllegalStateException("the encoder failed: " + ex.getCause(), ex.getCause());
		}
	}

}
