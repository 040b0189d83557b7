package io.github.llamaspring.guard;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.classify.HarmScorer;
import io.github.llamaspring.guard.audit.AsyncAuditSink;
import io.github.llamaspring.guard.audit.AuditOptions;
import io.github.llamaspring.guard.audit.AuditSink;
import io.github.llamaspring.guard.classify.Head;
import io.github.llamaspring.guard.classify.HeadRun;
import io.github.llamaspring.guard.classify.Heads;
import io.github.llamaspring.guard.classify.VectorHeads;
import io.github.llamaspring.guard.classify.VectorRun;
import io.github.llamaspring.guard.conversation.ConversationChecks;
import io.github.llamaspring.guard.injection.InjectionDetector;
import io.github.llamaspring.guard.judge.Judge;
import io.github.llamaspring.guard.pii.PiiDetector;
import io.github.llamaspring.guard.policy.Category;
import io.github.llamaspring.guard.policy.ConversationRules;
import io.github.llamaspring.guard.policy.Mode;
import io.github.llamaspring.guard.policy.Policy;
import io.github.llamaspring.guard.policy.PolicyException;
import io.github.llamaspring.guard.policy.Semantic;
import io.github.llamaspring.guard.policy.Topic;
import io.github.llamaspring.guard.policy.WordList;
import io.github.llamaspring.guard.rule.PhraseDetector;
import io.github.llamaspring.guard.stream.Scan;
import io.github.llamaspring.guard.text.Deadline;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.vault.Vault;
import io.github.llamaspring.guard.vault.VaultStream;

/**
 * Checks texts by a policy. Immutable and thread-safe.
 */
public final class Guard {

	/** Texts up to here are ordinary. */
	private static final int SHORT = 1 << 16;

	private static final Duration SHORT_TIME = Duration.ofSeconds(2);

	private final Policy policy;

	private final PolicyInfo info;

	private final Rulings rulings;

	private final Pseudonyms pseudonyms;

	private final Verdicts verdicts;

	private final List<Detector> common;

	private final Heads heads;

	private final @Nullable SemanticTier semantic;

	private final AnswerChecks answers;

	private final ConversationChecks conversations;

	private final Judging judging;

	private final LongSupplier nanoTime;

	private final @Nullable Shadow shadow;

	private final @Nullable AuditTrail audit;

	private final Observing observing;

