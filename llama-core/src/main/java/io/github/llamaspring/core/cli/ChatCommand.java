package io.github.llamaspring.core.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.llamaspring.core.GenerationRequest;
import io.github.llamaspring.core.GenerationRequest.ChatPrompt;
import io.github.llamaspring.core.GenerationResult;
import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.LlamaSession;
import io.github.llamaspring.core.chat.ChatMessage;
import io.github.llamaspring.core.error.ContextLengthExceededException;

/**
 * {@code chat MODEL}: a conversation in the terminal, one line a turn.
 */
final class ChatCommand extends Command {

	@Override
	Set<String> valued() {
		Set<String> valued = new HashSet<>(new GenerateCommand().valued());
		valued.removeAll(Set.of("--prompt", "--prompt-ids", "--top-logprobs"));
		valued.add("--system");
		return valued;
	}

	@Override
	void run(String reference, Arguments arguments, Console console) {
		GenerationRequest defaults = GenerateCommand.fromOptions(arguments);
		int maxTokens = arguments.has("--max-tokens") ? defaults.maxTokens() : 1024;
		try (LlamaModel model = load(reference, arguments, console);
				LlamaSession session = model.newSession();
				BufferedReader lines = console.lines()) {
			console.note(model.info().name() + ": /clear forgets, /exit ends");
			List<ChatMessage> messages = start(arguments);
			while (true) {
				console.print("> ");
				String line = lines.readLine();
				if (line == null || line.strip().equals("/exit")) {
					return;
				}
				if (line.strip().equals("/clear")) {
					messages = start(arguments);
				}
				else if (!line.isBlank()) {
					turn(session, messages, line, defaults.withMaxTokens(maxTokens), console);
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<ChatMessage> start(Arguments arguments) {
		List<ChatMessage> messages = new ArrayList<>();
		arguments.value("--system").map(ChatMessage::system).ifPresent(messages::add);
		return messages;
	}

	private static void turn(LlamaSession session, List<ChatMessage> messages, String line, GenerationRequest defaults,
			Console console) {
		messages.add(ChatMessage.user(line));
		GenerationRequest request = GenerationRequest.of(new ChatPrompt(messages))
			.withMaxTokens(defaults.maxTokens())
			.withSampling(defaults.sampling())
			.withStop(defaults.stop());
		try {
			GenerationResult result = session.generate(request, GenerateCommand.printing(console), null);
			messages.add(ChatMessage.assistant(result.text()));
			console.println("");
		}
		catch (ContextLengthExceededException ex) {
			messages.removeLast();
			console.note(ex.getMessage() + " (/clear forgets the conversation)");
		}
	}

}
