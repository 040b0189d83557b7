package io.github.llamaspring.boot.guard;

import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Turn;
import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What a person wrote last in a conversation, also what was blocked, so that the guard
 * sees where it is heading. Apart from what models see, in memory only. Thread-safe.
 */
public final class TurnMemory {

	/** The rule of an answer that refuses. */
	private static final String REFUSAL = "answer.refusal";

	private final List<Turn> turns = new ArrayList<>();

	/**
	 * The last ones, the newest last.
	 */
	public synchronized List<Turn> turns() {
		return List.copyOf(this.turns);
	}

	public synchronized void add(Turn turn) {
		this.turns.add(turn);
		if (this.turns.size() > GuardContext.MOST_TURNS) {
			this.turns.removeFirst();
		}
	}

	/**
	 * Adds a question that was let through, when its answer has ended.
	 * @param result null where it failed or was stopped
	 */
	public void add(String question, @Nullable GuardedResult result) {
		add((result == null) ? Turn.of(question)
				: new Turn(question, result.text(), result.blocked() || isRefusal(result.verdict())));
	}

	/**
	 * Notes that the answer to a question was a refusal.
	 */
	public synchronized void refuse(String question) {
		String known = Turn.of(question).text();
		for (int i = this.turns.size() - 1; i >= 0; i--) {
			if (this.turns.get(i).text().equals(known)) {
				this.turns.set(i, Turn.refused(known));
				return;
			}
		}
	}

	public synchronized void clear() {
		this.turns.clear();
	}

	/**
	 * Whether an answer was withheld or refuses.
	 */
	public static boolean isRefusal(Verdict verdict) {
		return verdict.action().withholds()
				|| verdict.findings().stream().anyMatch((finding) -> finding.rule().equals(REFUSAL));
	}

}
