package io.github.llamaspring.guard;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.classify.Head;
import io.github.llamaspring.guard.classify.HeadRun;
import io.github.llamaspring.guard.classify.Heads;
import io.github.llamaspring.guard.injection.InjectionDetector;
import io.github.llamaspring.guard.judge.Judge;
import io.github.llamaspring.guard.pii.PiiDetector;
import io.github.llamaspring.guard.policy.Category;
import io.github.llamaspring.guard.policy.Policy;
import io.github.llamaspring.guard.policy.WordList;
import io.github.llamaspring.guard.rule.PhraseDetector;
import io.github.llamaspring.guard.rule.RuleBook;
import io.github.llamaspring.guard.rule.RuleDetector;
import io.github.llamaspring.guard.stream.Scan;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.NormText;

/**
 * Checks texts by a policy. Immutable and thread-safe.
 */
public final class Guard {

	private final Policy policy;

	private final PolicyInfo info;

	private final Rulings rulings;

	private final Verdicts verdicts;

	private final List<Detector> common;

	private final RuleDetector asked;

	private final RuleDetector answered;

	private final Heads heads;

	private final AnswerChecks answers;

	private final Judging judging;

	private Guard(Policy policy, Builder parts) {
		this.policy = policy;
		this.heads = parts.heads;
		this.info = new PolicyInfo(policy.id(), policy.version(), policy.hash());
		this.rulings = new Rulings(policy);
		this.verdicts = new Verdicts(policy, this.rulings, this.info);
		this.common = new ArrayList<>(listDetectors(policy));
		this.common.add(new PiiDetector());
		this.common.add(new InjectionDetector(BuiltInRules.injection()));
		this.common.addAll(parts.extra);
		this.judging = new Judging(policy, parts.judge);
		this.answers = new AnswerChecks(policy.answers(), parts.encoder);
		RuleBook harm = RuleBook.of("harm", BuiltInRules.harm());
		this.asked = new RuleDetector("harm", harm, false);
		this.answered = new RuleDetector("harm", harm, true);
	}

	private static List<Detector> listDetectors(Policy policy) {
		List<Detector> detectors = new ArrayList<>();
		for (WordList list : policy.lists()) {
			String family = Rulings.LIST + list.name();
			detectors.add(new PhraseDetector(family,
					list.words()
						.stream()
						.map((words) -> new PhraseDetector.Phrase(family, list.category(), words, list.inside()))
						.toList()));
		}
		if (!policy.allow().isEmpty()) {
			detectors.add(new PhraseDetector(Scan.ALLOW,
					policy.allow()
						.stream()
						.map((words) -> new PhraseDetector.Phrase(Scan.ALLOW, Scan.ALLOW, words, false))
						.toList()));
		}
		return detectors;
	}

	/**
	 * A guard by the built-in policy {@code llama2-aup}: Meta's Llama 2 Acceptable Use
	 * Policy, personal data and secrets, prompt injection.
	 */
	public static Guard builtIn() {
		return builder().build();
	}

	/**
	 * A guard by a policy file (YAML).
	 * @throws io.github.llamaspring.guard.policy.PolicyException naming file, line and
	 * key, where the file is not a valid policy
	 */
	public static Guard load(Path policy) {
		return builder().policy(policy).build();
	}

	/**
	 * A guard with parts of the caller's choice.
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Checks a whole text. Takes time in proportion to its length.
	 */
	public Verdict check(String text, GuardContext context) {
		Objects.requireNonNull(text, "text");
		long started = System.nanoTime();
		List<Detector> detectors = detectors(context.stage());
		detectors.addAll(this.answers.detectors(context, false));
		HeadRun run = this.heads.run(context.stage() == Stage.OUTPUT);
		detectors.add(run);
		Scan scan = Scan.of(NormText.whole(text), detectors);
		List<Finding> findings = new ArrayList<>();
		for (Scan.Hit hit : scan.hits()) {
			Finding finding = this.rulings.of(hit, context.stage());
			if (finding != null) {
				findings.add(finding);
			}
		}
		scan.failures().forEach((failure) -> findings.add(this.rulings.failed(failure, context.stage())));
		Status judged = this.judging.review(findings, text, context);
		Status status = scan.failures().isEmpty() ? judged : Status.ERROR;
		Scores scores = new Scores(run.probability(Head.HARM), run.probability(Head.INJECTION),
				run.probability(Head.TOXICITY));
		return this.verdicts.whole(text, findings, scores, status, context, started);
	}

