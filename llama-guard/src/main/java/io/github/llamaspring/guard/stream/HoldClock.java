package io.github.llamaspring.guard.stream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Says when text has been held for too long.
 *
 * <p>
 * The limit is a time, or as long as {@value #PIECES} pieces take at the writer's pace so
 * far, whichever is longer. A model that writes a date digit by digit needs more than a
 * quarter of a second for it, and no clock makes a half-written number decidable. A pause
 * counts in full while it lasts; when it is over, no more than half the limit, because
 * the text that was waited for is there.
 */
final class HoldClock {

	/** About as many tokens as the longest number has. */
	private static final int PIECES = 32;

	private final LongSupplier nanoTime;

	private final long limit;

	/** When the pieces came of which something may be held. */
	private final Deque<Piece> pieces = new ArrayDeque<>();

	/** From the first piece to the last one. */
	private long elapsed;

	private long gaps;

	private long last;

	private boolean begun;

	/**
	 * @param limit in nanoseconds; 0 is none
	 * @param nanoTime a clock such as {@link System#nanoTime()}
	 */
	HoldClock(long limit, LongSupplier nanoTime) {
		this.limit = limit;
		this.nanoTime = nanoTime;
	}

	/**
	 * A piece comes.
	 * @param at its place in the whole text
	 */
	void comes(int at) {
		if (this.limit == 0) {
			return;
		}
		long now = this.nanoTime.getAsLong();
		if (this.begun) {
			this.elapsed += Math.min(now - this.last, this.limit / 2);
			this.gaps++;
		}
		this.begun = true;
		this.last = now;
		this.pieces.add(new Piece(at, this.elapsed));
	}

	/**
	 * Whether the time is over for what is held.
	 * @param from its place in the whole text
	 * @param held how much it is
	 */
	boolean isOver(int from, int held) {
		if (held == 0) {
			this.pieces.clear();
			return false;
		}
		Piece oldest = this.pieces.pollFirst();
		while (oldest != null && !this.pieces.isEmpty() && this.pieces.getFirst().at <= from) {
			oldest = this.pieces.pollFirst();
		}
		if (oldest == null) {
			return false;
		}
		this.pieces.addFirst(oldest);
		return this.elapsed + this.nanoTime.getAsLong() - this.last - oldest.came >= allowed();
	}

	private long allowed() {
		// Before anything is known of the pace, it counts as just quick enough.
		long pace = (this.limit / PIECES + this.elapsed) / (1 + this.gaps);
		return Math.max(this.limit, PIECES * pace);
	}

	private record Piece(int at, long came) {
	}

}
