package io.github.llamaspring.guard.semantic;

import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.guard.Span;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

/**
 * Finds texts near the examples of topics, in whatever language both are. The examples
 * are encoded when the first text comes. Thread-safe.
 */
public final class TopicDetector implements Detector {

	/** The family of its findings. */
	public static final String FAMILY = "topics";

	/** What the rules of its findings begin with. */
	public static final String PREFIX = "topic.";

	private final MeaningSpace space;

	private final SentenceVectors vectors;

	private final List<Examples> topics;

	private volatile List<TopicModel> models = List.of();

	/**
	 * @param topics at least one
	 */
	public TopicDetector(MeaningSpace space, SentenceVectors vectors, List<Examples> topics) {
		this.space = space;
		this.vectors = vectors;
		this.topics = List.copyOf(topics);
	}

	/**
	 * What tells a topic.
	 *
	 * @param name for the rule of findings
	 * @param category of findings
	 * @param on texts on the topic
	 * @param off texts that sound like it and are not
	 * @param threshold score from which something is found
	 */
	public record Examples(String name, String category, List<String> on, List<String> off, double threshold) {
	}

	@Override
	public String family() {
		return FAMILY;
	}

	@Override
	public void detect(NormText text, MatchSink sink) {
		List<Piece> pieces = Piece.of(text.raw());
		if (pieces.isEmpty()) {
			return;
		}
		List<Piece> seen = pieces.subList(0, Math.min(Piece.MOST, pieces.size()));
		List<String> texts = seen.stream().map(Piece::text).toList();
		List<float[]> encoded = text.deadline().beside(() -> this.vectors.of(texts));
		List<TopicModel> known = text.deadline().beside(this::models);
		for (int t = 0; t < known.size(); t++) {
			Examples topic = this.topics.get(t);
			Span where = seen.getFirst().span();
			double most = 0;
			for (int i = 0; i < encoded.size(); i++) {
				double score = known.get(t).score(encoded.get(i));
				if (score > most) {
					most = score;
					where = seen.get(i).span();
				}
			}
			if (most >= topic.threshold()) {
				sink.match(new Match(PREFIX + topic.name(), topic.category(), most, where.start(), where.end()));
			}
		}
	}

	private List<TopicModel> models() {
		List<TopicModel> known = this.models;
		if (known.isEmpty()) {
			List<TopicModel> made = new ArrayList<>();
			for (Examples topic : this.topics) {
				made.add(TopicModel.of(this.space, this.vectors.of(topic.on()), this.vectors.of(topic.off())));
			}
			known = List.copyOf(made);
			this.models = known;
		}
		return known;
	}

}