	private Guard(Policy policy, Builder parts, @Nullable Shadow shadow, boolean acts) {
		this.shadow = shadow;
		this.policy = policy;
		this.heads = parts.heads;
		this.semantic = SemanticTier.of(policy, parts.encoder, parts.encoderLimit, parts.heads, parts::vectorHeads);
		this.nanoTime = parts.nanoTime;
		this.info = new PolicyInfo(policy.id(), policy.version(), policy.hash());
		this.rulings = new Rulings(policy);
		this.pseudonyms = new Pseudonyms(policy, parts.vault, acts && policy.mode() == Mode.ENFORCE);
		this.verdicts = new Verdicts(policy, this.rulings, this.pseudonyms, this.info, this.heads::language);
		this.common = new ArrayList<>(listDetectors(policy));
		this.common.add(new PiiDetector());
		this.common.add(BuiltInRules.INJECTION);
		this.common.addAll(parts.extra);
		this.answers = new AnswerChecks(policy.answers(), this.heads::language);
		this.conversations = new ConversationChecks(HarmScorer.ofWords(parts.heads), null, null);
		this.judging = new Judging(policy, parts.judge);
		this.observing = new Observing(acts ? parts.observer : null, this.info);
		this.audit = AuditTrail.of(parts.audit, parts.auditOptions, policy, !acts || policy.mode() == Mode.SHADOW,
				this.heads::language);
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
	 * Checks a whole text. Takes time in proportion to its length, within the policy's
	 * {@code limits.maxMillis} (50): a text of more than 65,536 characters may take that
	 * long, a shorter one 2 seconds, so that no ordinary text runs out of time on a slow
	 * or busy machine. When the time is over, the policy's fail mode for the stage
	 * decides (closed by default), a finding {@code error.timeout} and
	 * {@link Status#TIMEOUT} say so; what was found until then counts. What the policy
	 * pseudonymises gets placeholders of the context's conversation; without a
	 * conversation it is redacted.
	 */
	public Verdict check(String text, GuardContext context) {
		Verdict verdict = reported(text, context);
		if (this.policy.mode() == Mode.SHADOW) {
			verdict = WatchedStream.passing(verdict, text);
		}
		if (this.shadow != null) {
			this.shadow.compare(text, context, verdict);
		}
		return verdict;
	}

	/**
	 * The verdict, whether or not the policy acts, and an event about it.
	 */
	Verdict reported(String text, GuardContext context) {
		Verdict verdict = this.observing.check(context.stage(), () -> verdict(text, context));
		if (this.audit != null) {
			this.audit.checked(text, context, verdict, false);
		}
		return verdict;
	}

	/**
	 * Makes an audit event for a text whose verdict the caller remembered from an earlier
	 * {@link #check} by this guard, in place of another check. Nothing happens without an
	 * audit sink.
	 */
	public void remembered(String text, GuardContext context, Verdict verdict) {
		if (this.audit != null) {
			this.audit.checked(text, context, verdict, true);
		}
	}

	private Verdict verdict(String text, GuardContext context) {
		Objects.requireNonNull(text, "text");
		long started = System.nanoTime();
		List<Detector> detectors = detectors(context);
		SemanticTier tier = semantic();
		detectors.addAll(this.pseudonyms
			.excusing(this.answers.detectors(context, (tier != null) ? tier.vectors() : null), context));
		detectors.addAll(arc(context, tier));
		HeadRun words = this.heads.run(context.stage() == Stage.OUTPUT);
		VectorRun meaning = (tier != null) ? tier.run(words) : null;
		detectors.add((meaning != null) ? meaning : words);
		if (tier != null && tier.topics() != null) {
			detectors.add(tier.topics());
		}
		Scan scan = Scan.of(text, detectors, deadline(text.length()));
		List<Finding> findings = new ArrayList<>();
		for (Scan.Hit hit : scan.hits()) {
			Finding finding = this.pseudonyms.settled(this.rulings.of(hit, context.stage()), context);
			if (finding != null) {
				findings.add(finding);
			}
		}
		scan.failures().forEach((failure) -> findings.add(this.rulings.failed(failure, context.stage())));
		Status status = status(scan).and(this.judging.review(findings, text, context));
		Scores scores = scores((meaning != null) ? meaning::probability : words::probability);
		return this.verdicts.whole(text, findings, scores, status, context, started);
	}

	/** What looks at a message together with those before it. */
	private List<Detector> arc(GuardContext context, @Nullable SemanticTier tier) {
		if (context.stage() != Stage.INPUT || context.history().isEmpty()) {
			return List.of();
		}
		ConversationRules rules = this.policy.conversation();
		ConversationChecks checks = (tier != null) ? tier.conversations() : this.conversations;
		return checks.detectors(context.history(), rules.drift() != Action.ALLOW, rules.rephrase() != Action.ALLOW);
	}

	private static Scores scores(ToDoubleFunction<Head> probability) {
		return new Scores(probability.applyAsDouble(Head.HARM), probability.applyAsDouble(Head.INJECTION),
				probability.applyAsDouble(Head.TOXICITY));
	}

	private static Status status(Scan scan) {
		Status status = scan.timedOut() ? Status.TIMEOUT : Status.OK;
		for (Scan.Failure failure : scan.failures()) {
			status = status.and(Rulings.status(failure));
		}
		return status;
	}

	/**
	 * Whether a sentence encoder takes part now; without one the words alone decide.
	 */
	public boolean isSemantic() {
		return semantic() != null;
	}

	/**
	 * Whether the policy would have a sentence encoder take part and the guard was given
	 * none.
	 */
	public boolean lacksEncoder() {
		return this.semantic == null && this.policy.semantic() != Semantic.OFF;
	}

	private @Nullable SemanticTier semantic() {
		SemanticTier tier = this.semantic;
		return (tier != null && tier.isReady()) ? tier : null;
	}

	/**
	 * Encodes texts that will be checked soon, together, which is faster than one by one.
	 * Nothing happens without a sentence encoder; if it fails, the checks say so.
	 */
	public void prepare(List<String> texts) {
		SemanticTier tier = semantic();
		if (tier != null) {
			tier.prepare(texts);
		}
	}

	private Deadline deadline(int length) {
		Duration limit = this.policy.maxTime();
		if (limit.isZero()) {
			return Deadline.NONE;
		}
		boolean shorter = length <= SHORT && limit.compareTo(SHORT_TIME) < 0;
		return Deadline.in((shorter ? SHORT_TIME : limit).toNanos(), this.nanoTime);
	}

	/**
	 * Opens a check of a text that is still being written. The statistical heads judge
	 * each finished sentence with some text before it; no text waits for them.
	 */
	public GuardStream stream(GuardContext context) {
		Objects.requireNonNull(context, "context");
		GuardStream stream = reportedStream(context);
		if (this.policy.mode() == Mode.SHADOW) {
			stream = new WatchedStream(stream);
		}
		return (this.shadow != null) ? this.shadow.beside(stream, context) : stream;
	}

	/**
	 * The stream, whether or not the policy acts, with an event at its end.
	 */
	GuardStream reportedStream(GuardContext context) {
		GuardStream stream = streamVerdict(context);
		if (this.audit == null && !this.observing.isOn()) {
			return stream;
		}
		return new ReportedStream(stream, (this.audit != null) ? this.audit.writing(context) : null,
				this.observing.start(context.stage(), true));
	}

	private GuardStream streamVerdict(GuardContext context) {
		List<Detector> detectors = detectors(context);
		detectors.addAll(this.pseudonyms.excusing(this.answers.detectors(context, null), context));
		List<Detector> excuses = this.common.stream()
			.filter((detector) -> detector.family().equals(Scan.ALLOW))
			.toList();
		boolean output = context.stage() == Stage.OUTPUT;
		SemanticTier tier = semantic();
		SentenceHeads sentences = new SentenceHeads(() -> this.heads.run(output), (tier != null) ? tier::run : null,
				excuses);
		return new PolicyStream(this.policy, this.rulings, this.pseudonyms, this.verdicts, detectors, sentences,
				context, this.judging, this.nanoTime);
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
		List<Detector> detectors = new ArrayList<>(this.common.size() + 8);
		boolean unasked = stage == Stage.OUTPUT && this.policy.injection().action().at(stage) == Action.ALLOW
				&& this.policy.injection().suspicious().at(stage) == Action.ALLOW;
		for (Detector detector : this.common) {
			if (!unasked || !(detector instanceof InjectionDetector)) {
				detectors.add(detector);
			}
		}
		Detector forged = this.pseudonyms.detector(context);
		if (forged != null) {
			detectors.add(forged);
		}
		detectors.add((stage == Stage.OUTPUT) ? BuiltInRules.answered() : BuiltInRules.ASKED);
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
		for (Topic topic : this.policy.topics()) {
			rules.add(new RuleInfo(topic.category(), topic.name(), topic.actions().at(Stage.INPUT),
					topic.actions().at(Stage.OUTPUT)));
		}
		return List.copyOf(rules);
	}

	/**
	 * Puts a guard together. Used by one thread.
	 */
	public static final class Builder {

		private @Nullable Path policy;

		private Heads heads = Heads.builtIn();

		private @Nullable VectorHeads vectorHeads;

		private @Nullable TextEncoder encoder;

		private Duration encoderLimit = Duration.ofSeconds(5);

		private @Nullable Judge judge;

		private LongSupplier nanoTime = System::nanoTime;

		private Vault vault = Vault.inMemory();

		private @Nullable AuditSink audit;

		private @Nullable GuardObserver observer;

		private AuditOptions auditOptions = AuditOptions.contentFree();

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
		 * builder's own. Guards that share one share their conversations; those that one
		 * builder builds do, so {@link Guards} keep conversations when policies are read
		 * anew.
		 */
		public Builder vault(Vault other) {
			this.vault = other;
			return this;
		}

		/**
		 * Other heads on sentence vectors than those in the jar.
		 */
		public Builder heads(VectorHeads other) {
			this.vectorHeads = other;
			return this;
		}

		/**
		 * Another clock for time limits, in nanoseconds like {@link System#nanoTime()}.
		 * Thread-safe.
		 */
		public Builder clock(LongSupplier other) {
			this.nanoTime = other;
			return this;
		}

		/**
		 * The sentence encoder: multilingual-e5-small, unless the heads are others. The
		 * semantic tier sees with it, and sentences of an answer are compared to those of
		 * its sources where the policy asks for that. Without one the words alone decide.
		 * @param limit for the pieces of one text; a text that takes longer is decided by
		 * the policy's fail mode
		 */
		public Builder encoder(@Nullable TextEncoder textEncoder, Duration limit) {
			this.encoder = textEncoder;
			this.encoderLimit = limit;
			return this;
		}

		private VectorHeads vectorHeads() {
			VectorHeads chosen = this.vectorHeads;
			return (chosen != null) ? chosen : VectorHeads.builtIn();
		}

		/**
		 * A judge, asked about suspicious findings where the policy wants that.
		 */
		public Builder judge(@Nullable Judge other) {
			this.judge = other;
			return this;
		}

		/**
		 * Makes a content-free event of every check, and of every stream that ends,
		 * whatever the verdict.
		 */
		public Builder audit(@Nullable AuditSink sink) {
			return audit(sink, AuditOptions.contentFree());
		}

		/**
		 * Makes an event of every check, and of every stream that ends. A sink that fails
		 * or takes its time changes no verdict and keeps nobody waiting: unless it is an
		 * {@link AsyncAuditSink} already, it gets one around it, whose thread the JVM
		 * does not wait for.
		 */
		public Builder audit(@Nullable AuditSink sink, AuditOptions options) {
			this.audit = (sink == null || sink instanceof AsyncAuditSink) ? sink
					: new AsyncAuditSink(sink, AsyncAuditSink.CAPACITY);
			this.auditOptions = options;
			return this;
		}

		/**
		 * Hears when checks begin and end; not of those of a policy beside the live one.
		 */
		public Builder observer(@Nullable GuardObserver other) {
			this.observer = other;
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
			return build(read(), null);
		}

		/**
		 * The policy that was named.
		 */
		Policy read() {
			return read(this.policy);
		}

		/**
		 * A policy for a guard of these parts; null means the built-in one.
		 */
		Policy read(@Nullable Path file) {
			String rules = BuiltInRules.all() + this.heads.digest()
					+ ((this.encoder != null) ? vectorHeads().digest() : "");
			return (file != null) ? Policy.load(file, PiiDetector.KINDS, rules)
					: Policy.builtIn(PiiDetector.KINDS, rules);
		}

		/**
		 * A guard of these parts.
		 * @param shadow what judges beside it; null without
		 */
		Guard build(Policy resolved, @Nullable Shadow shadow) {
			return new Guard(resolved, this, shadow, true);
		}

		/**
		 * A guard of these parts that judges in shadow.
		 */
		Guard watching(Policy resolved) {
			return new Guard(resolved, this, null, false);
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
