package io.github.llamaspring.guard.policy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.Action;

/**
 * A resolved policy. Immutable.
 */
public final class Policy {

	private static final StageActions NOTHING = new StageActions(Map.of());

	private final String id;

	private final String version;

	private final String hash;

	private final Map<String, Category> categories;

	private final Map<String, StageActions> pii;

	private final Injection injection;

	private final List<WordList> lists;

	private final List<Topic> topics;

	private final List<String> allow;

	private final JudgeRules judge;

	private final AnswerRules answers;

	private final ConversationRules conversation;

	private final int maxHoldChars;

	private final Semantic semantic;

	private final Duration maxHoldTime;

	private final Duration maxTime;

	private final StageActions onError;

	private final Map<String, Set<String>> tools;

	private final boolean restoreToUser;

	private final Map<String, Map<String, String>> messages;

	private final Mode mode;

	private final Map<String, Policy> tenants;

	private final Map<Path, String> sources;

	/**
	 * @param sources the files it was read from, with the SHA-256 of their content
	 */
	Policy(PolicyDraft draft, String hash, Map<String, Policy> tenants, Map<Path, String> sources) {
		this.mode = draft.mode;
		this.tenants = Map.copyOf(tenants);
		this.sources = Map.copyOf(sources);
		this.id = draft.id;
		this.version = draft.version;
		this.hash = hash;
		this.categories = Collections.unmodifiableMap(new LinkedHashMap<>(draft.categories));
		this.pii = Map.copyOf(draft.pii);
		this.injection = draft.injection;
		this.lists = List.copyOf(draft.lists.values());
		this.topics = List.copyOf(draft.topics.values());
		this.allow = List.copyOf(draft.allow);
		this.judge = draft.judge;
		this.answers = draft.answers;
		this.conversation = draft.conversation;
		this.maxHoldChars = draft.maxHoldChars;
		this.semantic = draft.semantic;
		this.maxHoldTime = Duration.ofMillis(draft.maxHoldMillis);
		this.maxTime = Duration.ofMillis(draft.maxMillis);
		this.onError = draft.onError;
		this.tools = Map.copyOf(draft.tools);
		this.restoreToUser = draft.restoreToUser;
		this.messages = Map.copyOf(draft.messages);
	}

	/**
	 * The built-in policy {@code llama2-aup}.
	 * @param kinds of personal data and secrets a policy may name
	 * @param rules digest of the rules in use; goes into the hash
	 */
	public static Policy builtIn(List<String> kinds, String rules) {
		return new PolicyReader(kinds, rules).builtIn();
	}

	/**
	 * Reads a policy file.
	 * @throws PolicyException naming file, line and key
	 */
	public static Policy load(Path file, List<String> kinds, String rules) {
		return new PolicyReader(kinds, rules).load(file);
	}

	public String id() {
		return this.id;
	}

	public String version() {
		return this.version;
	}

	/**
	 * SHA-256 over the resolved content.
	 */
	public String hash() {
		return this.hash;
	}

	/**
	 * Whether it acts or only watches.
	 */
	public Mode mode() {
		return this.mode;
	}

	/**
	 * The policies of tenants that differ from this one.
	 */
	public Map<String, Policy> tenants() {
		return this.tenants;
	}

	/**
	 * The files it was read from, with the SHA-256 of their content: equal ones make an
	 * equal policy. Empty for the built-in one.
	 */
	public Map<Path, String> sources() {
		return this.sources;
	}

	/**
	 * Whether its files still hold what was read.
	 */
	public boolean isCurrent() {
		return PolicyFiles.hold(this.sources);
	}

	public Map<String, Category> categories() {
		return this.categories;
	}

	/**
	 * What happens to a kind of personal data or secret.
	 */
	public StageActions pii(String kind) {
		StageActions own = this.pii.get(kind);
		return (own != null) ? own : this.pii.getOrDefault("default", NOTHING);
	}

	/**
	 * Kinds of personal data and categories of lists that get placeholders at some stage.
	 */
	public Set<String> pseudonymized(List<String> kinds) {
		Set<String> categories = new TreeSet<>();
		for (String kind : kinds) {
			if (pii(kind).contain(Action.PSEUDONYMIZE)) {
				categories.add(kind);
			}
		}
		for (WordList list : this.lists) {
			if (list.actions().contain(Action.PSEUDONYMIZE)) {
				categories.add(list.category());
			}
		}
		return categories;
	}

	/**
	 * Kinds and categories whose values a tool gets in place of placeholders.
	 */
	public Set<String> disclosedTo(@Nullable String tool) {
		return (tool != null) ? this.tools.getOrDefault(tool, Set.of()) : Set.of();
	}

	/**
	 * Whether people get values in place of placeholders.
	 */
	public boolean restoresToUser() {
		return this.restoreToUser;
	}

	public Injection injection() {
		return this.injection;
	}

	public List<WordList> lists() {
		return this.lists;
	}

	public List<Topic> topics() {
		return this.topics;
	}

	/**
	 * Phrases that excuse findings inside of them.
	 */
	public List<String> allow() {
		return this.allow;
	}

	/**
	 * When a judge is asked.
	 */
	public JudgeRules judge() {
		return this.judge;
	}

	/**
	 * What happens to answers because of what surrounds them.
	 */
	public AnswerRules answers() {
		return this.answers;
	}

	/**
	 * What happens to messages because of those before them.
	 */
	public ConversationRules conversation() {
		return this.conversation;
	}

	public int maxHoldChars() {
		return this.maxHoldChars;
	}

	/**
	 * How long a stream may hold text; zero is no limit.
	 */
	public Duration maxHoldTime() {
		return this.maxHoldTime;
	}

	/**
	 * How long the check of a long text may take; zero is no limit.
	 */
	public Duration maxTime() {
		return this.maxTime;
	}

	/**
	 * What happens when a detector fails.
	 */
	public StageActions onError() {
		return this.onError;
	}

	public Semantic semantic() {
		return this.semantic;
	}

	/**
	 * The words for a person.
	 * @param key of the message
	 * @param language ISO 639-1
	 * @return the message in that language or in English, or null where there is none
	 */
	public @Nullable Message message(String key, String language) {
		Map<String, String> texts = this.messages.get(key);
		if (texts == null) {
			texts = this.messages.get("default");
		}
		if (texts == null) {
			return null;
		}
		String text = texts.get(language);
		if (text != null) {
			return new Message(text, language);
		}
		String english = texts.get("en");
		return (english != null) ? new Message(english, "en")
				: texts.entrySet()
					.stream()
					.findFirst()
					.map((entry) -> new Message(Objects.requireNonNull(entry.getValue()), entry.getKey()))
					.orElse(null);
	}

	/**
	 * Words for a person.
	 */
	public record Message(String text, String language) {
	}

}
