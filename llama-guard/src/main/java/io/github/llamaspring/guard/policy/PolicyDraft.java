package io.github.llamaspring.guard.policy;

import io.github.llamaspring.guard.digest.Sha256;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import tools.jackson.databind.json.JsonMapper;

import io.github.llamaspring.guard.Action;

/**
 * A policy while it is read: what it extends comes first, its own settings change it.
 */
final class PolicyDraft {

	String id = "";

	String version = "1";

	List<String> locales = List.of("en");

	final Map<String, Category> categories = new LinkedHashMap<>();

	final Map<String, StageActions> pii = new LinkedHashMap<>();

	Injection injection = new Injection(0.9, 0.5, new StageActions(Map.of()), new StageActions(Map.of()));

	final Map<String, WordList> lists = new LinkedHashMap<>();

	final Map<String, Topic> topics = new LinkedHashMap<>();

	List<String> allow = new ArrayList<>();

	JudgeRules judge = JudgeRules.NONE;

	AnswerRules answers = AnswerRules.NONE;

	ConversationRules conversation = ConversationRules.NONE;

	Semantic semantic = Semantic.AUTO;

	int maxHoldChars = 256;

	int maxHoldMillis = 250;

	int maxMillis = 50;

	StageActions onError = StageActions.of(Action.BLOCK);

	final Map<String, Set<String>> tools = new TreeMap<>();

	boolean restoreToUser = true;

	final Map<String, Map<String, String>> messages = new LinkedHashMap<>();

	Mode mode = Mode.ENFORCE;

	/** What each tenant changes, in the order in which it is carried out. */
	final Map<String, List<YamlMap>> tenants = new LinkedHashMap<>();

	PolicyDraft() {
	}

	/** The policy of a tenant before its overlay. */
	PolicyDraft(PolicyDraft common, String tenant) {
		this.id = common.id + "/" + tenant;
		this.version = common.version;
		this.locales = common.locales;
		this.categories.putAll(common.categories);
		this.pii.putAll(common.pii);
		this.injection = common.injection;
		this.lists.putAll(common.lists);
		this.topics.putAll(common.topics);
		this.allow = common.allow;
		this.judge = common.judge;
		this.answers = common.answers;
		this.conversation = common.conversation;
		this.semantic = common.semantic;
		this.maxHoldChars = common.maxHoldChars;
		this.maxHoldMillis = common.maxHoldMillis;
		this.maxMillis = common.maxMillis;
		this.onError = common.onError;
		this.tools.putAll(common.tools);
		this.restoreToUser = common.restoreToUser;
		this.messages.putAll(common.messages);
		this.mode = common.mode;
	}

	/**
	 * SHA-256 over everything that decides, in an order that does not depend on the file.
	 */
	String hash(String rules) {
		Map<String, Object> all = new TreeMap<>();
		all.put("policy", this.id);
		all.put("version", this.version);
		all.put("mode", this.mode.name());
		all.put("locales", this.locales);
		all.put("rules", rules);
		Map<String, Object> items = new TreeMap<>();
		this.categories.forEach((key, item) -> items.put(key, List.of(item.title(), item.mlCommons(), item.llamaGuard(),
				item.actions().canonical(), item.block(), item.grey(), item.message())));
		all.put("categories", items);
		Map<String, Object> kinds = new TreeMap<>();
		this.pii.forEach((key, actions) -> kinds.put(key, actions.canonical()));
		all.put("pii", kinds);
		if (!this.tools.isEmpty()) {
			all.put("tools", this.tools);
		}
		if (!this.restoreToUser) {
			all.put("restoreTo", List.of());
		}
		all.put("injection", List.of(this.injection.block(), this.injection.grey(), this.injection.action().canonical(),
				this.injection.suspicious().canonical()));
		Map<String, Object> words = new TreeMap<>();
		this.lists.forEach((key, list) -> words.put(key,
				List.of(list.words(), list.inside(), list.category(), list.actions().canonical(), list.message())));
		all.put("lists", words);
		Map<String, Object> byExample = new TreeMap<>();
		this.topics.forEach((key, topic) -> byExample.put(key, topic.canonical()));
		all.put("topics", byExample);
		all.put("allow", this.allow);
		all.put("judge", this.judge.canonical());
		all.put("answers", this.answers.canonical());
		all.put("conversation", this.conversation.canonical());
		all.put("semantic", this.semantic.name());
		all.put("maxHoldChars", this.maxHoldChars);
		all.put("maxHoldMs", this.maxHoldMillis);
		all.put("maxMillis", this.maxMillis);
		all.put("onError", this.onError.canonical());
		Map<String, Object> texts = new TreeMap<>();
		this.messages.forEach((key, byLanguage) -> texts.put(key, new TreeMap<>(byLanguage)));
		all.put("messages", texts);
		return Sha256.hex(JsonMapper.shared().writeValueAsString(all));
	}

}
