package io.github.llamaspring.boot.engine;

import java.nio.file.Files;
import java.nio.file.Path;

import io.github.llamaspring.core.error.ModelNotFoundException;

/**
 * Resolves references to local files.
 */
final class StoreModelSource implements ModelSource {

	@Override
	public Path resolve(String reference, Progress progress) {
		Path file = Path.of(reference.startsWith("file:") ? reference.substring("file:".length()) : reference);
		if (!Files.isRegularFile(file)) {
			throw new ModelNotFoundException("There is no model file " + file.toAbsolutePath());
		}
		return file;
	}

}
