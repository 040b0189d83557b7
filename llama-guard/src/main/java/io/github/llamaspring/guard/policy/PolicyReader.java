package io.github.llamaspring.guard.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Stage;

/**
 * Reads policies. Files are untrusted: size, nesting and aliases are limited, unknown
 * keys fail.
 */
final class PolicyReader {

	static final String BUILT_IN = "llama2-aup";

	static final int MAX_BYTES = 1 << 20;

	private static final int MAX_ALIASES = 20;

	private static final int MAX_DEPTH = 12;

	private static final int MAX_WORDS = 50_000;

	private static final int MAX_TENANTS = 1_000;

	private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

	private static final String TOOLS = "tools";

	private static final String RESTORE_TO = "restoreTo";

	private final List<String> kinds;

	private final String rules;

	PolicyReader(List<String> kinds, String rules) {
		this.kinds = kinds;
		this.rules = rules;
	}

	Policy builtIn() {
		PolicyDraft draft = new PolicyDraft();
		applyBuiltIn(draft);
		return new Policy(draft, draft.hash(this.rules), Map.of(), Map.of());
	}

	private void applyBuiltIn(PolicyDraft draft) {
		try (InputStream in = PolicyReader.class.getResourceAsStream(BUILT_IN + ".yaml")) {
			Objects.requireNonNull(in, "the jar of llama-guard lacks " + BUILT_IN + ".yaml");
			apply(root(BUILT_IN, new String(in.readAllBytes(), StandardCharsets.UTF_8)), draft);
		}
		catch (IOException ex) {
			throw new PolicyException("the built-in policy can't be read: " + ex.getMessage(), ex);
		}
	}

	Policy load(Path file) {
		PolicyFiles files = new PolicyFiles(file);
		PolicyDraft draft = new PolicyDraft();
		for (PolicyFiles.Content content : files.chain(PolicyReader::root)) {
			if (content.extendsBuiltIn()) {
				applyBuiltIn(draft);
			}
			apply(content.root(), draft);
		}
		Map<String, Policy> tenants = new HashMap<>();
		draft.tenants.forEach((tenant, overlays) -> {
			PolicyDraft own = new PolicyDraft(draft, tenant);
			overlays.forEach((overlay) -> settings(overlay, own));
			tenants.put(tenant, new Policy(own, own.hash(this.rules), Map.of(), Map.of()));
		});
		return new Policy(draft, draft.hash(this.rules), tenants, files.digests());
	}

	private static YamlMap root(String file, String yaml) {
		return new YamlMap(file, "", compose(file, yaml));
	}

	private void apply(YamlMap root, PolicyDraft draft) {
		root.only(known("policy", "extends", "tenants"));
		draft.id = root.filled("policy");
		draft.version = "1";
		settings(root, draft);
		tenants(root, draft);
	}

	/** What a policy says and a tenant may change. */
	private static String[] known(String... more) {
		return Stream
			.concat(Stream.of("version", "mode", "locales", "categories", "pii", "injection", "lists", "topics", "leak",
					"refusal", "groundedness", "conversation", "judge", "limits", "semantic", "stream", "onError",
					"messages"), Stream.of(more))
			.toArray(String[]::new);
	}

	private static void tenants(YamlMap root, PolicyDraft draft) {
		if (!root.has("tenants")) {
			return;
		}
		YamlMap all = root.map("tenants");
		for (String tenant : all.keys()) {
			if (!TENANT.matcher(tenant).matches()) {
				throw all.error(tenant, "is no name of a tenant; use letters, digits, '.', '_', '-', at most 64");
			}
			draft.tenants.computeIfAbsent(tenant, (key) -> new ArrayList<>()).add(all.map(tenant).only(known()));
			if (draft.tenants.size() > MAX_TENANTS) {
				throw all.error(tenant, "is one tenant more than the " + MAX_TENANTS + " a policy may have");
			}
		}
	}

	private void settings(YamlMap root, PolicyDraft draft) {
		if (root.has("version")) {
			draft.version = root.filled("version");
		}
		if (root.has("mode")) {
			draft.mode = root.choice("mode", Mode.class);
		}
		if (root.has("locales")) {
			draft.locales = root.texts("locales");
		}
		messages(root, draft);
		categories(root, draft);
		pii(root, draft);
		injection(root, draft);
		lists(root, draft);
		Topic.read(root, draft.topics);
		disclosure(root, draft);
		draft.judge = JudgeRules.read(root, draft.judge, draft.categories);
		draft.answers = AnswerRules.read(root, draft.answers);
		draft.conversation = ConversationRules.read(root, draft.conversation);
		if (root.has("semantic")) {
			draft.semantic = root.choice("semantic", Semantic.class);
		}
		if (root.has("stream")) {
			YamlMap map = root.map("stream").only("maxHoldChars", "maxHoldMs");
			draft.maxHoldChars = map.has("maxHoldChars") ? map.integer("maxHoldChars", 64, 256) : draft.maxHoldChars;
			draft.maxHoldMillis = map.has("maxHoldMs") ? map.integer("maxHoldMs", 0, 10_000) : draft.maxHoldMillis;
		}
		if (root.has("limits")) {
			draft.maxMillis = root.map("limits").only("maxMillis").integer("maxMillis", 0, 600_000);
		}
		if (root.has("onError")) {
			draft.onError = draft.onError.with(stages(root.map("onError"), PolicyReader::failMode, "judge"));
		}
	}

