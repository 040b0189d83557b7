package io.github.llamaspring.guard.judge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A judge that is not waited for longer than its limit and not asked the same twice.
 * Answers are kept by the SHA-256 of the policy and the words, failures not at all.
 * Thread-safe.
 */
public final class BoundedJudge implements Judge {

	private static final int ENTRIES = 1024;

	private final Judge judge;

	private final String policy;

	private final Map<String, Judgement> known = Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Judgement> eldest) {
			return size() > ENTRIES;
		}
	});

	/**
	 * @param policy hash of the policy under which is judged
	 */
	public BoundedJudge(Judge judge, String policy) {
		this.judge = judge;
		this.policy = policy;
	}

	@Override
	public Judgement judge(Dialogue dialogue, Duration limit) {
		String key = key(dialogue);
		Judgement before = this.known.get(key);
		if (before != null) {
			return before;
		}
		Judgement judgement = ask(dialogue, limit);
		if (judgement.status() == Judgement.Status.OK) {
			this.known.put(key, judgement);
		}
		return judgement;
	}

	private Judgement ask(Dialogue dialogue, Duration limit) {
		FutureTask<Judgement> task = new FutureTask<>(() -> this.judge.judge(dialogue, limit));
		Thread thread = Thread.ofPlatform().name("guard-judge").daemon().start(task);
		try {
			Judgement judgement = task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
			return (judgement != null) ? judgement : Judgement.error("the judge said nothing");
		}
		catch (TimeoutException ex) {
			thread.interrupt();
			return Judgement.timeout();
		}
		catch (ExecutionException ex) {
			return Judgement.error(String.valueOf(ex.getCause()));
		}
		catch (InterruptedException ex) {
			thread.interrupt();
			Thread.currentThread().interrupt();
			return Judgement.error("interrupted");
		}
	}

	/** Each turn with its length, so that no two dialogues read the same. */
	private String key(Dialogue dialogue) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update((this.policy + dialogue.judged()).getBytes(StandardCharsets.UTF_8));
			for (String turn : dialogue.turns()) {
				digest.update((turn.length() + ":").getBytes(StandardCharsets.UTF_8));
				digest.update(turn.getBytes(StandardCharsets.UTF_16LE));
			}
			return HexFormat.of().formatHex(digest.digest());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java has SHA-256", ex);
		}
	}

}
