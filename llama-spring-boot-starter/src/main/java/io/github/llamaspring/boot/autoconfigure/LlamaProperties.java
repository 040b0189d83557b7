package io.github.llamaspring.boot.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.github.llamaspring.core.ModelOptions.KernelChoice;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Everything under {@code llama.}.
 *
 * @param model which model: 'demo', a path, 'file:', 'https:' or
 * 'hf:owner/repo/file.gguf'; the latter two perhaps with '#sha256='
 * @param kernel which kernels compute: vector ones, the slow scalar reference, or vector
 * ones where the JVM has them
 * @param threads threads that compute; 0 takes one a core
 * @param contextLength positions of a conversation; 0 takes the model's own
 * @param maxCache most memory for the keys and values of all conversations that compute;
 * 0 takes half of what the machine has beside the weights
 * @param weightCache whether packed weights are kept in the cache folder, so that later
 * starts take seconds; the file is as large as the model
 * @param slots generations at once; each has a key-value cache of its own
 * @param startup whether the application starts with the model or before it
 * @param chat answers
 * @param memory what is remembered of conversations
 * @param guard moderation
 * @param resilience queue, time limits and circuit breaker
 * @param summary summaries of long texts
 * @param vr real-time characters
 * @param embedding vectors of the meaning of texts
 */
