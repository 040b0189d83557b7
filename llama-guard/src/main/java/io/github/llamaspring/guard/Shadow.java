package io.github.llamaspring.guard;

import io.github.llamaspring.guard.digest.Sha256;

import java.util.Objects;
import java.util.function.Supplier;

/**
 * A guard beside the live one: it judges the same texts on the same thread once the live
 * verdict stands, and nothing it does or fails to do changes that verdict. It costs as
 * much time again as the live check. A stream is judged when it ends, by what was fed
 * until then, as one stream: so the two are compared like with like.
 */
final class Shadow {

	/** Of a stream, to bound memory; what follows is not compared. */
	private static final int LONGEST_STREAM = 1 << 20;

	private final Guard guard;

	private final ShadowListener listener;

	Shadow(Guard guard, ShadowListener listener) {
		this.guard = guard;
		this.listener = listener;
	}

	void compare(String text, GuardContext context, Verdict live) {
		compare(text, context, live, () -> this.guard.reported(text, context));
	}

	GuardStream beside(GuardStream live, GuardContext context) {
		return new ShadowedStream(live, context);
	}

	private void compare(String text, GuardContext context, Verdict live, Supplier<Verdict> other) {
		try {
			Verdict shadow = other.get();
			if (live.action() == shadow.action() && Objects.equals(live.category(), shadow.category())
					&& live.text().equals(shadow.text())) {
				this.listener.onAgreement(context.stage(), live.action());
			}
			else {
				this.listener
					.onDifference(new PolicyDifference(context.stage(), context.conversationId(), Sha256.hex(text),
							text.length(), PolicyDifference.Side.of(live), PolicyDifference.Side.of(shadow)));
			}
		}
		catch (RuntimeException | StackOverflowError ex) {
			failed(context.stage(), ex);
		}
	}

	private void failed(Stage stage, Throwable failure) {
		try {
			this.listener.onFailure(stage, failure);
		}
		catch (RuntimeException ex) {
			// whoever listens fails alone
		}
	}

	private final class ShadowedStream implements GuardStream {

		private final GuardStream live;

		private final GuardContext context;

		private final StringBuilder fed = new StringBuilder();

		private boolean ended;

		private boolean tooLong;

		ShadowedStream(GuardStream live, GuardContext context) {
			this.live = live;
			this.context = context;
		}

		@Override
		public Released feed(String text) {
			Released released = this.live.feed(text);
			this.tooLong |= this.fed.length() + text.length() > LONGEST_STREAM;
			if (!this.ended && !this.tooLong) {
				this.fed.append(text);
			}
			if (released.blocked()) {
				end();
			}
			return released;
		}

		@Override
		public Released poll() {
			Released released = this.live.poll();
			if (released.blocked()) {
				end();
			}
			return released;
		}

		@Override
		public Released finish() {
			Released released = this.live.finish();
			end();
			return released;
		}

		@Override
		public void abandon() {
			// no whole text, nothing to compare
			this.live.abandon();
		}

		private void end() {
			if (this.ended || this.tooLong) {
				return;
			}
			this.ended = true;
			String text = this.fed.toString();
			this.fed.setLength(0);
			compare(text, this.context, this.live.verdict(), () -> {
				GuardStream stream = Shadow.this.guard.reportedStream(this.context);
				stream.feed(text);
				stream.finish();
				return stream.verdict();
			});
		}

		@Override
		public Verdict verdict() {
			return this.live.verdict();
		}

		@Override
		public int held() {
			return this.live.held();
		}

	}

}
