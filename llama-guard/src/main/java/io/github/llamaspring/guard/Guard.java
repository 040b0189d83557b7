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
import io.github.llamaspring.guard.vault.Vault;
import io.github.llamaspring.guard.vault.VaultStream;

/**
 * Checks texts by a policy. Immutable and thread-safe.
 */
public final class Guard {

	private final Policy policy;

	private final PolicyInfo info;

	private final Rulings rulings;

	private final Pseudonyms pseudonyms;

	private final Verdicts verdicts;

	private final List<Detector> common;

	private final RuleDetector asked;

	private final RuleDetector answered;

	private final Heads heads;

	private Guard(Policy policy, Builder parts) {
		this.policy = policy;
		this.heads = parts.heads;
		this.info = new PolicyInfo(policy.id(), policy.version(), policy.hash());
		this.rulings = new Rulings(policy);
		this.pseudonyms = new Pseudonyms(policy, parts.vault);
		this.verdicts = new Verdicts(policy, this.rulings, this.pseudonyms, this.info);
		this.common = new ArrayList<>(listDetectors(policy));
		this.common.add(new PiiDetector());
		this.common.add(new InjectionDetector(BuiltInRules.injection()));
		this.common.addAll(parts.extra);
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
	 * Checks a whole text. Takes time in proportion to its length. What the policy
	 * pseudonymises gets placeholders of the context's conversation; without a
	 * conversation it is redacted.
	 */
	public Verdict check(String text, GuardContext context) {
		Objects.requireNonNull(text, "text");
		long started = System.nanoTime();
		List<Detector> detectors = detectors(context);
		HeadRun run = this.heads.run(context.stage() == Stage.OUTPUT);
		detectors.add(run);
		Scan scan = Scan.of(NormText.whole(text), detectors);
		List<Finding> findings = new ArrayList<>();
		for (Scan.Hit hit : scan.hits()) {
			Finding finding = this.pseudonyms.settled(this.rulings.of(hit, context.stage()), context);
			if (finding != null) {
				findings.add(finding);
			}
		}
		scan.failures().forEach((failure) -> findings.add(this.rulings.failed(failure, context.stage())));
		Status status = scan.failures().isEmpty() ? Status.OK : Status.ERROR;
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
		return new PolicyStream(this.policy, this.rulings, this.pseudonyms, this.verdicts, detectors(context), context);
	}

	/**
	 * Puts values in place of placeholders in a checked text, for the one who gets it:
	 * the person (stage OUTPUT) by {@code pii.restoreTo}, a tool (stage TOOL_CALL, with
	 * its name) by {@code pii.tools}. Texts of other stages, of no conversation and of
	 * policies that don't pseudonymise stay as they are. Check first, restore last: what
	 * is restored is not meant to be checked again, nor to be remembered.
	 */
	public String restore(String text, GuardContext context) {
		VaultStream stream = this.pseudonyms.restorer(context, text);
		return stream.feed(text) + stream.finish();
	}

	/**
	 * Like {@link #restore}, of a text that is still being written.
	 */
	public VaultStream restorer(GuardContext context) {
		return this.pseudonyms.restorer(context, "");
	}

	/**
	 * Whether the policy puts placeholders in place of anything.
	 */
	public boolean pseudonymizes() {
		return this.pseudonyms.areUsed();
	}

	/**
	 * Where the values behind placeholders are.
	 */
	public Vault vault() {
		return this.pseudonyms.vault();
	}

	private List<Detector> detectors(GuardContext context) {
		Stage stage = context.stage();
		List<Detector> detectors = new ArrayList<>(this.common);
		Detector forged = this.pseudonyms.detector(context);
		if (forged != null) {
			detectors.add(forged);
		}
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

		private Vault vault = Vault.inMemory();

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
		 * Where the values behind placeholders are kept, in place of a vault of the
		 * guard's own. Guards that share one share their conversations.
		 */
		public Builder vault(Vault other) {
			this.vault = other;
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