	private static Node compose(String file, String yaml) {
		try {
			LoadSettings settings = LoadSettings.builder()
				.setLabel(file)
				.setSchema(new CoreSchema())
				.setCodePointLimit(MAX_BYTES)
				.setMaxAliasesForCollections(MAX_ALIASES)
				.setAllowRecursiveKeys(false)
				.build();
			limitDepth(file, yaml);
			return new Compose(settings).composeString(yaml)
				.orElseThrow(() -> new PolicyException(file + " is empty; it needs at least the key policy"));
		}
		catch (MarkedYamlEngineException ex) {
			int line = ex.getProblemMark().map((mark) -> mark.getLine() + 1).orElse(0);
			throw PolicyException.at(file, line, "not YAML: " + ex.getProblem());
		}
		catch (YamlEngineException ex) {
			throw new PolicyException(
					file + ": not YAML: " + String.valueOf(ex.getMessage()).lines().findFirst().orElse(""), ex);
		}
	}

	/**
	 * Before the parser recurses: brackets and indentation can't nest deeper than this.
	 */
	private static void limitDepth(String file, String yaml) {
		org.snakeyaml.engine.v2.api.lowlevel.Parse parse = new org.snakeyaml.engine.v2.api.lowlevel.Parse(
				LoadSettings.builder().setLabel(file).setCodePointLimit(MAX_BYTES).build());
		int depth = 0;
		int aliases = 0;
		for (org.snakeyaml.engine.v2.events.Event event : parse.parseString(yaml)) {
			switch (event.getEventId()) {
				case MappingStart, SequenceStart -> depth++;
				case MappingEnd, SequenceEnd -> depth--;
				case Alias -> aliases++;
				default -> {
				}
			}
			int line = event.getStartMark().map((mark) -> mark.getLine() + 1).orElse(0);
			if (depth > MAX_DEPTH) {
				throw PolicyException.at(file, line, "nested deeper than " + MAX_DEPTH + " levels");
			}
			if (aliases > MAX_ALIASES) {
				throw PolicyException.at(file, line, "more than " + MAX_ALIASES + " aliases");
			}
		}
	}

	private static void messages(YamlMap root, PolicyDraft draft) {
		if (!root.has("messages")) {
			return;
		}
		YamlMap all = root.map("messages");
		for (String key : all.keys()) {
			YamlMap languages = all.map(key);
			Map<String, String> texts = new HashMap<>(draft.messages.getOrDefault(key, Map.of()));
			for (String language : languages.keys()) {
				if (!language.matches("[a-z]{2}")) {
					throw languages.error(language, "is not a language; use two letters such as de");
				}
				texts.put(language, languages.text(language));
			}
			draft.messages.put(key, Map.copyOf(texts));
		}
	}

	private void categories(YamlMap root, PolicyDraft draft) {
		if (!root.has("categories")) {
			return;
		}
		YamlMap all = root.map("categories");
		for (String id : all.keys()) {
			YamlMap item = all.map(id)
				.only("title", "s", "o", "action", "actions", "block", "grey", "message", "judge");
			Category old = draft.categories.get(id);
			if (old == null) {
				old = new Category(id, item.text("title"), List.of(), List.of(), StageActions.harm(), 0.8, 0.5,
						"default");
			}
			StageActions actions = old.actions();
			if (item.has("action")) {
				actions = StageActions.of(action(item, "action"));
			}
			if (item.has("actions")) {
				actions = actions.with(stages(item.map("actions"), PolicyReader::action));
			}
			String message = item.has("message") ? item.text("message") : old.message();
			if (!draft.messages.containsKey(message) && !draft.messages.isEmpty()) {
				throw item.error("message", "names " + message + ", but messages has no such key");
			}
			draft.categories.put(id,
					new Category(id, item.has("title") ? item.text("title") : old.title(),
							item.has("s") ? item.texts("s") : old.mlCommons(),
							item.has("o") ? item.texts("o") : old.llamaGuard(), actions,
							item.has("block") ? item.probability("block") : old.block(),
							item.has("grey") ? item.probability("grey") : old.grey(), message));
		}
	}

	private void pii(YamlMap root, PolicyDraft draft) {
		if (!root.has("pii")) {
			return;
		}
		YamlMap all = root.map("pii");
		for (String kind : all.keys()) {
			if (kind.equals(TOOLS) || kind.equals(RESTORE_TO)) {
				continue;
			}
			if (!kind.equals("default") && !this.kinds.contains(kind)) {
				throw all.error(kind, "is no known kind; known are default, " + String.join(", ", this.kinds));
			}
			StageActions old = draft.pii.getOrDefault(kind, draft.pii.get("default"));
			draft.pii.put(kind,
					actions(all, kind, (old != null) ? old : new StageActions(Map.of()), PolicyReader::valueAction));
		}
	}

