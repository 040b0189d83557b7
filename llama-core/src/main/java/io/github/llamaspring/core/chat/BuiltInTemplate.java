package io.github.llamaspring.core.chat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import io.github.llamaspring.core.error.ChatTemplateException;
import io.github.llamaspring.core.tokenizer.Vocabulary;

/**
 * The chat formats written in Java: for files that bring no template, and for those whose
 * template is, letter by letter, one of the well-known ones (ChatTemplateGoldenTests
 * compares both with Jinja2).
 */
enum BuiltInTemplate {

	/** {@code [INST] <<SYS>>}, as Meta's generation.py writes it. */
	LLAMA2("e8d5b5a546d3f19df16a5320c614fab05bdc4edd50e850f1afd947b503ea41cf") {
		@Override
		boolean speaksFor(List<ChatMessage> messages) {
			return alternates(messages, true);
		}

		@Override
		void write(List<ChatMessage> messages, boolean addGenerationPrompt, String bos, String eos, PromptWriter out) {
			if (!alternates(messages, true)) {
				throw new ChatTemplateException(
						"The chat template refuses these messages: after an optional system message, user and "
								+ "assistant must alternate, beginning with user");
			}
			String system = messages.getFirst().role().equals("system") ? messages.getFirst().content() : null;
			for (ChatMessage message : (system != null) ? messages.subList(1, messages.size()) : messages) {
				if (message.role().equals("user")) {
					out.format(bos).format("[INST] ");
					if (system != null) {
						// Stripped is all of it, so a blank message takes the line ends
						// along.
						String content = PythonText.strip(message.content(), null, false, true);
						out.format("<<SYS>>\n").content(system);
						out.format(content.isEmpty() ? "\n<</SYS>>" : "\n<</SYS>>\n\n").content(content);
						system = null;
					}
					else {
						out.content(strip(message.content()));
					}
					out.format(" [/INST]");
				}
				else {
					out.format(" ").content(strip(message.content())).format(" ").format(eos);
				}
			}
		}
	},

	/** As in Meta's model card of Llama 3. */
	LLAMA3("ba03a121d097859c7b5b9cd03af99aafe95275210d2876f642ad9929a150f122") {
		@Override
		boolean speaksFor(List<ChatMessage> messages) {
			return messages.stream().noneMatch((message) -> message.role().equals("tool"));
		}

		@Override
		void write(List<ChatMessage> messages, boolean addGenerationPrompt, String bos, String eos, PromptWriter out) {
			out.format(bos);
			for (ChatMessage message : messages) {
				String role = message.role().equals("tool") ? "ipython" : message.role();
				out.format("<|start_header_id|>").format(role).format("<|end_header_id|>\n\n");
				out.content(strip(message.content())).format("<|eot_id|>");
			}
			out.format(addGenerationPrompt ? "<|start_header_id|>assistant<|end_header_id|>\n\n" : "");
		}
	},

	CHATML("153280e3ff55d19da1398bdb3914ee2a51b80429bfaedde11d7d216c39db80f3") {
		@Override
		void write(List<ChatMessage> messages, boolean addGenerationPrompt, String bos, String eos, PromptWriter out) {
			for (ChatMessage message : messages) {
				out.format("<|im_start|>").format(message.role()).format("\n");
				out.content(message.content()).format("<|im_end|>\n");
			}
			out.format(addGenerationPrompt ? "<|im_start|>assistant\n" : "");
		}
	},

	/** ChatML with a system message of its own where there is none. */
	SMOLLM2("872be49dbb638044ad01b60388f48d469ff2980e5f0dccdc22ec907db54d0788") {
		@Override
		void write(List<ChatMessage> messages, boolean addGenerationPrompt, String bos, String eos, PromptWriter out) {
			if (!messages.getFirst().role().equals("system")) {
				out.format("<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face"
						+ "<|im_end|>\n");
			}
			CHATML.write(messages, addGenerationPrompt, bos, eos, out);
		}
	},

	/** Mistral 7B Instruct, v0.1 and v0.2. */
	MISTRAL("7e995b379ec01747807246483647cd99030abf331653f1119e16d7ac041a3495") {
		@Override
		boolean speaksFor(List<ChatMessage> messages) {
			return alternates(messages, false);
		}

		@Override
		void write(List<ChatMessage> messages, boolean addGenerationPrompt, String bos, String eos, PromptWriter out) {
			out.format(bos);
			for (ChatMessage message : messages) {
				if (message.role().equals("user")) {
					out.format("[INST] ").content(message.content()).format(" [/INST]");
				}
				else {
					out.content(message.content()).format(eos).format(" ");
				}
			}
		}
	};

	private final String sha256;

	BuiltInTemplate(String sha256) {
		this.sha256 = sha256;
	}

	/**
	 * The format for a file without a template.
	 */
	static BuiltInTemplate of(Vocabulary vocabulary) {
		if (vocabulary.id("<|start_header_id|>").isPresent()) {
			return LLAMA3;
		}
		return vocabulary.id("<|im_start|>").isPresent() ? CHATML : LLAMA2;
	}

	/**
	 * The format that a file's template describes, if it is a known one.
	 */
	static Optional<BuiltInTemplate> known(String template) {
		String hash = sha256(template);
		for (BuiltInTemplate format : values()) {
			if (format.sha256.equals(hash)) {
				return Optional.of(format);
			}
		}
		return Optional.empty();
	}

	private static String sha256(String text) {
		try {
			byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Whether {@link #write} does with these messages what the known template does; if
	 * not, the template itself is run.
	 */
	boolean speaksFor(List<ChatMessage> messages) {
		return true;
	}

	abstract void write(List<ChatMessage> messages, boolean addGenerationPrompt, String bos, String eos,
			PromptWriter out);

	private static boolean alternates(List<ChatMessage> messages, boolean system) {
		int first = (system && messages.getFirst().role().equals("system")) ? 1 : 0;
		for (int i = first; i < messages.size(); i++) {
			if (!messages.get(i).role().equals(((i - first) % 2 == 0) ? "user" : "assistant")) {
				return false;
			}
		}
		return true;
	}

	private static String strip(String text) {
		return PythonText.strip(text, null, true, true);
	}

}
