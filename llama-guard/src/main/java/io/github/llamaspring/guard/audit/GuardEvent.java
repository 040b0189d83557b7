package io.github.llamaspring.guard.audit;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Band;
import io.github.llamaspring.guard.PolicyInfo;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Status;

/**
 * A verdict as it is kept: who has the event can't tell the text. Texts and conversations
 * are known by HMAC-SHA-256, for which one needs the key: a plain hash of a short text is
 * found by trying what people write. Without a configured key each process takes a random
 * one, so that hashes compare within the process only.
 *
 * @param id random, but ordered by time (UUID of version 7)
 * @param time when the verdict stood
 * @param stage where the text comes from
 * @param tenant whose text it is; null where that is not known
 * @param conversation hash of the conversation's id; null without one
 * @param action what was done, or in shadow would have been
 * @param band the highest band of the findings
 * @param status how the check went
 * @param category of the finding that decided; null where the action is ALLOW
 * @param rule of the finding that decided; null where the action is ALLOW
 * @param policy which policy decided
 * @param findings the most severe ones, at most {@value #MOST_FINDINGS}
 * @param findingCount of all findings
 * @param textHash hash of the text in UTF-8
 * @param length of the text in UTF-16 units
 * @param language ISO 639-1 code the context named, or else a guess
 * @param nanos how long the check took
 * @param shadow whether the policy only watched, so that nothing was done
 * @param cached whether the verdict was remembered from an earlier check of this text
 * @param streamed whether the text was checked while it was written
 * @param text the text, encrypted, where that is switched on; null of texts about
 * children (MLCommons S4) and of texts whose check failed
 */
public record GuardEvent(UUID id, Instant time, Stage stage, @Nullable String tenant, @Nullable String conversation,
		Action action, Band band, Status status, @Nullable String category, @Nullable String rule, PolicyInfo policy,
		List<Found> findings, int findingCount, String textHash, int length, String language, long nanos,
		boolean shadow, boolean cached, boolean streamed, @Nullable EncryptedText text) {

	/** Findings an event has at most. */
	public static final int MOST_FINDINGS = 32;

	public GuardEvent {
		findings = List.copyOf(findings);
	}

	/**
	 * A finding without its place.
	 *
	 * @param rule id of the rule
	 * @param category the policy's item, or the kind of personal data or secret
	 * @param band what the score means under the policy
	 * @param score how sure, 0 to 1
	 * @param action what the policy asks for
	 */
	public record Found(String rule, String category, Band band, double score, Action action) {
	}

}
