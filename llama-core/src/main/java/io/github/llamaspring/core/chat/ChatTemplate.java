package io.github.llamaspring.core.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.github.llamaspring.core.error.ChatTemplateException;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.tokenizer.Surrogates;
import io.github.llamaspring.core.tokenizer.Tokenizer;
import io.github.llamaspring.core.tokenizer.Vocabulary;
import org.jspecify.annotations.Nullable;

/**
 * Turns a conversation into a prompt by the template in the model's file, or, where it
 * has none, by the Llama-2, Llama-3 or ChatML format, whichever the vocabulary is made
 * for. A file's template is a stranger's program and runs in a sandbox with limits.
 * Immutable and thread-safe.
 */
public final class ChatTemplate {

	private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");

	private final @Nullable String source;

	/** For files without a template and those with a well-known one. */
	private final @Nullable BuiltInTemplate builtIn;

	private final Vocabulary vocabulary;

	private final PromptShadow shadow;

	private final String bos;

	private final String eos;

	ChatTemplate(@Nullable String source, Vocabulary vocabulary) {
		this.source = (source != null) ? JinjaText.adapted(source) : null;
		this.builtIn = (source != null) ? BuiltInTemplate.known(source).orElse(null) : BuiltInTemplate.of(vocabulary);
		this.vocabulary = vocabulary;
		this.shadow = new PromptShadow(vocabulary);
		this.bos = piece(vocabulary, vocabulary.bos());
		this.eos = piece(vocabulary, vocabulary.eos());
	}

	/**
	 * The template of a file ({@code tokenizer.chat_template}).
	 */
	public static ChatTemplate of(GgufFile file) {
		return of(file, Vocabulary.from(file));
	}

	/**
	 * The template of a file whose vocabulary is already read.
	 */
	public static ChatTemplate of(GgufFile file, Vocabulary vocabulary) {
		String source = file.string("tokenizer.chat_template").filter((text) -> !text.isBlank()).orElse(null);
		return new ChatTemplate(source, vocabulary);
	}

	private static String piece(Vocabulary vocabulary, OptionalInt id) {
		return id.isPresent() ? vocabulary.piece(id.getAsInt()) : "";
	}

