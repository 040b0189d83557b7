package io.github.llamaspring.guard.feedback;

import java.util.UUID;
import java.util.function.Consumer;

/**
 * Keeps feedback. Thread-safe.
 */
public interface FeedbackStore {

	/**
	 * Keeps it.
	 * @throws RuntimeException where that fails: nobody should think that feedback was
	 * taken when it was not
	 */
	void add(Feedback feedback);

	/**
	 * All of it, in the order in which it came.
	 */
	void forEach(Consumer<? super Feedback> action);

	/**
	 * Forgets one.
	 * @return whether it was there
	 */
	boolean delete(UUID id);

}
