package io.github.llamaspring.boot.guard;

import java.util.List;
import java.util.function.UnaryOperator;

import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Stage;
import io.github.llamaspring.guard.Verdict;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.metadata.ToolMetadata;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tool with the guard around it. Its arguments are checked and get those values back
 * that the policy discloses to this tool; its result is checked before a model sees it.
 * What is withheld is an error the model can go on with, never an exception.
 */
final class GuardedToolCallback implements ToolCallback {

	static final String NOT_CALLED = "Error: the guard did not let this tool be called. Go on without it.";

	static final String WITHHELD = "Error: the guard withheld the result of this tool. Go on without it.";

	private final ToolCallback tool;

	private final Moderation moderation;

	private final GuardContext call;

	private final GuardContext result;

	private GuardedToolCallback(ToolCallback tool, Moderation moderation, GuardContext call) {
		this.tool = tool;
		this.moderation = moderation;
		this.call = call.withTool(tool.getToolDefinition().name());
		this.result = GuardContext.of(Stage.TOOL_RESULT)
			.withLanguage(call.language())
			.withConversation(call.conversationId())
			.withTool(this.call.tool());
	}

	/**
	 * The prompt with its tools guarded.
	 * @param conversation whose placeholders stand for personal data; null for none
	 */
	static Prompt guarded(Prompt prompt, Moderation moderation, @Nullable String language,
			@Nullable String conversation) {
		if (!(prompt.getOptions() instanceof ToolCallingChatOptions options) || options.getToolCallbacks() == null
				|| options.getToolCallbacks().isEmpty()) {
			return prompt;
		}
		GuardContext call = GuardContext.of(Stage.TOOL_CALL)
			.withLanguage(language)
			.withConversation(conversation)
			.withInstructions(OutputModeration.instructions(prompt));
		List<ToolCallback> guarded = options.getToolCallbacks()
			.stream()
			.<ToolCallback>map((tool) -> (tool instanceof GuardedToolCallback) ? tool
					: new GuardedToolCallback(tool, moderation, call))
			.toList();
		return prompt.mutate().chatOptions(options.mutate().toolCallbacks(guarded).build()).build();
	}

	@Override
	public ToolDefinition getToolDefinition() {
		return this.tool.getToolDefinition();
	}

	@Override
	public ToolMetadata getToolMetadata() {
		return this.tool.getToolMetadata();
	}

	@Override
	public String call(String arguments) {
		return guarded(arguments, this.tool::call);
	}

	@Override
	public String call(String arguments, @Nullable ToolContext context) {
		return guarded(arguments, (allowed) -> this.tool.call(allowed, context));
	}

	private String guarded(String arguments, UnaryOperator<String> call) {
		Verdict asked = this.moderation.check(arguments, this.call);
		String allowed = asked.action().withholds() ? null
				: restored(asked.text(), asked.text().equals(arguments) ? arguments : null);
		if (allowed == null) {
			return NOT_CALLED;
		}
		Verdict answered = this.moderation.check(call.apply(allowed), this.result);
		return answered.action().withholds() ? WITHHELD : answered.text();
	}

	/**
	 * The arguments with values in place of placeholders, each as JSON has it.
	 * @param broken what to do with what is no JSON: where it was none before, the tool
	 * says so; where an edit broke it, there is nothing to call with
	 */
	private @Nullable String restored(String arguments, @Nullable String broken) {
		try {
			JsonNode tree = JsonMapper.shared().readTree(arguments);
			JsonNode restored = restored(tree);
			return restored.equals(tree) ? arguments : JsonMapper.shared().writeValueAsString(restored);
		}
		catch (JacksonException ex) {
			return broken;
		}
	}

	private JsonNode restored(JsonNode node) {
		if (node.isString()) {
			return JsonNodeFactory.instance.stringNode(this.moderation.restore(node.stringValue(), this.call));
		}
		if (node.isArray()) {
			ArrayNode array = JsonNodeFactory.instance.arrayNode();
			node.forEach((element) -> array.add(restored(element)));
			return array;
		}
		if (node.isObject()) {
			ObjectNode object = JsonNodeFactory.instance.objectNode();
			node.properties().forEach((field) -> object.set(field.getKey(), restored(field.getValue())));
			return object;
		}
		return node;
	}

}