@ConfigurationProperties("llama")
public record LlamaProperties(@DefaultValue("demo") String model, @DefaultValue("auto") KernelChoice kernel,
		@DefaultValue("0") int threads, @DefaultValue("0") int contextLength, @DefaultValue("0B") DataSize maxCache,
		@DefaultValue("false") boolean weightCache, @DefaultValue("1") int slots,
		@DefaultValue("eager") Startup startup, @DefaultValue Chat chat, @DefaultValue Memory memory,
		@DefaultValue Guard guard, @DefaultValue Resilience resilience, @DefaultValue Summary summary,
		@DefaultValue Vr vr, @DefaultValue Embedding embedding) {

	/** When the model is loaded. */
	public enum Startup {

		/** While the application starts; a failure stops the start. */
		EAGER,

		/** After the application has started; until then requests are refused. */
		BACKGROUND

	}

	/**
	 * How answers are generated, by the facades and by the chat model.
	 *
	 * @param enabled whether there is a ChatFacade
	 * @param system instructions for chats that bring none; none takes the model's own
	 * @param maxTokens the most tokens of an answer
	 * @param temperature 0 takes the most probable token, higher values vary more
	 * @param topK choose among the k most probable tokens; 0 among all
	 * @param topP choose among the most probable tokens with this total probability
	 * @param minP leave out tokens below this share of the best one's probability
	 * @param repetitionPenalty makes tokens that were there before less probable; 1
	 * changes nothing
	 * @param presencePenalty taken off the score of a token that was there before
	 * @param frequencyPenalty taken off for each time a token was there before
	 * @param stop an answer ends before the first of these strings
	 * @param seed same seed, same text; none takes a random one
	 */
	public record Chat(@DefaultValue("true") boolean enabled, @Nullable String system,
			@DefaultValue("512") int maxTokens, @DefaultValue("0.8") double temperature, @DefaultValue("40") int topK,
			@DefaultValue("0.95") double topP, @DefaultValue("0.05") double minP,
			@DefaultValue("1") double repetitionPenalty, @DefaultValue("0") double presencePenalty,
			@DefaultValue("0") double frequencyPenalty, @DefaultValue List<String> stop, @Nullable Long seed) {
	}

	/**
	 * What is remembered of conversations.
	 *
	 * @param maxConversations remembered at once; the one not used for longest is
	 * forgotten first
	 * @param expiry a conversation not used for this long is forgotten
	 */
	public record Memory(@DefaultValue("1000") int maxConversations, @DefaultValue("30m") Duration expiry) {
	}

	/** Whether the guard judges by meaning. */
	public enum Semantic {

		/** Once the embedding model is loaded; until then words alone decide. */
		AUTO,

		/** The embedding model is loaded in the background for it. */
		ON,

		/** Words alone decide. */
		OFF

	}

	/**
	 * Moderation.
	 *
	 * @param enabled whether questions and answers are moderated
	 * @param policy a policy file (YAML); none takes the built-in llama2-aup
	 * @param shadow a second policy file that judges beside the first and never acts;
	 * differences are logged and counted
	 * @param reload how often to look whether the policy files have changed; 0 never
	 * @param semantic whether the guard also judges by meaning, with the embedding model
	 * multilingual-e5-small
	 * @param language ISO 639-1 code of the language of messages to people; none takes
	 * the language they write in
	 * @param judge a second opinion on what is suspicious
	 * @param vault what stands behind placeholders, where the policy pseudonymises
	 * @param audit what is kept of verdicts
	 * @param feedback what people say of verdicts
	 */
	public record Guard(@DefaultValue("true") boolean enabled, @Nullable Path policy, @Nullable Path shadow,
			@DefaultValue("0s") Duration reload, @DefaultValue("auto") Semantic semantic, @Nullable String language,
			@DefaultValue Judge judge, @DefaultValue Vault vault, @DefaultValue Audit audit,
			@DefaultValue Feedback feedback) {
	}

	/**
	 * Audit: an event of every verdict, without the text.
	 *
	 * @param store where events are kept
	 * @param file where store is jsonl: the file that events are appended to
	 * @param content whether events also hold the text, encrypted with the key; texts
	 * about harm to children never
	 * @param key base64 of 32 random bytes (openssl rand -base64 32); hashes are made
	 * with it too, so that they compare between processes and restarts
	 * @param keyId names the key in events, so that it can be told from later ones
	 * @param retention where store is jdbc: older events are removed; 0 keeps all
	 * @param queueCapacity events that may wait to be written; more are dropped and
	 * counted
	 * @param initializeSchema where store is jdbc: whether the tables are made at the
	 * start
	 */
	public record Audit(@DefaultValue("none") AuditStore store, @DefaultValue("llama-guard-audit.jsonl") Path file,
			@DefaultValue("none") AuditContent content, @Nullable String key, @DefaultValue("1") String keyId,
			@DefaultValue("90d") Duration retention, @DefaultValue("10000") int queueCapacity,
			@DefaultValue("embedded") InitializeSchema initializeSchema) {
	}

	/**
	 * Feedback: people confirm or overturn verdicts, and what they say is exported as
	 * training data.
	 *
	 * @param store where feedback is kept, with its texts; none has no GuardFeedback
	 * @param file where store is jsonl: the file that feedback is appended to
	 * @param encrypt whether texts and notes are encrypted with llama.guard.audit.key;
	 * none encrypts them where there is a key
	 */
	public record Feedback(@DefaultValue("none") AuditStore store,
			@DefaultValue("llama-guard-feedback.jsonl") Path file, @Nullable Boolean encrypt) {
	}

	/** Where audit events or feedback are kept. */
	public enum AuditStore {

		/** Nowhere. */
		NONE,

		/** In a file, one JSON object a line; rotating it is left to others. */
		JSONL,

		/** In a table of the application's database. */
		JDBC

	}

	/** What audit events hold of texts. */
	public enum AuditContent {

		/** A keyed hash and the length. */
		NONE,

		/** The text too, encrypted. */
		ENCRYPTED

	}

	/** Whether tables are made at the start. */
	public enum InitializeSchema {

		/** In a database in memory. */
		EMBEDDED,

		/** In every database. */
		ALWAYS,

		/** By somebody else. */
		NEVER

	}

	/**
	 * A judge: Llama Guard 1, asked about suspicious texts where the policy wants that.
	 *
	 * @param enabled whether there is one; its model is loaded beside the other
	 * @param model where Llama Guard 1 is, as llama.model
	 * @param categories a file with its categories and what they mean; none takes their
	 * names
	 * @param contextLength positions of a check
	 * @param timeout the longest a check may take; the policy may set less
	 */
	public record Judge(@DefaultValue("false") boolean enabled, @Nullable String model, @Nullable Path categories,
			@DefaultValue("4096") int contextLength, @DefaultValue("5s") Duration timeout) {
	}

	/**
	 * The personal data behind placeholders.
	 *
	 * @param expiry those of a conversation not used for this long are forgotten
	 * @param maxConversations remembered at once; the one not used for longest is
	 * forgotten first
	 * @param maxValues of one conversation; further ones are redacted
	 */
	public record Vault(@DefaultValue("30m") Duration expiry, @DefaultValue("10000") int maxConversations,
			@DefaultValue("256") int maxValues) {
	}

	/**
	 * How much the engine takes on.
	 *
	 * @param queueCapacity requests that may wait for the engine; more are refused
	 * @param callWait the longest wait in the queue of a call that blocks its thread
	 * @param firstToken the longest from the start of the computation to the first token
	 * @param betweenTokens the longest from token to token
	 * @param total the longest computation of one answer
	 * @param circuitBreaker what happens when the engine fails again and again
	 */
	public record Resilience(@DefaultValue("16") int queueCapacity, @DefaultValue("30s") Duration callWait,
			@DefaultValue("60s") Duration firstToken, @DefaultValue("15s") Duration betweenTokens,
			@DefaultValue("5m") Duration total, @DefaultValue Breaker circuitBreaker) {
	}

	/**
	 * Leaves a failing engine alone for a while.
	 *
	 * @param window how many of the last generations count
	 * @param minimumCalls fewer generations never open the circuit
	 * @param failureRate percentage of failures from which the engine is left alone
	 * @param open for how long
	 */
	public record Breaker(@DefaultValue("10") int window, @DefaultValue("5") int minimumCalls,
			@DefaultValue("50") float failureRate, @DefaultValue("30s") Duration open) {
	}

	/**
	 * Summaries of long texts.
	 *
	 * @param enabled whether there is a SummaryFacade
	 * @param maxTokens the most tokens of a summary, and of that of a part
	 */
	public record Summary(@DefaultValue("true") boolean enabled, @DefaultValue("256") int maxTokens) {
	}

	/**
	 * Real-time characters.
	 *
	 * @param enabled whether there is a VrDialogueFacade
	 * @param maxTokens the most tokens a character says at once
	 * @param maxSessions open at once; more are refused
	 * @param expiry a session not used for this long is closed
	 */
	public record Vr(@DefaultValue("true") boolean enabled, @DefaultValue("160") int maxTokens,
			@DefaultValue("100") int maxSessions, @DefaultValue("30m") Duration expiry) {
	}

	/**
	 * Vectors of the meaning of texts, for searching and comparing.
	 *
	 * @param model which model: 'e5', or as llama.model a sentence encoder's file
	 * @param kernel as llama.kernel, which is taken where there is none
	 * @param threads as llama.threads, which is taken where there is none
	 * @param startup when the model is fetched and loaded
	 * @param prefixes whether texts are marked as questions or passages, which E5 wants;
	 * false for models that were trained without
	 * @param chunkTokens tokens of a document's part at most; 0 takes what the model sees
	 * at once
	 * @param chunkOverlap tokens that a part repeats of the one before it, at most
	 */
	public record Embedding(@DefaultValue("e5") String model, @Nullable KernelChoice kernel, @Nullable Integer threads,
			@DefaultValue("lazy") EmbeddingStartup startup, @DefaultValue("true") boolean prefixes,
			@DefaultValue("0") int chunkTokens, @DefaultValue("0") int chunkOverlap) {
	}

	/** When the embedding model is loaded. */
	public enum EmbeddingStartup {

		/** When it is first used: an application that never does pays nothing. */
		LAZY,

		/** Right after the application has started. */
		BACKGROUND

	}

}
