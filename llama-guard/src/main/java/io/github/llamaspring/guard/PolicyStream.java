package io.github.llamaspring.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.answer.LeakDetector;
import io.github.llamaspring.guard.classify.Head;
import io.github.llamaspring.guard.pii.PiiDetector;
import io.github.llamaspring.guard.policy.Policy;
import io.github.llamaspring.guard.stream.HoldBack;
import io.github.llamaspring.guard.stream.Scan;
import io.github.llamaspring.guard.stream.StreamRules;
import io.github.llamaspring.guard.text.Detector;

/**
 * A stream under a policy.
 */
final class PolicyStream implements GuardStream, StreamRules {

	/** Raw text kept to tell the language of the message. */
	private static final int SAMPLE = 2000;

	private final Policy policy;

	private final Rulings rulings;

	private final Pseudonyms pseudonyms;

	private final Verdicts verdicts;

	private final GuardContext context;

	private final Judging judging;

	private final HoldBack holdBack;

	private final StringBuilder released = new StringBuilder();

	private final StringBuilder sample = new StringBuilder();

	private final List<Redaction> redactions = new ArrayList<>();

	private final List<Finding> findings = new ArrayList<>();

	/** Place of the last leak among the findings; -1 without. */
	private int leak = -1;

	/** By rule. */
	private final Map<String, Finding> ofHeads = new TreeMap<>();

	private final SentenceHeads heads;

	/** Time spent in here: that of whoever writes the text is not the guard's. */
	private long spent;

	private Status status = Status.OK;

	private boolean blocked;

	private boolean finished;

	private @Nullable Verdict last;

	PolicyStream(Policy policy, Rulings rulings, Pseudonyms pseudonyms, Verdicts verdicts, List<Detector> detectors,
			SentenceHeads heads, GuardContext context, Judging judging, LongSupplier nanoTime) {
		this.judging = judging;
		this.policy = policy;
		this.rulings = rulings;
		this.pseudonyms = pseudonyms;
		this.verdicts = verdicts;
		this.context = context;
		this.heads = heads;
		this.holdBack = new HoldBack(detectors, List.of(heads), this, policy.maxHoldChars(), policy.maxHoldTime(),
				nanoTime);
	}

	@Override
	public Released feed(String text) {
		if (this.finished) {
			throw new IllegalStateException("the stream is finished; open a new one for the next text");
		}
		if (this.blocked) {
			return new Released("", List.of(), true);
		}
		long began = System.nanoTime();
		int before = this.holdBack.taken();
		HoldBack.Step step = this.holdBack.feed(text);
		int seen = Math.min(this.holdBack.taken() - before, SAMPLE - this.sample.length());
		this.sample.append(text, 0, seen);
		Released released = take(step, "");
		this.spent += System.nanoTime() - began;
		return released;
	}

	@Override
	public Released poll() {
		if (this.finished || this.blocked) {
			return new Released("", List.of(), this.blocked);
		}
		long began = System.nanoTime();
		Released released = take(this.holdBack.poll(), "");
		this.spent += System.nanoTime() - began;
		return released;
	}

	@Override
	public Released finish() {
		if (this.finished || this.blocked) {
			this.finished = true;
			return new Released("", List.of(), this.blocked);
		}
		this.finished = true;
		long began = System.nanoTime();
		int before = this.released.length();
		Released rest = take(this.holdBack.finish(), "");
		if (!this.blocked && isCondemned(before)) {
			rest = new Released("", List.of(), true);
		}
		this.spent += System.nanoTime() - began;
		String added = this.blocked ? "" : this.verdicts.added(inOrder(), this.sample.toString(), this.context);
		if (added.isEmpty()) {
			return rest;
		}
		this.released.append(added);
		this.last = null;
		return new Released(rest.text() + added, rest.redactions(), false);
	}

	/** What is out is out: an answer that is judged unsafe ends here, blocked. */
	private boolean isCondemned(int before) {
		List<Finding> reviewed = new ArrayList<>(inOrder());
		this.status = this.status.and(this.judging.review(reviewed, this.released.toString(), this.context));
		this.ofHeads.clear();
		this.findings.clear();
		this.findings.addAll(reviewed);
		this.blocked = this.findings.stream().anyMatch((finding) -> finding.action().withholds());
		if (this.blocked) {
			this.released.setLength(before);
			this.redactions.removeIf((redaction) -> redaction.span().end() > before);
		}
		this.last = null;
		return this.blocked;
	}

