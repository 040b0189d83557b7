package io.github.llamaspring.guard.text;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Work of somebody else that may take too long: it runs on a thread of its own, which is
 * interrupted when nobody waits for it any more.
 */
public final class TimedCall {

	private TimedCall() {
	}

	/**
	 * Waits for the result.
	 * @param name of the thread
	 * @throws TimeoutException if it takes longer than the limit
	 * @throws ExecutionException if it fails
	 * @throws InterruptedException if the caller is interrupted
	 */
	public static <T> T of(String name, Duration limit, Callable<T> work)
			throws TimeoutException, ExecutionException, InterruptedException {
		FutureTask<T> task = new FutureTask<>(work);
		Thread thread = Thread.ofPlatform().name(name).daemon().start(task);
		try {
			return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException | InterruptedException ex) {
			thread.interrupt();
			throw ex;
		}
	}

}
