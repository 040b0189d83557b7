package io.github.llamaspring.boot.guard;

import java.util.List;

import io.github.llamaspring.boot.engine.EmbeddingEngine;
import io.github.llamaspring.boot.engine.EngineStatus;
import io.github.llamaspring.core.SentenceVector;
import io.github.llamaspring.core.TextType;
import io.github.llamaspring.guard.TextEncoder;

/**
 * The embedding model as the guard's sentence encoder, once it is loaded: the guard alone
 * never makes it load. Thread-safe.
 */
public final class EngineTextEncoder implements TextEncoder {

	private final EmbeddingEngine engine;

	public EngineTextEncoder(EmbeddingEngine engine) {
		this.engine = engine;
	}

	@Override
	public boolean isReady() {
		return this.engine.status() instanceof EngineStatus.Ready;
	}

	@Override
	public List<float[]> encode(List<String> texts) {
		return this.engine.encoder().encode(texts, TextType.QUERY).stream().map(SentenceVector::values).toList();
	}

}