	private Released take(HoldBack.Step step, String suffix) {
		for (Scan.Hit hit : step.hits()) {
			Finding finding = finding(hit);
			if (finding != null) {
				add(finding);
			}
		}
		for (Scan.Failure failure : step.failures()) {
			Finding finding = this.rulings.failed(failure, this.context.stage());
			if (this.findings.stream().noneMatch((known) -> known.rule().equals(finding.rule()))) {
				this.findings.add(finding);
			}
			this.status = this.status.and(Rulings.status(failure));
		}
		this.status = step.timedOut() ? Status.TIMEOUT : this.status;
		this.blocked = step.stopped();
		List<Redaction> pieces = new ArrayList<>();
		for (HoldBack.Replaced part : step.replaced()) {
			pieces.add(new Redaction(new Span(part.start(), part.end()), part.category()));
			int offset = this.released.length();
			this.redactions.add(new Redaction(new Span(part.start() + offset, part.end() + offset), part.category()));
		}
		this.released.append(step.text());
		this.last = null;
		return new Released(step.text() + suffix, pieces, this.blocked);
	}

	/**
	 * A head speaks once in a verdict, of the sentence it is surest of; what is redacted
	 * as it grows is one finding.
	 */
	private void add(Finding finding) {
		if (finding.rule().startsWith(Head.PREFIX)) {
			Finding known = this.ofHeads.get(finding.rule());
			if (known == null || finding.score() > known.score()) {
				this.ofHeads.put(finding.rule(), finding);
			}
		}
		else if (!grows(finding)) {
			this.findings.add(finding);
		}
	}

	private boolean grows(Finding finding) {
		if (!finding.rule().equals(LeakDetector.RULE)) {
			return false;
		}
		Span before = (this.leak >= 0) ? this.findings.get(this.leak).span() : null;
		Span span = finding.span();
		if (before == null || span == null || span.start() > before.end()) {
			this.leak = this.findings.size();
			return false;
		}
		this.findings.set(this.leak,
				new Finding(finding.rule(), finding.category(), finding.score(), finding.band(), finding.action(),
						new Span(Math.min(before.start(), span.start()), Math.max(before.end(), span.end()))));
		return true;
	}

	private List<Finding> inOrder() {
		List<Finding> all = new ArrayList<>(this.findings);
		all.addAll(this.ofHeads.values());
		return Verdicts.byPlace(all);
	}

	@Override
	public Verdict verdict() {
		Verdict verdict = this.last;
		if (verdict == null) {
			verdict = this.verdicts.streamed(this.released.toString(), this.redactions, inOrder(), this.heads.scores(),
					this.sample.toString(), this.status, this.context, System.nanoTime() - this.spent);
			this.last = verdict;
		}
		return verdict;
	}

	@Override
	public int held() {
		return this.holdBack.held();
	}

	@Override
	public Effect effect(Scan.Hit hit) {
		Finding finding = finding(hit);
		if (finding == null) {
			return Effect.NONE;
		}
		return (finding.action() == Action.ALLOW) ? Effect.NOTE : effect(finding.action());
	}

	private @Nullable Finding finding(Scan.Hit hit) {
		return this.pseudonyms.settled(this.rulings.of(hit, this.context.stage()), this.context);
	}

	private static Effect effect(Action action) {
		if (action.withholds()) {
			return Effect.STOP;
		}
		return switch (action) {
			case REDACT, PSEUDONYMIZE -> Effect.REPLACE;
			case ALLOW -> Effect.NONE;
			default -> Effect.NOTE;
		};
	}

	@Override
	public Effect onFailure(Scan.Failure failure) {
		return effect(this.policy.onError().at(this.context.stage()));
	}

	@Override
	public boolean redactsOverlong(String category) {
		return !category.equals(PiiDetector.NUMBER) && redactsLate(category);
	}

	@Override
	public boolean redactsLate(String category) {
		return this.policy.pii(category).at(this.context.stage()).edits()
				&& this.policy.onError().at(this.context.stage()) == Action.BLOCK;
	}

	@Override
	public String placeholder(String category) {
		return Rulings.placeholder(category);
	}

	@Override
	public Replacement replacement(List<Scan.Hit> overlapping, String value) {
		List<Finding> replacing = new ArrayList<>();
		for (Scan.Hit hit : overlapping) {
			Finding finding = finding(hit);
			if (finding != null) {
				replacing.add(finding);
			}
		}
		Edits.Replacement with = this.pseudonyms.replacement(Edits.inOrder(replacing), value, this.context);
		return new Replacement(with.text(), with.category());
	}

}
