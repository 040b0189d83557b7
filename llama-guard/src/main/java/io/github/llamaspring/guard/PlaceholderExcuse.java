package io.github.llamaspring.guard;

import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;
import io.github.llamaspring.guard.vault.PlaceholderDetector;

/**
 * Another detector, which does not look into placeholders: the number of one is no fact.
 */
final class PlaceholderExcuse implements Detector {

	private final Detector delegate;

	private final PlaceholderDetector placeholders;

	PlaceholderExcuse(Detector delegate, PlaceholderDetector placeholders) {
		this.delegate = delegate;
		this.placeholders = placeholders;
	}

	@Override
	public String family() {
		return this.delegate.family();
	}

	@Override
	public boolean readsEncoded() {
		return this.delegate.readsEncoded();
	}

	@Override
	public void detect(NormText text, MatchSink sink) {
		List<Match> excuses = new ArrayList<>();
		this.placeholders.detect(text, new Filter(sink) {

			@Override
			public void match(Match match) {
				excuses.add(match);
			}

		});
		this.delegate.detect(text, new Filter(sink) {

			@Override
			public void match(Match match) {
				if (excuses.stream()
					.noneMatch((excuse) -> excuse.start() <= match.start() && match.end() <= excuse.end())) {
					sink.match(match);
				}
			}

		});
	}

	private abstract static class Filter implements MatchSink {

		private final MatchSink sink;

		Filter(MatchSink sink) {
			this.sink = sink;
		}

		@Override
		public void undecided(int start) {
			this.sink.undecided(start);
		}

		@Override
		public void begun(int start, String rule, String category, double score) {
			this.sink.begun(start, rule, category, score);
		}

		@Override
		public void needed(int start) {
			this.sink.needed(start);
		}

		@Override
		public void undecided(int start, String category) {
			this.sink.undecided(start, category);
		}

	}

}
