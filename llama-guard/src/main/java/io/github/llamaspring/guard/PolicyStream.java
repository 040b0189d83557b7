package io.github.llamaspring.guard;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

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

	PolicyStream(Policy policy, Rulings rulings, Pseudonyms pseudonyms, Verdicts verdicts, List<Detector> detectors,
			GuardContext context) {
		this.policy = policy;
		this.rulings = rulings;
		this.pseudonyms = pseudonyms;
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
		Released rest = take(this.holdBack.finish(), "");
		this.spent += System.nanoTime() - began;
		String added = this.verdicts.added(this.findings, this.sample.toString(), this.context);
		if (added.isEmpty()) {
			return rest;
		}
		this.released.append(added);
		this.last = null;
		return new Released(rest.text() + added, rest.redactions(), false);
	}

	private Released take(HoldBack.Step step, String suffix) {
		for (Scan.Hit hit : step.hits()) {
			Finding finding = finding(hit);
			if (finding != null) {
				this.findings.add(finding);
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
		Finding finding = finding(hit);
		return (finding == null) ? Effect.NONE : effect(finding.action());
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