	/** Who gets values back that stand behind placeholders. */
	private void disclosure(YamlMap root, PolicyDraft draft) {
		YamlMap all = root.has("pii") ? root.map("pii") : null;
		if (all != null && all.has(RESTORE_TO)) {
			List<String> names = all.texts(RESTORE_TO);
			if (!Set.of("user").containsAll(names)) {
				throw all.error(RESTORE_TO, "can name only user; tools are named under pii.tools");
			}
			draft.restoreToUser = names.contains("user");
		}
		if (all != null && all.has(TOOLS)) {
			YamlMap tools = all.map(TOOLS);
			for (String tool : tools.keys()) {
				Set<String> shown = new TreeSet<>(tools.texts(tool));
				for (String kind : shown) {
					boolean listed = draft.lists.values().stream().anyMatch((list) -> list.category().equals(kind));
					if (!this.kinds.contains(kind) && !listed) {
						throw tools.error(tool, "names " + kind + ", which is neither a kind of personal data nor the"
								+ " category of a list; kinds are " + String.join(", ", this.kinds));
					}
				}
				draft.tools.put(tool, shown);
			}
		}
	}

	private static void injection(YamlMap root, PolicyDraft draft) {
		if (!root.has("injection")) {
			return;
		}
		YamlMap map = root.map("injection").only("block", "grey", "action", "suspicious");
		Injection old = draft.injection;
		draft.injection = new Injection(map.has("block") ? map.probability("block") : old.block(),
				map.has("grey") ? map.probability("grey") : old.grey(), actions(map, "action", old.action()),
				actions(map, "suspicious", old.suspicious()));
	}

	private static void lists(YamlMap root, PolicyDraft draft) {
		if (!root.has("lists")) {
			return;
		}
		YamlMap all = root.map("lists");
		for (String name : all.keys()) {
			if (name.equals("allow")) {
				draft.allow = all.texts(name);
				continue;
			}
			YamlMap map = all.map(name).only("words", "match", "action", "actions", "category", "message");
			List<String> words = map.texts("words");
			if (words.size() > MAX_WORDS) {
				throw map.error("words", "has more than " + MAX_WORDS + " entries");
			}
			String match = map.has("match") ? map.text("match") : "word";
			if (!match.equals("word") && !match.equals("substring")) {
				throw map.error("match", "is " + match + ", but must be word or substring");
			}
			StageActions actions = actions(map, "action", StageActions.of(Action.FLAG), PolicyReader::valueAction);
			if (map.has("actions")) {
				actions = actions.with(stages(map.map("actions"), PolicyReader::valueAction));
			}
			draft.lists.put(name,
					new WordList(name, words, match.equals("substring"),
							map.has("category") ? map.text("category") : name, actions,
							map.has("message") ? map.text("message") : "default"));
		}
	}

	/** Of a topic: flags, where nothing else is said. */
	static StageActions topicActions(YamlMap map) {
		StageActions actions = actions(map, "action", StageActions.of(Action.FLAG));
		return map.has("actions") ? actions.with(stages(map.map("actions"), PolicyReader::action)) : actions;
	}

	static StageActions actions(YamlMap map, String key, StageActions old) {
		return actions(map, key, old, PolicyReader::action);
	}

	private static StageActions actions(YamlMap map, String key, StageActions old,
			BiFunction<YamlMap, String, Action> reader) {
		if (!map.has(key)) {
			return old;
		}
		return map.isMap(key) ? old.with(stages(map.map(key), reader)) : StageActions.of(reader.apply(map, key));
	}

	/**
	 * @param others keys that are no stages
	 */
	private static Map<Stage, Action> stages(YamlMap map, BiFunction<YamlMap, String, Action> reader,
			String... others) {
		Map<Stage, Action> result = new EnumMap<>(Stage.class);
		for (String key : map.keys()) {
			if (!List.of(others).contains(key)) {
				result.put(stage(map, key), reader.apply(map, key));
			}
		}
		return result;
	}

	static Action failMode(YamlMap map, String key) {
		Action action = map.choice(key, Action.class);
		if (action != Action.BLOCK && action != Action.ALLOW && action != Action.FLAG) {
			throw map.error(key, "must be block, flag or allow");
		}
		return action;
	}

	private static Stage stage(YamlMap map, String key) {
		for (Stage stage : Stage.values()) {
			if (stage.name().toLowerCase(Locale.ROOT).equals(key)) {
				return stage;
			}
		}
		throw map.error(key, "is no stage; stages are input, context, tool_call, tool_result, output");
	}

	/** Of what is no value that could come back. */
	static Action action(YamlMap map, String key) {
		Action action = map.choice(key, Action.class);
		if (action == Action.PSEUDONYMIZE) {
			throw map.error(key, "is pseudonymize, which only personal data and lists can be; use redact");
		}
		return action;
	}

	private static Action valueAction(YamlMap map, String key) {
		return map.choice(key, Action.class);
	}

}
