package io.github.llamaspring.boot.guard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.github.llamaspring.boot.engine.EngineNotReadyException;
import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.core.Cancellation;
import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.LlamaSession;
import io.github.llamaspring.core.NextTokens;
import io.github.llamaspring.core.Usage;
import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.guard.judge.Dialogue;
import io.github.llamaspring.guard.judge.Judge;
import io.github.llamaspring.guard.judge.Judgement;
import org.jspecify.annotations.Nullable;

/**
 * Llama Guard 1 on our engine.
 *
 * <p>
 * One computation of the prompt gives the score: how probable {@code unsafe} is against
 * {@code safe} at the first position of the answer. What is violated is asked for only
 * where it is unsafe, token by token among those the grammar {@code \nO[1-6](,O[1-6])*}
 * allows. A model that would rather say something else has failed. The prompt begins with
 * the policy, whose keys and values stay in the session, one for each role, so that a
 * check computes its conversation only. Thread-safe: one check at a time, the others wait
 * for theirs.
 */
public final class LlamaGuardJudge implements Judge, AutoCloseable {

	private static final String SPACE = "\u2581";

	private static final int MOST_CODES = 6;

	private final LlamaEngine engine;

	private final LlamaGuardPrompt prompt;

	private final Map<Dialogue.Role, LlamaSession> sessions = new EnumMap<>(Dialogue.Role.class);

	private final ReentrantLock turn = new ReentrantLock(true);

	private volatile Usage usage = new Usage(0, 0, 0);

	private boolean closed;

	/**
	 * @param engine with Llama Guard 1's model; closed with this
	 * @param categories the text between the marks of the categories; null takes their
	 * names only
	 */
	public LlamaGuardJudge(LlamaEngine engine, @Nullable String categories) {
		this.engine = engine;
		this.prompt = new LlamaGuardPrompt((categories != null) ? categories.strip() : LlamaGuardPrompt.CATEGORIES);
	}

	@Override
	public Judgement judge(Dialogue dialogue, Duration limit) {
		Cancellation cancellation = new Cancellation();
		long end = System.nanoTime() + limit.toNanos();
		try {
			if (!this.turn.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
				return Judgement.timeout();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Judgement.timeout();
		}
		try {
			CompletableFuture.delayedExecutor(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)
				.execute(cancellation::cancel);
			if (System.nanoTime() >= end) {
				return Judgement.timeout();
			}
			if (this.closed) {
				return Judgement.error("the judge is closed");
			}
			LlamaModel model = this.engine.model();
			LlamaSession session = this.sessions.computeIfAbsent(dialogue.judged(), (role) -> model.newSession());
			return new Check(session, Words.of(model), cancellation).run(model.promptTokens(this.prompt.of(dialogue)));
		}
		catch (LlamaException | EngineNotReadyException | IllegalStateException ex) {
			return Judgement.error(String.valueOf(ex.getMessage()));
		}
		finally {
			this.turn.unlock();
		}
	}

	/**
	 * Token counts of the last check's prompt.
	 */
	Usage usage() {
		return this.usage;
	}

	@Override
	public void close() {
		this.turn.lock();
		try {
			this.closed = true;
			this.sessions.values().forEach(LlamaSession::close);
			this.sessions.clear();
			this.engine.close();
		}
		finally {
			this.turn.unlock();
		}
	}

	/**
	 * One question.
	 */
	private final class Check {

		private final LlamaSession session;

		private final Words words;

		private final Cancellation cancellation;

		Check(LlamaSession session, Words words, Cancellation cancellation) {
			this.session = session;
			this.words = words;
			this.cancellation = cancellation;
		}

		Judgement run(List<Integer> prompt) {
			NextTokens first = this.session.next(prompt, List.of(this.words.safe, this.words.unsafe),
					this.cancellation);
			if (first == null) {
				return Judgement.timeout();
			}
			LlamaGuardJudge.this.usage = first.usage();
			int best = first.best().id();
			if (best != this.words.safe && best != this.words.unsafe) {
				return Judgement.error("the judge says neither safe nor unsafe but token " + best);
			}
			double safe = first.asked().get(0).probability();
			double unsafe = first.asked().get(1).probability();
			double score = unsafe / (safe + unsafe);
			return (best == this.words.safe) ? Judgement.of(score, List.of()) : violated(prompt, score);
		}

		private Judgement violated(List<Integer> prompt, double score) {
			List<Integer> text = new ArrayList<>(prompt);
			text.add(this.words.unsafe);
			List<String> codes = new ArrayList<>();
			Integer next = choose(text, List.of(this.words.newline));
			while (next != null && (next == this.words.newline || next == this.words.comma)) {
				next = choose(text, List.of(this.words.letter));
				next = (next != null) ? choose(text, this.words.digits) : null;
				if (next == null) {
					break;
				}
				String code = "O" + (this.words.digits.indexOf(next) + 1);
				if (codes.contains(code)) {
					return Judgement.error("the judge names " + code + " twice");
				}
				codes.add(code);
				next = choose(text, (codes.size() < MOST_CODES) ? List.of(this.words.comma, this.words.end)
						: List.of(this.words.end));
			}
			if (next == null) {
				return this.cancellation.isCancelled() ? Judgement.timeout()
						: Judgement.error("the judge's list of categories is outside of its grammar");
			}
			return Judgement.of(score, codes);
		}

		/** The model's word where the grammar allows it; else null. */
		private @Nullable Integer choose(List<Integer> text, List<Integer> allowed) {
			NextTokens next = this.session.next(text, allowed, this.cancellation);
			if (next == null || !allowed.contains(next.best().id())) {
				return null;
			}
			text.add(next.best().id());
			return next.best().id();
		}

	}

	/**
	 * The tokens of an answer.
	 */
	private record Words(int safe, int unsafe, int newline, int letter, int comma, int end, List<Integer> digits) {

		static Words of(LlamaModel model) {
			List<Integer> digits = new ArrayList<>();
			for (int digit = 1; digit <= MOST_CODES; digit++) {
				digits.add(id(model, String.valueOf(digit)));
			}
			return new Words(id(model, SPACE + "safe"), id(model, SPACE + "unsafe"), id(model, "<0x0A>"),
					id(model, "O"), id(model, ","), id(model, "</s>"), List.copyOf(digits));
		}

		private static int id(LlamaModel model, String piece) {
			return model.tokenId(piece)
				.orElseThrow(() -> new IllegalStateException(
						"the judge's model has no token '" + piece + "': Llama Guard 1 has the vocabulary of Llama 2"));
		}

	}

}
