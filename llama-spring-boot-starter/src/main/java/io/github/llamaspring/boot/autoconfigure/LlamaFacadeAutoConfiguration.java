package io.github.llamaspring.boot.autoconfigure;

import io.github.llamaspring.boot.chat.ChatFacade;
import io.github.llamaspring.boot.chat.ChatSettings;
import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.guard.GuardedEngine;
import io.github.llamaspring.boot.summary.SummaryFacade;
import io.github.llamaspring.boot.vr.VrDialogueFacade;
import io.github.llamaspring.boot.vr.VrSettings;
import io.github.llamaspring.core.sampling.SamplingOptions;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * The facades, where our engine is.
 */
@AutoConfiguration(after = LlamaAutoConfiguration.class)
@ConditionalOnBean({ LlamaEngine.class, GuardedEngine.class, LlamaProperties.class })
public final class LlamaFacadeAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnProperty(name = "llama.chat.enabled", matchIfMissing = true)
	ChatFacade llamaChatFacade(LlamaEngine engine, GuardedEngine guarded, LlamaProperties properties) {
		LlamaProperties.Chat chat = properties.chat();
		LlamaProperties.Memory memory = properties.memory();
		return ChatFacade.of(engine, guarded,
				new ChatSettings(chat.system(), chat.maxTokens(), sampling(chat), chat.stop(),
						memory.maxConversations(), memory.expiry(), properties.resilience().callWait(),
						properties.guard().language()));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnProperty(name = "llama.summary.enabled", matchIfMissing = true)
	SummaryFacade llamaSummaryFacade(LlamaEngine engine, GuardedEngine guarded, LlamaProperties properties) {
		return SummaryFacade.of(engine, guarded, sampling(properties.chat()), properties.summary().maxTokens());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnProperty(name = "llama.vr.enabled", matchIfMissing = true)
	VrDialogueFacade llamaVrDialogueFacade(LlamaEngine engine, GuardedEngine guarded, LlamaProperties properties) {
		LlamaProperties.Vr vr = properties.vr();
		return VrDialogueFacade.of(engine, guarded,
				new VrSettings(sampling(properties.chat()), vr.maxTokens(), vr.maxSessions(), vr.expiry()));
	}

	private static SamplingOptions sampling(LlamaProperties.Chat chat) {
		return new SamplingOptions((float) chat.temperature(), chat.topK(), (float) chat.topP(), (float) chat.minP(),
				(float) chat.repetitionPenalty(), (float) chat.presencePenalty(), (float) chat.frequencyPenalty(),
				SamplingOptions.DEFAULTS.logitBias(), chat.seed());
	}

}
