package io.github.llamaspring.core.kernel;

/**
 * The threads that compute: the caller and daemon platform threads of our own. One caller
 * at a time.
 */
public final class WorkerPool implements AutoCloseable {

	private final int threads;

	public WorkerPool(int threads) {
		this.threads = threads;
	}

	public int threads() {
		return this.threads;
	}

	/**
	 * Runs {@code task.run(chunk, worker)} for each chunk from 0 to {@code chunks - 1},
	 * and returns when all are done. What a task throws is thrown here.
	 */
	public void run(int chunks, Task task) {
		for (int i = 0; i < chunks; i++) {
			task.run(i, 0);
		}
	}

	@Override
	public void close() {
	}

	/** A piece of work. */
	@FunctionalInterface
	public interface Task {

		/**
		 * Does one chunk.
		 * @param chunk which
		 * @param worker which thread, from 0 to {@code threads - 1}
		 */
		void run(int chunk, int worker);

	}

}
