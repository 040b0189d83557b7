package io.github.llamaspring.guard.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.Stage;

/**
 * Reads policies. Files are untrusted: size, nesting and aliases are limited, unknown
 * keys fail.
 */
final class PolicyReader {

	static final String BUILT_IN = "llama2-aup";

	private static final int MAX_BYTES = 1 << 20;

	private static final int MAX_ALIASES = 20;

	private static final int MAX_DEPTH = 12;

	private static final int MAX_WORDS = 50_000;

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
		return new Policy(draft, draft.hash(this.rules));
	}

	private void applyBuiltIn(PolicyDraft draft) {
		try (InputStream in = PolicyReader.class.getResourceAsStream(BUILT_IN + ".yaml")) {
			Objects.requireNonNull(in, "the jar of llama-guard lacks " + BUILT_IN + ".yaml");
			apply(BUILT_IN, new String(in.readAllBytes(), StandardCharsets.UTF_8), draft);
		}
		catch (IOException ex) {
			throw new PolicyException("the built-in policy can't be read: " + ex.getMessage(), ex);
		}
	}

	Policy load(Path file) {
		PolicyDraft draft = new PolicyDraft();
		apply(file.toString(), read(file), draft);
		return new Policy(draft, draft.hash(this.rules));
	}

	private static String read(Path file) {
		try {
			if (Files.isDirectory(file)) {
				throw new PolicyException(file + " is a folder; name the policy's YAML file");
			}
			byte[] bytes;
			try (InputStream in = Files.newInputStream(file)) {
				bytes = in.readNBytes(MAX_BYTES + 1);
			}
			if (bytes.length > MAX_BYTES) {
				throw new PolicyException(file + " is larger than a policy may be (" + MAX_BYTES + " bytes)");
			}
			return StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			throw new PolicyException(file + " is not UTF-8", ex);
		}
		catch (java.nio.file.NoSuchFileException ex) {
			throw new PolicyException("there is no policy file " + file, ex);
		}
		catch (IOException ex) {
			throw new PolicyException("the policy file " + file + " can't be read: " + ex.getMessage(), ex);
		}
	}

	private void apply(String file, String yaml, PolicyDraft draft) {
		YamlMap root = new YamlMap(file, "", compose(file, yaml));
		root.only("policy", "version", "extends", "locales", "categories", "pii", "injection", "lists", "stream",
				"onError", "messages");
		if (root.has("extends")) {
			if (!root.text("extends").equals(BUILT_IN)) {
				throw root.error("extends",
						"is " + root.text("extends") + ", but only " + BUILT_IN + " can be extended");
			}
			applyBuiltIn(draft);
		}
		draft.id = root.text("policy");
		draft.version = root.has("version") ? root.text("version") : "1";
		if (root.has("locales")) {
			draft.locales = root.texts("locales");
		}
		messages(root, draft);
		categories(root, draft);
		pii(root, draft);
		injection(root, draft);
		lists(root, draft);
		disclosure(root, draft);
		if (root.has("stream")) {
			draft.maxHoldChars = root.map("stream").only("maxHoldChars").integer("maxHoldChars", 64, 256);
		}
		if (root.has("onError")) {
			draft.onError = draft.onError.with(stages(root.map("onError"), true));
		}
	}

	private static Node compose(String file, String yaml) {
		try {
			LoadSettings settings = LoadSettings.builder()
				.setLabel(file)
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
			throw new PolicyException(file + ", line " + line + ": not YAML: " + ex.getProblem(), ex);
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
				throw new PolicyException(file + ", line " + line + ": nested deeper than " + MAX_DEPTH + " levels");
			}
			if (aliases > MAX_ALIASES) {
				throw new PolicyException(file + ", line " + line + ": more than " + MAX_ALIASES + " aliases");
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
			YamlMap item = all.map(id).only("title", "s", "o", "action", "actions", "block", "grey", "message");
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
				actions = actions.with(stages(item.map("actions"), false));
			}
			if (actions.contain(Action.PSEUDONYMIZE)) {
				throw all.error(id, "is pseudonymized, which only personal data and lists can be; use redact");
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
			draft.pii.put(kind, actions(all, kind, (old != null) ? old : new StageActions(Map.of())));
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
		if (draft.injection.action().contain(Action.PSEUDONYMIZE)
				|| draft.injection.suspicious().contain(Action.PSEUDONYMIZE)) {
			throw root.error("injection", "is pseudonymized, which only personal data and lists can be; use redact");
		}
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
			StageActions actions = actions(map, "action", StageActions.of(Action.FLAG));
			if (map.has("actions")) {
				actions = actions.with(stages(map.map("actions"), false));
			}
			draft.lists.put(name,
					new WordList(name, words, match.equals("substring"),
							map.has("category") ? map.text("category") : name, actions,
							map.has("message") ? map.text("message") : "default"));
		}
	}

	private static StageActions actions(YamlMap map, String key, StageActions old) {
		if (!map.has(key)) {
			return old;
		}
		return map.isMap(key) ? old.with(stages(map.map(key), false)) : StageActions.of(action(map, key));
	}

	private static Map<Stage, Action> stages(YamlMap map, boolean failModes) {
		Map<Stage, Action> result = new EnumMap<>(Stage.class);
		for (String key : map.keys()) {
			Stage stage = stage(map, key);
			Action action = action(map, key);
			if (failModes && action != Action.BLOCK && action != Action.ALLOW && action != Action.FLAG) {
				throw map.error(key, "must be block, flag or allow");
			}
			result.put(stage, action);
		}
		return result;
	}

	private static Stage stage(YamlMap map, String key) {
		for (Stage stage : Stage.values()) {
			if (stage.name().equalsIgnoreCase(key)) {
				return stage;
			}
		}
		throw map.error(key, "is no stage; stages are input, context, tool_call, tool_result, output");
	}

	private static Action action(YamlMap map, String key) {
		return map.choice(key, Action.class);
	}

}
