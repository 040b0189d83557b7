package io.github.llamaspring.guard;

import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.answer.GroundDetector;
import io.github.llamaspring.guard.answer.LeakDetector;
import io.github.llamaspring.guard.answer.RefusalDetector;
import io.github.llamaspring.guard.classify.Head;
import io.github.llamaspring.guard.classify.HeadRun;
import io.github.llamaspring.guard.conversation.ConversationChecks;
import io.github.llamaspring.guard.policy.AnswerRules;
import io.github.llamaspring.guard.policy.Category;
import io.github.llamaspring.guard.policy.ConversationRules;
import io.github.llamaspring.guard.policy.Injection;
import io.github.llamaspring.guard.policy.Policy;
import io.github.llamaspring.guard.policy.Topic;
import io.github.llamaspring.guard.policy.WordList;
import io.github.llamaspring.guard.semantic.EncoderTimeoutException;
import io.github.llamaspring.guard.semantic.TopicDetector;
import io.github.llamaspring.guard.stream.Scan;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.vault.PlaceholderDetector;

/**
 * What a policy makes of a match: its band, its action, the key of the words for the
 * person.
 */
final class Rulings {

	static final String LIST = "list.";

	private final Policy policy;

	Rulings(Policy policy) {
		this.policy = policy;
	}

	/**
	 * The finding, or null where the policy allows it.
	 */
	@Nullable Finding of(Scan.Hit hit, Stage stage) {
		Match match = hit.match();
		Finding finding = switch (hit.family()) {
			case "pii" -> finding(match, Band.HIT, this.policy.pii(match.category()).at(stage));
			case "injection" -> injection(match, stage);
			case "harm" -> harm(match, stage);
			case HeadRun.FAMILY -> scored(match, stage);
			case PlaceholderDetector.FAMILY -> finding(match, Band.GREY, Action.REDACT);
			case LeakDetector.FAMILY, RefusalDetector.FAMILY, GroundDetector.FAMILY ->
				answered(hit.family(), match, stage);
			case TopicDetector.FAMILY -> onTopic(match, stage);
			case ConversationChecks.FAMILY -> inConversation(match);
			default -> listed(hit.family(), match, stage);
		};
		boolean recorded = finding != null && finding.rule().equals(RefusalDetector.RULE);
		return (finding == null || (finding.action() == Action.ALLOW && !recorded)) ? null : finding;
	}

	/**
	 * Of a statistical head. Somebody who swears at a shop wants help all the same: that
	 * is recorded, and only a rule withholds it.
	 */
	private @Nullable Finding scored(Match match, Stage stage) {
		if (match.rule().equals(Head.INJECTION.rule())) {
			return injection(match, stage);
		}
		Finding finding = harm(match, stage);
		boolean angry = stage == Stage.INPUT && match.rule().equals(Head.TOXICITY.rule());
		return (angry && finding != null && finding.action().compareTo(Action.FLAG) > 0)
				? finding(match, finding.band(), Action.FLAG) : finding;
	}

	private @Nullable Finding injection(Match match, Stage stage) {
		Injection settings = this.policy.injection();
		if (match.score() >= settings.block()) {
			return finding(match, Band.HIT, settings.action().at(stage));
		}
		return (match.score() >= settings.grey()) ? finding(match, Band.GREY, settings.suspicious().at(stage)) : null;
	}

	private @Nullable Finding harm(Match match, Stage stage) {
		Category category = this.policy.categories().get(match.category());
		if (category == null || match.score() < category.grey()) {
			return null;
		}
		Action action = category.actions().at(stage);
		if (match.score() >= category.block()) {
			return finding(match, Band.HIT, action);
		}
		return finding(match, Band.GREY, (action == Action.ALLOW) ? Action.ALLOW : Action.FLAG);
	}

	private Finding answered(String family, Match match, Stage stage) {
		AnswerRules rules = this.policy.answers();
		return switch (family) {
			case LeakDetector.FAMILY -> finding(match, Band.HIT, rules.leak().at(stage));
			case RefusalDetector.FAMILY ->
				finding(match, (rules.refusal() == Action.ALLOW) ? Band.CLEAR : Band.HIT, rules.refusal());
			default -> finding(match, Band.GREY, rules.groundedness());
		};
	}

	private @Nullable Finding inConversation(Match match) {
		ConversationRules rules = this.policy.conversation();
		if (match.rule().equals(ConversationChecks.REPHRASE)) {
			return finding(match, Band.GREY, rules.rephrase());
		}
		if (match.score() >= rules.block()) {
			return finding(match, Band.HIT, rules.drift());
		}
		return (match.score() >= rules.grey()) ? finding(match, Band.GREY, Action.FLAG) : null;
	}

	private @Nullable Finding onTopic(Match match, Stage stage) {
		Topic topic = topic(match.rule());
		return (topic != null) ? finding(match, Band.HIT, topic.actions().at(stage)) : null;
	}

	private @Nullable Topic topic(String rule) {
		return this.policy.topics()
			.stream()
			.filter((topic) -> rule.equals(TopicDetector.PREFIX + topic.name()))
			.findFirst()
			.orElse(null);
	}

	private @Nullable Finding listed(String family, Match match, Stage stage) {
		for (WordList list : this.policy.lists()) {
			if (family.equals(LIST + list.name())) {
				return finding(match, Band.HIT, list.actions().at(stage));
			}
		}
		return null;
	}

	private static Finding finding(Match match, Band band, Action action) {
		return new Finding(match.rule(), match.category(), match.score(), band, action,
				new Span(match.start(), match.end()));
	}

	/**
	 * The key of the words for a person about a finding.
	 */
	String messageKey(Finding finding) {
		if (finding.rule().startsWith("injection.") || finding.rule().equals(Head.INJECTION.rule())) {
			return "injection";
		}
		if (finding.rule().startsWith("answer.")) {
			return finding.rule().substring("answer.".length());
		}
		if (finding.rule().startsWith(GroundDetector.PREFIX)) {
			return "ungrounded";
		}
		if (finding.rule().startsWith("error.")) {
			return "error";
		}
		Topic topic = topic(finding.rule());
		if (topic != null) {
			return topic.message();
		}
		Category category = this.policy.categories().get(finding.category());
		if (category != null && !finding.rule().startsWith(LIST)) {
			return category.message();
		}
		for (WordList list : this.policy.lists()) {
			if (finding.rule().equals(LIST + list.name())) {
				return list.message();
			}
		}
		return "personal-data";
	}

	/**
	 * The finding for a detector that failed, by the policy's fail mode.
	 */
	Finding failed(Scan.Failure failure, Stage stage) {
		return new Finding("error." + failure.family(), failure.family(), 0, Band.GREY, this.policy.onError().at(stage),
				null);
	}

	/**
	 * How a check went in which a detector failed.
	 */
	static Status status(Scan.Failure failure) {
		Throwable cause = failure.cause();
		if (cause instanceof ExecutionException && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return (cause instanceof TimeoutException || cause instanceof EncoderTimeoutException) ? Status.TIMEOUT
				: Status.ERROR;
	}

	/**
	 * What stands in place of a redacted part, in whole texts and in streams.
	 */
	static String placeholder(String category) {
		return "[" + category.toUpperCase(Locale.ROOT) + "]";
	}

}
