package io.github.llamaspring.guard;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.audit.AuditOptions;
import io.github.llamaspring.guard.audit.AuditSink;
import io.github.llamaspring.guard.audit.EncryptedText;
import io.github.llamaspring.guard.audit.EventIds;
import io.github.llamaspring.guard.audit.GuardEvent;
import io.github.llamaspring.guard.audit.TextCipher;
import io.github.llamaspring.guard.digest.HmacSha256;
import io.github.llamaspring.guard.policy.Policy;

/**
 * Makes events of verdicts. Whatever happens in here, the verdict stands. Immutable and
 * thread-safe.
 */
final class AuditTrail {

	/** The MLCommons code of what is done to children: such texts are never kept. */
	private static final String CHILDREN = "S4";

	/** Of a longer text its beginning is kept. */
	static final int LONGEST_KEPT = 1 << 16;

	private static final int LANGUAGE_SAMPLE = 300;

	private static final Comparator<Finding> MOST_SEVERE = Comparator.comparing(Finding::action)
		.thenComparing(Finding::band)
		.thenComparingDouble(Finding::score)
		.reversed();

	private final AuditSink sink;

	private final AuditOptions options;

	private final Set<String> neverKept;

	private final boolean shadow;

	private final UnaryOperator<String> languages;

	private AuditTrail(AuditSink sink, AuditOptions options, Set<String> neverKept, boolean shadow,
			UnaryOperator<String> languages) {
		this.languages = languages;
		this.sink = sink;
		this.options = options;
		this.neverKept = neverKept;
		this.shadow = shadow;
	}

	/**
	 * @param shadow whether the policy only watches
	 * @param languages tells the language of a text
	 */
	static @Nullable AuditTrail of(@Nullable AuditSink sink, AuditOptions options, Policy policy, boolean shadow,
			UnaryOperator<String> languages) {
		if (sink == null) {
			return null;
		}
		Set<String> children = policy.categories()
			.values()
			.stream()
			.filter((category) -> category.mlCommons().contains(CHILDREN))
			.map((category) -> category.id())
			.collect(Collectors.toSet());
		children.add("U1.1b");
		return new AuditTrail(sink, options, Set.copyOf(children), shadow, languages);
	}

	/**
	 * Reports a whole text.
	 * @param cached whether the verdict was remembered
	 */
	void checked(String text, GuardContext context, Verdict verdict, boolean cached) {
		try {
			String hash = this.options.hashes().hex(text);
			report(hash, text.length(), text.substring(0, Math.min(text.length(), LONGEST_KEPT)), context, verdict,
					cached, false);
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
		}
	}

	/**
	 * Follows a text that is being written, to report it when it ends.
	 */
	Writing writing(GuardContext context) {
		return new Writing(context);
	}

	private void report(String hash, int length, String beginning, GuardContext context, Verdict verdict,
			boolean cached, boolean streamed) {
		// as exact as databases keep it
		Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
		UUID id = EventIds.next(now);
		String conversation = context.conversationId();
		List<GuardEvent.Found> findings = verdict.findings()
			.stream()
			.sorted(MOST_SEVERE)
			.limit(GuardEvent.MOST_FINDINGS)
			.map((finding) -> new GuardEvent.Found(finding.rule(), finding.category(), finding.band(), finding.score(),
					finding.action()))
			.toList();
		this.sink.accept(new GuardEvent(id, now, context.stage(), context.tenant(),
				(conversation != null && !conversation.isBlank()) ? this.options.hashes().hex(conversation) : null,
				verdict.action(), verdict.band(), verdict.status(), verdict.category(), verdict.rule(),
				verdict.policy(), findings, verdict.findings().size(), hash, length, language(beginning, context),
				verdict.nanos(), this.shadow, cached, streamed, kept(id, beginning, verdict)));
	}

	private String language(String beginning, GuardContext context) {
		String named = context.language();
		return (named != null) ? named
				: this.languages.apply(beginning.substring(0, Math.min(beginning.length(), LANGUAGE_SAMPLE)));
	}

	/** A check that failed may not have seen that the text is about children. */
	private @Nullable EncryptedText kept(UUID id, String text, Verdict verdict) {
		TextCipher cipher = this.options.cipher();
		boolean never = verdict.status() != Status.OK
				|| verdict.findings().stream().anyMatch((finding) -> this.neverKept.contains(finding.category()));
		return (cipher == null || never) ? null : cipher.encrypt(text, id);
	}

	private static void failed(Throwable ex) {
		System.getLogger(AuditTrail.class.getName())
			.log(System.Logger.Level.WARNING, "a verdict can''t be reported", ex);
	}

	/**
	 * A text that is being written. Used by one thread at a time.
	 */
	final class Writing {

		private final GuardContext context;

		private final HmacSha256.Running hash;

		private final StringBuilder beginning = new StringBuilder();

		private int length;

		private boolean ended;

		private Writing(GuardContext context) {
			this.context = context;
			this.hash = AuditTrail.this.options.hashes().start();
		}

		void add(String text) {
			if (!this.ended) {
				this.hash.add(Objects.requireNonNull(text, "text"));
				this.length += text.length();
				int most = (AuditTrail.this.options.cipher() != null) ? LONGEST_KEPT : LANGUAGE_SAMPLE;
				this.beginning.append(text, 0, Math.min(text.length(), most - this.beginning.length()));
			}
		}

		/** Whether there is nothing to report yet. */
		boolean isEmpty() {
			return this.length == 0;
		}

		void end(Verdict verdict) {
			if (this.ended) {
				return;
			}
			this.ended = true;
			try {
				report(this.hash.hex(), this.length, this.beginning.toString(), this.context, verdict, false, true);
			}
			catch (RuntimeException | Error ex) {
				failed(ex);
			}
		}

	}

}
