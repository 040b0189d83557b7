package io.github.llamaspring.guard;

import java.util.Objects;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.conversation.ConversationChecks;
import io.github.llamaspring.guard.judge.BoundedJudge;
import io.github.llamaspring.guard.judge.Dialogue;
import io.github.llamaspring.guard.judge.Judge;
import io.github.llamaspring.guard.judge.Judgement;
import io.github.llamaspring.guard.policy.Category;
import io.github.llamaspring.guard.policy.JudgeRules;
import io.github.llamaspring.guard.policy.Policy;
import io.github.llamaspring.guard.policy.PolicyException;

/**
 * Asks the judge about suspicious findings, where the policy wants that. Thread-safe.
 */
final class Judging {

	private static final String RULE = "judge";

	/** Characters around a finding that a judge is shown. */
	private static final int EXCERPT = 4000;

	/** Messages before, where they matter. */
	private static final int EARLIER = 4;

	/** Characters of each, and of its answer. */
	private static final int EARLIER_EXCERPT = 500;

	private final Policy policy;

	private final @Nullable Judge judge;

	/**
	 * @throws PolicyException where the policy asks for a judge and there is none
	 */
	Judging(Policy policy, @Nullable Judge judge) {
		if (judge == null && !policy.judge().categories().isEmpty()) {
			throw new PolicyException("the policy " + policy.id() + " asks for a judge, and there is none: give one "
					+ "(Guard.builder().judge(…); llama.guard.judge.enabled=true) or take judge out of the policy");
		}
		this.policy = policy;
		this.judge = (judge != null) ? new BoundedJudge(judge, policy.hash()) : null;
	}

	/**
	 * Asks about the findings, if any of them calls for it, and changes them: those that
	 * are judged safe are kept and allowed, unsafe ones get a hit beside them.
	 * @return how that went
	 */
	Status review(List<Finding> findings, String text, GuardContext context) {
		Judge present = this.judge;
		if (present == null) {
			return Status.OK;
		}
		Finding first = findings.stream().filter(this::isJudged).max(Verdicts.SURER).orElse(null);
		boolean decided = findings.stream().anyMatch((finding) -> finding.action().withholds());
		boolean spoken = context.stage() == Stage.INPUT || context.stage() == Stage.OUTPUT;
		if (first == null || decided || !spoken) {
			return Status.OK;
		}
		JudgeRules rules = this.policy.judge();
		Judgement judgement = present.judge(dialogue(text, first, findings, context), Duration.ofMillis(rules.maxMs()));
		if (judgement.status() != Judgement.Status.OK) {
			findings.add(new Finding("error." + RULE, RULE, 0, Band.GREY, rules.onError(), null));
			return (judgement.status() == Judgement.Status.TIMEOUT) ? Status.TIMEOUT : Status.ERROR;
		}
		if (judgement.unsafe() >= rules.unsafe()) {
			Category category = category(judgement.codes(), findings, first);
			findings.add(new Finding(RULE, category.id(), judgement.unsafe(), Band.HIT,
					category.actions().at(context.stage()), null));
			return Status.OK;
		}
		findings.replaceAll((finding) -> isJudged(finding) ? new Finding(finding.rule(), finding.category(),
				finding.score(), Band.CLEAR, Action.ALLOW, finding.span()) : finding);
		findings.add(new Finding(RULE, first.category(), judgement.unsafe(), Band.CLEAR, Action.ALLOW, null));
		return Status.OK;
	}

	private boolean isJudged(Finding finding) {
		return finding.band() == Band.GREY && this.policy.judge().categories().contains(finding.category());
	}

	private Dialogue dialogue(String text, Finding finding, List<Finding> findings, GuardContext context) {
		if (findings.stream().anyMatch((each) -> isJudged(each) && each.rule().startsWith(ConversationChecks.PREFIX))) {
			return withHistory(text, context.history());
		}
		String excerpt = excerpt(text, finding.span());
		String question = (context.question() != null) ? context.question() : "";
		return (context.stage() == Stage.INPUT) ? Dialogue.ofUser(excerpt)
				: Dialogue.ofAgent(excerpt(question, null), excerpt);
	}

	/** What only the messages before tell can't be judged without them. */
	private static Dialogue withHistory(String text, List<Turn> history) {
		List<String> turns = new ArrayList<>();
		for (Turn turn : history.subList(Math.max(0, history.size() - EARLIER), history.size())) {
			turns.add(excerpt(turn.text(), null, EARLIER_EXCERPT));
			turns.add(excerpt(turn.answer(), null, EARLIER_EXCERPT));
		}
		turns.add(excerpt(text, null));
		return new Dialogue(Dialogue.Role.USER, turns);
	}

	private static String excerpt(String text, @Nullable Span span) {
		return excerpt(text, span, EXCERPT);
	}

	private static String excerpt(String text, @Nullable Span span, int most) {
		if (text.length() <= most) {
			return text;
		}
		int middle = (span != null) ? (span.start() + span.end()) / 2 : 0;
		int from = Math.clamp(middle - most / 2, 0, text.length() - most);
		return text.substring(from, from + most);
	}

	/** A suspicion that the judge shares; else the policy's first item of its code. */
	private Category category(List<String> codes, List<Finding> findings, Finding first) {
		Category fallback = null;
		for (Finding finding : findings) {
			Category own = this.policy.categories().get(finding.category());
			if (own != null && isJudged(finding) && own.llamaGuard().stream().anyMatch(codes::contains)) {
				return own;
			}
		}
		for (Category each : this.policy.categories().values()) {
			if (fallback == null && each.llamaGuard().stream().anyMatch(codes::contains)) {
				fallback = each;
			}
		}
		return (fallback != null) ? fallback : Objects.requireNonNull(this.policy.categories().get(first.category()));
	}

}
