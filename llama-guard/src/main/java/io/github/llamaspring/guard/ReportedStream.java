package io.github.llamaspring.guard;

import org.jspecify.annotations.Nullable;

/**
 * Reports a stream once, when it ends.
 */
final class ReportedStream implements GuardStream {

	private final GuardStream stream;

	private final AuditTrail.@Nullable Writing writing;

	private final GuardObserver.Watch watch;

	private boolean ended;

	ReportedStream(GuardStream stream, AuditTrail.@Nullable Writing writing, GuardObserver.Watch watch) {
		this.stream = stream;
		this.writing = writing;
		this.watch = watch;
	}

	@Override
	public Released feed(String text) {
		Released released = this.stream.feed(text);
		if (!this.ended && this.writing != null) {
			this.writing.add(text);
		}
		return seen(released);
	}

	@Override
	public Released poll() {
		return seen(this.stream.poll());
	}

	private Released seen(Released released) {
		if (released.blocked()) {
			end();
		}
		return released;
	}

	@Override
	public Released finish() {
		Released released = this.stream.finish();
		end();
		return released;
	}

	@Override
	public void abandon() {
		this.stream.abandon();
		boolean unwritten = this.writing != null && this.writing.isEmpty();
		if (unwritten && !this.ended) {
			// say a request that left the queue: there was no text
			this.ended = true;
			this.watch.stop(this.stream.verdict());
		}
		end();
	}

	private void end() {
		if (!this.ended) {
			this.ended = true;
			Verdict verdict = this.stream.verdict();
			this.watch.stop(verdict);
			if (this.writing != null) {
				this.writing.end(verdict);
			}
		}
	}

	@Override
	public Verdict verdict() {
		return this.stream.verdict();
	}

	@Override
	public int held() {
		return this.stream.held();
	}

}
