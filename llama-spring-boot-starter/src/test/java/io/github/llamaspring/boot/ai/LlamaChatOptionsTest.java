package io.github.llamaspring.boot.ai;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

import io.github.llamaspring.core.GenerationRequest;

import static org.assertj.core.api.Assertions.assertThat;

class LlamaChatOptionsTest {

	private final LlamaChatOptions defaults = LlamaChatOptions.builder()
		.model("demo")
		.maxTokens(64)
		.temperature(0.5)
		.minP(0.1)
		.seed(7L)
		.stopSequences(List.of("END"))
		.build();

	@Test
	void mutateKeepsEverything() {
		LlamaChatOptions options = this.defaults.mutate().topK(3).topP(0.9).repetitionPenalty(1.1).build();
		assertThat(options.mutate().build()).isEqualTo(options).hasSameHashCodeAs(options);
		assertThat(options.getSeed()).isEqualTo(7);
		assertThat(options.getStopSequences()).containsExactly("END");
	}

	@Test
	void foreignOptionsArePutOverTheDefaults() {
		PromptTranslator translator = new PromptTranslator(this.defaults);
		Prompt prompt = translator.complete(new Prompt("hi", ChatOptions.builder().maxTokens(3).build()));
		GenerationRequest request = translator.translate(prompt);
		assertThat(request.maxTokens()).isEqualTo(3);
		assertThat(request.sampling().temperature()).isEqualTo(0.5f);
		assertThat(request.sampling().minP()).isEqualTo(0.1f);
		assertThat(request.sampling().seed()).isEqualTo(7L);
	}

	@Test
	void stopStringsThatAreThereTwiceCountOnce() {
		PromptTranslator translator = new PromptTranslator(this.defaults);
		Prompt prompt = translator.complete(new Prompt(new UserMessage("hi"), this.defaults));
		assertThat(translator.translate(prompt).stop()).containsExactly("END");
	}

}
