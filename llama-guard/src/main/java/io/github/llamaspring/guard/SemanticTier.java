package io.github.llamaspring.guard;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.classify.HarmScorer;
import io.github.llamaspring.guard.classify.HeadRun;
import io.github.llamaspring.guard.classify.Heads;
import io.github.llamaspring.guard.classify.VectorHeads;
import io.github.llamaspring.guard.classify.VectorRun;
import io.github.llamaspring.guard.conversation.ConversationChecks;
import io.github.llamaspring.guard.policy.Policy;
import io.github.llamaspring.guard.policy.PolicyException;
import io.github.llamaspring.guard.policy.Semantic;
import io.github.llamaspring.guard.semantic.Piece;
import io.github.llamaspring.guard.semantic.SentenceVectors;
import io.github.llamaspring.guard.semantic.TopicDetector;

/**
 * What sees meaning: a sentence encoder, the heads on its vectors and a policy's topics.
 * Immutable and thread-safe.
 */
final class SemanticTier {

	private final VectorHeads heads;

	private final SentenceVectors vectors;

	private final ConversationChecks conversations;

	private final @Nullable TopicDetector topics;

	private final boolean required;

	private SemanticTier(Policy policy, SentenceVectors vectors, Heads words, VectorHeads heads) {
		this.conversations = new ConversationChecks(HarmScorer.ofMeaning(words, heads, vectors), heads.space(),
				vectors);
		this.heads = heads;
		this.vectors = vectors;
		this.required = policy.semantic() == Semantic.REQUIRED;
		this.topics = policy.topics().isEmpty() ? null
				: new TopicDetector(heads.space(), vectors,
						policy.topics()
							.stream()
							.map((topic) -> new TopicDetector.Examples(topic.name(), topic.category(), topic.examples(),
									topic.counterExamples(), topic.threshold()))
							.toList());
	}

	/**
	 * The tier as a policy wants it; null means that the words alone decide.
	 * @throws PolicyException if the policy requires an encoder and there is none
	 */
	static @Nullable SemanticTier of(Policy policy, @Nullable TextEncoder encoder, Duration limit, Heads words,
			Supplier<VectorHeads> heads) {
		if (policy.semantic() == Semantic.REQUIRED && encoder == null) {
			throw new PolicyException("the policy " + policy.id()
					+ " says semantic: required, but there is no sentence encoder; give one or say auto");
		}
		if (policy.semantic() == Semantic.OFF || encoder == null) {
			return null;
		}
		return new SemanticTier(policy, new SentenceVectors(encoder, limit), words, heads.get());
	}

	/**
	 * Whether it takes part now. One that is required always does: what it can't judge is
	 * decided by the fail mode.
	 */
	boolean isReady() {
		return this.required || this.vectors.isReady();
	}

	SentenceVectors vectors() {
		return this.vectors;
	}

	ConversationChecks conversations() {
		return this.conversations;
	}

	@Nullable TopicDetector topics() {
		return this.topics;
	}

	/**
	 * Opens the check of one text.
	 */
	VectorRun run(HeadRun words) {
		return this.heads.run(words, this.vectors);
	}

	/**
	 * Encodes texts that will be checked soon. A failure is left to the checks, each of
	 * which meets it again.
	 */
	void prepare(List<String> texts) {
		List<String> pieces = texts.stream()
			.flatMap((text) -> Piece.of(text).stream().limit(Piece.MOST).map(Piece::text))
			.toList();
		try {
			this.vectors.of(pieces);
		}
		catch (RuntimeException ex) {
			// Each check meets it again.
		}
	}

}