	/**
	 * Opens a check of a text that is still being written. The statistical heads don't
	 * take part: they look at whole texts only.
	 */
	public GuardStream stream(GuardContext context) {
		Objects.requireNonNull(context, "context");
		List<Detector> detectors = detectors(context.stage());
		detectors.addAll(this.answers.detectors(context, true));
		return new PolicyStream(this.policy, this.rulings, this.verdicts, detectors, context, this.judging);
	}

	private List<Detector> detectors(Stage stage) {
		List<Detector> detectors = new ArrayList<>(this.common);
		if (stage == Stage.OUTPUT) {
			detectors.removeIf((detector) -> detector instanceof InjectionDetector
					&& this.policy.injection().action().at(stage) == Action.ALLOW
					&& this.policy.injection().suspicious().at(stage) == Action.ALLOW);
		}
		detectors.add((stage == Stage.OUTPUT) ? this.answered : this.asked);
		return detectors;
	}

	public PolicyInfo policy() {
		return this.info;
	}

	/**
	 * What the policy moderates, for a page that tells people.
	 */
	public List<RuleInfo> rules() {
		List<RuleInfo> rules = new ArrayList<>();
		for (Category category : this.policy.categories().values()) {
			rules.add(new RuleInfo(category.id(), category.title(), category.actions().at(Stage.INPUT),
					category.actions().at(Stage.OUTPUT)));
		}
		rules.add(new RuleInfo("INJECTION", "Prompt injection", this.policy.injection().action().at(Stage.INPUT),
				this.policy.injection().action().at(Stage.OUTPUT)));
		for (String kind : PiiDetector.KINDS) {
			rules.add(new RuleInfo(kind, PiiDetector.title(kind), this.policy.pii(kind).at(Stage.INPUT),
					this.policy.pii(kind).at(Stage.OUTPUT)));
		}
		for (WordList list : this.policy.lists()) {
			rules.add(new RuleInfo(list.category(), list.name(), list.actions().at(Stage.INPUT),
					list.actions().at(Stage.OUTPUT)));
		}
		return List.copyOf(rules);
	}

	/**
	 * Puts a guard together. Used by one thread.
	 */
	public static final class Builder {

		private @Nullable Path policy;

		private Heads heads = Heads.builtIn();

		private @Nullable TextEncoder encoder;

		private @Nullable Judge judge;

		private final List<Detector> extra = new ArrayList<>();

		private Builder() {
		}

		/**
		 * A policy file (YAML) in place of the built-in policy.
		 */
		public Builder policy(@Nullable Path file) {
			this.policy = file;
			return this;
		}

		/**
		 * Other statistical heads than those in the jar.
		 */
		public Builder heads(Heads other) {
			this.heads = other;
			return this;
		}

		/**
		 * A sentence encoder, with which sentences of an answer are compared to those of
		 * its sources where the policy asks for that.
		 */
		public Builder encoder(@Nullable TextEncoder other) {
			this.encoder = other;
			return this;
		}

		/**
		 * A judge, asked about suspicious findings where the policy wants that.
		 */
		public Builder judge(@Nullable Judge other) {
			this.judge = other;
			return this;
		}

		/**
		 * A further detector.
		 */
		Builder detector(Detector detector) {
			this.extra.add(detector);
			return this;
		}

		/**
		 * The guard.
		 * @throws io.github.llamaspring.guard.policy.PolicyException naming file, line
		 * and key, where the file is not a valid policy
		 */
		public Guard build() {
			String rules = BuiltInRules.all() + this.heads.digest();
			Path file = this.policy;
			return new Guard((file != null) ? Policy.load(file, PiiDetector.KINDS, rules)
					: Policy.builtIn(PiiDetector.KINDS, rules), this);
		}

	}

	/**
	 * One moderated thing.
	 *
	 * @param category item of the policy or kind of personal data
	 * @param title in English
	 * @param input what happens to it in what people write
	 * @param output what happens to it in what the model writes
	 */
	public record RuleInfo(String category, String title, Action input, Action output) {
	}

}
