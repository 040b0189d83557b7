package io.github.llamaspring.boot.chat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.llamaspring.boot.engine.ContextWindow.Exchange;
import io.github.llamaspring.boot.guard.GuardedResult;
import io.github.llamaspring.boot.guard.TurnMemory;
import io.github.llamaspring.core.chat.ChatMessage;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a conversation, and which answers are being written. Thread-safe.
 */
final class ConversationState {

	private final List<Exchange> exchanges = new ArrayList<>();

	private final Set<RunningTurn> running = new HashSet<>();

	private final TurnMemory turns = new TurnMemory();

	private int forgotten;

	private long epoch;

	synchronized Snapshot snapshot() {
		return new Snapshot(List.copyOf(this.exchanges), this.forgotten, this.epoch);
	}

	/**
	 * Adds an exchange, unless the conversation was cleared since the snapshot.
	 */
	synchronized void remember(Exchange exchange, long since) {
		if (this.epoch == since) {
			this.exchanges.add(exchange);
		}
	}

	/**
	 * What the person wrote last, for the guard.
	 */
	TurnMemory turns() {
		return this.turns;
	}

	/**
	 * Notes a question for the guard, unless the conversation was cleared since the
	 * snapshot.
	 */
	synchronized void heard(String question, @Nullable GuardedResult result, long since) {
		if (this.epoch == since) {
			this.turns.add(question, result);
		}
	}

	/**
	 * Drops the oldest exchanges for good: those that have not fitted once never will.
	 * @param total how many of all there ever were
	 */
	synchronized void forget(int total, long since) {
		while (this.epoch == since && this.forgotten < total && !this.exchanges.isEmpty()) {
			this.exchanges.removeFirst();
			this.forgotten++;
		}
	}

	synchronized void begin(RunningTurn turn) {
		this.running.add(turn);
	}

	synchronized void end(RunningTurn turn) {
		this.running.remove(turn);
	}

	synchronized List<ChatMessage> history() {
		return this.exchanges.stream().<ChatMessage>mapMulti((exchange, out) -> {
			out.accept(exchange.question());
			out.accept(exchange.answer());
		}).toList();
	}

	synchronized void clear() {
		this.exchanges.clear();
		this.turns.clear();
		this.forgotten = 0;
		this.epoch++;
	}

	boolean cancel() {
		List<RunningTurn> all;
		synchronized (this) {
			all = List.copyOf(this.running);
		}
		// outside the lock: a cancelled turn may end, and be remembered, on this thread
		all.forEach(RunningTurn::cancel);
		return !all.isEmpty();
	}

	/**
	 * @param forgotten how many older exchanges there were
	 * @param epoch changes when the conversation is cleared
	 */
	record Snapshot(List<Exchange> exchanges, int forgotten, long epoch) {
	}

}
