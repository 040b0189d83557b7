package io.github.llamaspring.guard.text;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Keeps a few objects that are costly to make until somebody needs one again. Bounded,
 * never waits, and knows no threads, so that it serves virtual ones as well. Thread-safe;
 * what is taken out belongs to the taker.
 *
 * @param <T> the objects
 */
public final class Pool<T> {

	private final AtomicReferenceArray<@Nullable T> slots = new AtomicReferenceArray<>(
			2 * Runtime.getRuntime().availableProcessors());

	private final Supplier<T> maker;

	/**
	 * @param maker makes another one where none is left
	 */
	public Pool(Supplier<T> maker) {
		this.maker = maker;
	}

	/**
	 * One that was given back, in whatever state, or a new one.
	 */
	public T take() {
		for (int i = 0; i < this.slots.length(); i++) {
			if (this.slots.getPlain(i) != null) {
				T kept = this.slots.getAndSet(i, null);
				if (kept != null) {
					return kept;
				}
			}
		}
		return this.maker.get();
	}

	/**
	 * Keeps an object for the next one, unless there are enough. The giver must not use
	 * it any more.
	 */
	public void giveBack(T used) {
		for (int i = 0; i < this.slots.length(); i++) {
			if (this.slots.getPlain(i) == null && this.slots.compareAndSet(i, null, used)) {
				return;
			}
		}
	}

}
