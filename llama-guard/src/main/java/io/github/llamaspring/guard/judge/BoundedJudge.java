package io.github.llamaspring.guard.judge;

import org.jspecify.annotations.Nullable;

import java.util.List;

import java.util.ArrayList;

import com.github.benmanes.caffeine.cache.Caffeine;

import com.github.benmanes.caffeine.cache.Cache;

import io.github.llamaspring.guard.text.TimedCall;

import io.github.llamaspring.guard.digest.Sha256;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
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

	private final Cache<String, Judgement> known = Caffeine.newBuilder().maximumSize(ENTRIES).build();

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
		Judgement before = this.known.getIfPresent(key);
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
		try {
			Judgement judgement = TimedCall.<@Nullable Judgement>of("guard-judge", limit,
					() -> this.judge.judge(dialogue, limit));
			return (judgement != null) ? judgement : Judgement.error("the judge said nothing");
		}
		catch (TimeoutException ex) {
			return Judgement.timeout();
		}
		catch (ExecutionException ex) {
			return Judgement.error(String.valueOf(ex.getCause()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Judgement.error("interrupted");
		}
	}

	/** Each turn with its length, so that no two dialogues read the same. */
	private String key(Dialogue dialogue) {
		List<byte[]> parts = new ArrayList<>();
		parts.add((this.policy + dialogue.judged()).getBytes(StandardCharsets.UTF_8));
		for (String turn : dialogue.turns()) {
			parts.add((turn.length() + ":").getBytes(StandardCharsets.UTF_8));
			parts.add(turn.getBytes(StandardCharsets.UTF_16LE));
		}
		return Sha256.hex(parts);
	}

}
