package io.github.llamaspring.boot.ai;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.boot.resilience.EngineGate;
import io.github.llamaspring.boot.resilience.GateListener;
import io.github.llamaspring.boot.resilience.GateRequest;
import io.github.llamaspring.boot.resilience.Outcome;
import io.github.llamaspring.boot.resilience.Ticket;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.MessageAggregator;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.observation.ChatModelObservationConvention;
import org.springframework.ai.chat.observation.ChatModelObservationDocumentation;
import org.springframework.ai.chat.observation.DefaultChatModelObservationConvention;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;

/**
 * The engine as a Spring AI chat model, <strong>without</strong> moderation: what an
 * application injects is the guarded decorator around it. Cancelling a stream, or
 * interrupting a call, stops the engine within a token. Thread-safe.
 */
public final class LlamaChatModel implements ChatModel {

	/** Name of the provider in observations. */
	public static final String PROVIDER = "llama_java";

	private static final ChatModelObservationConvention CONVENTION = new DefaultChatModelObservationConvention();

	private final LlamaEngine engine;

	private final EngineGate gate;

	private final LlamaChatOptions defaults;

	private final PromptTranslator translator;

	private final Duration callWait;

	private final ObservationRegistry observations;

	private final @Nullable ChatModelObservationConvention convention;

	/**
	 * @param defaults what a prompt does not say
	 * @param callWait how long {@link #call} waits in the queue
	 */
	public LlamaChatModel(LlamaEngine engine, EngineGate gate, LlamaChatOptions defaults, Duration callWait,
			ObservationRegistry observations, @Nullable ChatModelObservationConvention convention) {
		this.engine = engine;
		this.gate = gate;
		this.defaults = defaults;
		this.translator = new PromptTranslator(defaults);
		this.callWait = callWait;
		this.observations = observations;
		this.convention = convention;
	}

	@Override
	public ChatOptions getOptions() {
		return this.defaults;
	}

	@Override
	public ChatResponse call(Prompt given) {
		Prompt prompt = this.translator.complete(given);
		ChatModelObservationContext context = context(prompt, false);
		return ChatModelObservationDocumentation.CHAT_MODEL_OPERATION
			.observation(this.convention, CONVENTION, () -> context, this.observations)
			.observeChecked(() -> {
				ChatResponse response = generate(prompt);
				context.setResponse(response);
				return response;
			});
	}

	private ChatResponse generate(Prompt prompt) {
		Responses responses = new Responses(this.engine.reference(), UUID.randomUUID().toString());
		StringBuilder text = new StringBuilder();
		CompletableFuture<ChatResponse> end = new CompletableFuture<>();
		Ticket ticket = this.gate.submit(new GateRequest(this.translator.translate(prompt), null, this.callWait),
				new GateListener() {

					@Override
					public boolean onText(String piece) {
						text.append(piece);
						return true;
					}

					@Override
					public void onCompleted(Outcome outcome) {
						end.complete(responses.last(text.toString(), outcome));
					}

					@Override
					public void onFailed(Throwable failure) {
						end.completeExceptionally(failure);
					}
				});
		return ticket.await(end);
	}

	@Override
	public Flux<ChatResponse> stream(Prompt given) {
		return Flux.deferContextual((view) -> {
			Prompt prompt = this.translator.complete(given);
			ChatModelObservationContext context = context(prompt, true);
			Observation observation = ChatModelObservationDocumentation.CHAT_MODEL_OPERATION
				.observation(this.convention, CONVENTION, () -> context, this.observations);
			observation.parentObservation(view.getOrDefault(ObservationThreadLocalAccessor.KEY, null)).start();
			Flux<ChatResponse> pieces = pieces(prompt).doOnError(observation::error)
				.doFinally((_) -> observation.stop())
				.contextWrite((ctx) -> ctx.put(ObservationThreadLocalAccessor.KEY, observation));
			return new MessageAggregator().aggregate(pieces, context::setResponse);
		});
	}

	private Flux<ChatResponse> pieces(Prompt prompt) {
		Responses responses = new Responses(this.engine.reference(), UUID.randomUUID().toString());
		return Flux.create((sink) -> {
			Ticket ticket = this.gate.submit(new GateRequest(this.translator.translate(prompt), null, null),
					new GateListener() {

						@Override
						public boolean onText(String piece) {
							sink.next(responses.piece(piece));
							return !sink.isCancelled();
						}

						@Override
						public void onCompleted(Outcome outcome) {
							sink.next(responses.last("", outcome));
							sink.complete();
						}

						@Override
						public void onFailed(Throwable failure) {
							sink.error(failure);
						}
					});
			sink.onDispose(ticket::cancel);
		});
	}

	private static ChatModelObservationContext context(Prompt prompt, boolean streaming) {
		return ChatModelObservationContext.builder().prompt(prompt).provider(PROVIDER).streaming(streaming).build();
	}

}
