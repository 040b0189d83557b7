package io.github.llamaspring.core.cli;

import java.util.List;
import java.util.Set;

import io.github.llamaspring.core.chat.ChatMessage;
import io.github.llamaspring.core.chat.ChatTemplate;
import io.github.llamaspring.core.gguf.GgufFile;

/**
 * {@code template MODEL}: a conversation as the model's chat template renders it.
 */
final class TemplateCommand extends Command {

	@Override
	Set<String> flags() {
		return Set.of("--jsonl");
	}

	@Override
	void run(String model, Arguments arguments, Console console) {
		try (GgufFile file = GgufFile.open(resolve(model, console))) {
			ChatTemplate template = ChatTemplate.of(file);
			console.serve((request) -> Console.object().put("rendered", render(template, request)));
		}
	}

	private static String render(ChatTemplate template, JsonRequest request) {
		List<ChatMessage> messages = request.messages("messages")
			.orElseThrow(() -> new IllegalArgumentException("'messages' is missing"));
		return template.render(messages, request.flag("add_generation_prompt", true));
	}

}