	/**
	 * The prompt as text, to look at: in it a user's text and the template's cannot be
	 * told apart, so what the model reads comes from {@link #encode}.
	 * @param addGenerationPrompt whether the beginning of the assistant's answer is added
	 * @throws IllegalArgumentException if there are no messages or a role is unknown
	 * @throws ChatTemplateException if the template refuses the messages, fails or
	 * exceeds a limit
	 */
	public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
		List<ChatMessage> clean = clean(messages);
		BuiltInTemplate format = format(clean);
		return (format != null) ? write(format, clean, addGenerationPrompt).text()
				: run(clean, addGenerationPrompt, List.of((content) -> content)).getFirst();
	}

	/**
	 * The prompt as token ids, with BOS where the file asks for it and the template wrote
	 * none. Only the template's own text becomes control tokens; a message's text never
	 * does, whatever it contains.
	 * @param addGenerationPrompt whether the beginning of the assistant's answer is added
	 * @throws IllegalArgumentException if there are no messages or a role is unknown
	 * @throws ChatTemplateException if the template refuses the messages, fails, exceeds
	 * a limit, or changes them in a way that hides where a user's text is
	 */
	public int[] encode(List<ChatMessage> messages, boolean addGenerationPrompt, Tokenizer tokenizer) {
		if (tokenizer.size() != this.vocabulary.size()) {
			throw new IllegalArgumentException("The tokenizer is another model's: %d tokens instead of %d"
				.formatted(tokenizer.size(), this.vocabulary.size()));
		}
		PromptShadow.Prompt prompt = prompt(messages, addGenerationPrompt);
		int[] ids = tokenizer.encode(prompt.text(), prompt.user());
		OptionalInt first = tokenizer.bos();
		if (!tokenizer.addBos() || first.isEmpty() || (ids.length > 0 && ids[0] == first.getAsInt())) {
			return ids;
		}
		int[] withBos = new int[ids.length + 1];
		withBos[0] = first.getAsInt();
		System.arraycopy(ids, 0, withBos, 1, ids.length);
		return withBos;
	}

	private PromptShadow.Prompt prompt(List<ChatMessage> messages, boolean addGenerationPrompt) {
		List<ChatMessage> clean = clean(messages);
		BuiltInTemplate format = format(clean);
		if (format != null) {
			return write(format, clean, addGenerationPrompt);
		}
		List<String> rendered = run(clean, addGenerationPrompt,
				List.of((content) -> content, (content) -> this.shadow.cover(content, Set.of())));
		String expected = rendered.getFirst();
		PromptShadow.Prompt prompt = this.shadow.reveal(rendered.getLast());
		if (!prompt.text().equals(expected)) {
			// The template decides by what is in a message; let it see what it looks for.
			Set<String> kept = this.shadow.harmlessLiterals(Objects.requireNonNull(this.source));
			prompt = this.shadow.reveal(
					run(clean, addGenerationPrompt, List.of((content) -> this.shadow.cover(content, kept))).getFirst());
		}
		if (!prompt.text().equals(expected)) {
			throw new ChatTemplateException("The chat template changes the text of these messages so that it cannot be "
					+ "told from control tokens; use another template");
		}
		return prompt;
	}

	/**
	 * The format that says without Jinja what the file's template says, if there is one.
	 */
	private @Nullable BuiltInTemplate format(List<ChatMessage> messages) {
		BuiltInTemplate format = this.builtIn;
		return (format != null && (this.source == null || format.speaksFor(messages))) ? format : null;
	}

	private PromptShadow.Prompt write(BuiltInTemplate format, List<ChatMessage> messages, boolean addGenerationPrompt) {
		PromptWriter out = new PromptWriter();
		format.write(messages, addGenerationPrompt, this.bos, this.eos, out);
		return out.prompt();
	}

	private static List<ChatMessage> clean(List<ChatMessage> messages) {
		if (messages.isEmpty()) {
			throw new IllegalArgumentException("A conversation needs at least one message");
		}
		List<ChatMessage> clean = new ArrayList<>(messages.size());
		for (ChatMessage message : messages) {
			if (!ROLES.contains(message.role())) {
				throw new IllegalArgumentException(
						"Unknown role '%s': roles are system, user, assistant and tool".formatted(message.role()));
			}
			clean.add(new ChatMessage(message.role(), Surrogates.replaceLone(message.content())));
		}
		return clean;
	}

	/** Runs the file's template once for each form of the messages' text. */
	private List<String> run(List<ChatMessage> messages, boolean addGenerationPrompt,
			List<UnaryOperator<String>> forms) {
		long size = messages.stream().mapToLong((message) -> message.content().length()).sum();
		return JinjaSandbox.shared()
			.render(Objects.requireNonNull(this.source),
					forms.stream().map((form) -> variables(messages, addGenerationPrompt, form)).toList(), size);
	}

	private Map<String, @Nullable Object> variables(List<ChatMessage> messages, boolean addGenerationPrompt,
			UnaryOperator<String> form) {
		List<Map<String, Object>> list = new ArrayList<>(messages.size());
		for (ChatMessage message : messages) {
			Map<String, Object> map = new LinkedHashMap<>();
			map.put("role", message.role());
			map.put("content", form.apply(message.content()));
			list.add(map);
		}
		Map<String, @Nullable Object> variables = new LinkedHashMap<>();
		variables.put("messages", list);
		variables.put("add_generation_prompt", addGenerationPrompt);
		variables.put("bos_token", this.bos);
		variables.put("eos_token", this.eos);
		// Templates ask whether these functions are defined before they call them.
		variables.put("raise_exception", true);
		variables.put("strftime_now", true);
		return variables;
	}

}
