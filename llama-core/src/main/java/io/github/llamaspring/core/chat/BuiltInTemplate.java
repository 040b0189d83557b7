package io.github.llamaspring.core.chat;

import java.util.List;

import io.github.llamaspring.core.error.ChatTemplateException;
import io.github.llamaspring.core.tokenizer.Vocabulary;

/**
 * The chat formats for files that bring none.
 */
enum BuiltInTemplate {

	/** {@code [INST] <<SYS>>}, as Meta's generation.py writes it. */
	LLAMA2 {
		@Override
		String render(List<ChatMessage> messages, boolean addGenerationPrompt, String bos, String eos) {
			StringBuilder out = new StringBuilder();
			String system = messages.getFirst().role().equals("system") ? messages.getFirst().content() : null;
			boolean user = true;
			for (ChatMessage message : (system != null) ? messages.subList(1, messages.size()) : messages) {
				if (message.role().equals("user") != user || message.role().equals("system")
						|| message.role().equals("tool")) {
					throw new ChatTemplateException(
							"The chat template refuses these messages: after an optional system message, user and "
									+ "assistant must alternate, beginning with user");
				}
				String content = message.content();
				if (user) {
					if (system != null) {
						content = "<<SYS>>\n" + system + "\n<</SYS>>\n\n" + content;
						system = null;
					}
					out.append(bos).append("[INST] ").append(strip(content)).append(" [/INST]");
				}
				else {
					out.append(' ').append(strip(content)).append(' ').append(eos);
				}
				user = !user;
			}
			return out.toString();
		}
	},

	/** As in Meta's model card of Llama 3. */
	LLAMA3 {
		@Override
		String render(List<ChatMessage> messages, boolean addGenerationPrompt, String bos, String eos) {
			StringBuilder out = new StringBuilder(bos);
			for (ChatMessage message : messages) {
				String role = message.role().equals("tool") ? "ipython" : message.role();
				out.append("<|start_header_id|>").append(role).append("<|end_header_id|>\n\n");
				out.append(strip(message.content())).append("<|eot_id|>");
			}
			return out.append(addGenerationPrompt ? "<|start_header_id|>assistant<|end_header_id|>\n\n" : "")
				.toString();
		}
	},

	CHATML {
		@Override
		String render(List<ChatMessage> messages, boolean addGenerationPrompt, String bos, String eos) {
			StringBuilder out = new StringBuilder();
			for (ChatMessage message : messages) {
				out.append("<|im_start|>").append(message.role()).append('\n');
				out.append(message.content()).append("<|im_end|>\n");
			}
			return out.append(addGenerationPrompt ? "<|im_start|>assistant\n" : "").toString();
		}
	};

	static BuiltInTemplate of(Vocabulary vocabulary) {
		if (vocabulary.id("<|start_header_id|>").isPresent()) {
			return LLAMA3;
		}
		return vocabulary.id("<|im_start|>").isPresent() ? CHATML : LLAMA2;
	}

	abstract String render(List<ChatMessage> messages, boolean addGenerationPrompt, String bos, String eos);

	private static String strip(String text) {
		return PythonText.strip(text, null, true, true);
	}

}
