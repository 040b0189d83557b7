package io.github.llamaspring.boot.engine;

import io.github.llamaspring.core.ModelInfo;

/**
 * Where the engine is on its way to the first answer.
 */
public sealed interface EngineStatus {

	/**
	 * The engine has not been asked to load, or was closed.
	 */
	record Stopped() implements EngineStatus {
	}

	/**
	 * The model file is looked for or fetched.
	 *
	 * @param bytes fetched so far
	 * @param total of the file, or -1 where it is not known
	 * @param bytesPerSecond since the start of the fetch
	 */
	record Fetching(long bytes, long total, double bytesPerSecond) implements EngineStatus {
	}

	/**
	 * The model file is there and is being mapped and prepared.
	 *
	 * @param fraction from 0 to 1
	 */
	record Loading(double fraction) implements EngineStatus {
	}

	/**
	 * The engine answers.
	 *
	 * @param name of the model for people: its file's name without {@code .gguf}, because
	 * the name inside a file is often that of a training run
	 * @param model the model and how it is computed
	 * @param contextLength positions of a conversation
	 */
	record Ready(String name, ModelInfo model, int contextLength) implements EngineStatus {
	}

	/**
	 * The engine will not answer.
	 *
	 * @param reason what went wrong and what to do
	 */
	record Failed(String reason) implements EngineStatus {
	}

}
