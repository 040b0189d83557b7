package io.github.llamaspring.boot.engine;

import java.nio.file.Path;

import io.github.llamaspring.core.store.FetchProgress;
import io.github.llamaspring.core.store.ModelStore;

/**
 * The engine's own store of models.
 */
final class StoreModelSource implements ModelSource {

	@Override
	public Path resolve(String reference, Progress progress) {
		return ModelStore.ofSystem().resolve(reference, (FetchProgress step) -> {
			if (step.phase() == FetchProgress.Phase.DOWNLOADING) {
				progress.onBytes(step.bytes(), step.total());
			}
		});
	}

}
