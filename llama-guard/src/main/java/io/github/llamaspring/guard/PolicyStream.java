package io.github.llamaspring.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.answer.LeakDetector;
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

	private final Verdicts verdicts;

	private final GuardContext context;

	private final Judging judging;

	private final HoldBack holdBack;

	private final StringBuilder released = new StringBuilder();

	private final StringBuilder sample = new StringBuilder();

	private final List<Redaction> redactions = new ArrayList<>();

	private final List<Finding> findings = new ArrayList<>();

	/** Time spent in here: that of whoever writes the text is not the guard's. */
	private long spent;

	private Status status = Status.OK;

	private boolean blocked;

	private boolean finished;

	private @Nullable Verdict last;

	PolicyStream(Policy policy, Rulings rulings, Verdicts verdicts, List<Detector> detectors, GuardContext context,
			Judging judging) {
		this.judging = judging;
		this.policy = policy;
		this.rulings = rulings;
		this.verdicts = verdicts;
		this.context = context;
		this.holdBack = new HoldBack(detectors, this, policy.maxHoldChars());
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
		if (this.sample.length() < SAMPLE) {
			this.sample.append(text, 0, Math.min(text.length(), SAMPLE - this.sample.length()));
		}
		Released released = take(this.holdBack.feed(text), "");
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
		if (!this.blocked && judge(before)) {
			rest = new Released("", List.of(), true);
		}
		this.spent += System.nanoTime() - began;
		Verdict verdict = verdict();
		if (verdict.action() != Action.REWRITE || verdict.message() == null) {
			return rest;
		}
		String added = "\n\n" + verdict.message();
		this.released.append(added);
		this.last = null;
		return new Released(rest.text() + added, rest.redactions(), false);
	}

	/** What is out is out: an answer that is judged unsafe ends here, blocked. */
	private boolean judge(int before) {
		Status judged = this.judging.review(this.findings, this.released.toString(), this.context);
		this.status = (this.status == Status.OK) ? judged : this.status;
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
			Finding finding = this.rulings.of(hit, this.context.stage());
			if (finding != null) {
				add(finding);
			}
		}
		for (Scan.Failure failure : step.failures()) {
			Finding finding = this.rulings.failed(failure, this.context.stage());
			if (this.findings.stream().noneMatch((known) -> known.rule().equals(finding.rule()))) {
				this.findings.add(finding);
			}
			this.status = Status.ERROR;
		}
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

	/** What is redacted as it grows is one finding. */
	private void add(Finding finding) {
		Finding known = this.findings.isEmpty() ? null : this.findings.getLast();
		Span before = (known != null) ? known.span() : null;
		Span span = finding.span();
		if (known != null && before != null && span != null && finding.rule().equals(LeakDetector.RULE)
				&& known.rule().equals(LeakDetector.RULE) && span.start() <= before.end()) {
			this.findings.removeLast();
			this.findings.add(new Finding(finding.rule(), finding.category(), finding.score(), finding.band(),
					finding.action(), new Span(Math.min(before.start(), span.start()), span.end())));
			return;
		}
		this.findings.add(finding);
	}

	@Override
	public Verdict verdict() {
		Verdict verdict = this.last;
		if (verdict == null) {
			verdict = this.verdicts.streamed(this.released.toString(), this.redactions, this.findings,
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
		Finding finding = this.rulings.of(hit, this.context.stage());
		if (finding == null) {
			return Effect.NONE;
		}
		return (finding.action() == Action.ALLOW) ? Effect.NOTE : effect(finding.action());
	}

	private static Effect effect(Action action) {
		if (action.withholds()) {
			return Effect.STOP;
		}
		return switch (action) {
			case REDACT -> Effect.REPLACE;
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
		return this.policy.pii(category).at(this.context.stage()).edits()
				&& this.policy.onError().at(this.context.stage()) == Action.BLOCK;
	}

	@Override
	public String placeholder(String category) {
		return Rulings.placeholder(category.toUpperCase(Locale.ROOT));
	}

}
