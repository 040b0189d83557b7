package io.github.llamaspring.core.store;

/**
 * Hears how far the fetching of a model is: at each change of phase and about ten times a
 * second within one. Called on the thread that fetches; an exception it throws ends the
 * fetching.
 */
@FunctionalInterface
public interface ProgressListener {

	/** Ignores everything. */
	ProgressListener NONE = (progress) -> {
	};

	void onProgress(FetchProgress progress);

}
