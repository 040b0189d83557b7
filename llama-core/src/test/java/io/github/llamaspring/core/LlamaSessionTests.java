package io.github.llamaspring.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.llamaspring.core.chat.ChatMessage;
import io.github.llamaspring.core.error.CacheMemoryException;
import io.github.llamaspring.core.error.ContextLengthExceededException;
import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.sampling.SamplingOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

/**
 * Sessions on the real demo model.
 */
class LlamaSessionTests {

	private static final SamplingOptions GREEDY = SamplingOptions.DEFAULTS.greedy();

	private static LlamaModel model;

	@BeforeAll
	static void load() {
		model = LlamaModel.load(TestFiles.path(TestFiles.SMOLLM2), ModelOptions.DEFAULTS.withContextLength(512));
	}

	@AfterAll
	static void close() {
		if (model != null) {
			model.close();
		}
	}

	private static GenerationRequest greedy(String prompt, int tokens) {
		return GenerationRequest.ofText(prompt).withSampling(GREEDY).withMaxTokens(tokens);
	}

	private static GenerationResult generate(GenerationRequest request) {
		try (LlamaSession session = model.newSession()) {
			return session.generate(request, null, null);
		}
	}

	@Test
	void saysHowProbableTokensAreBehindAPrompt() {
		String prompt = "The capital of France is";
		GenerationResult generated = generate(greedy(prompt, 1).withTopLogprobs(3));
		try (LlamaSession session = model.newSession()) {
			List<Integer> ids = model.promptTokens(prompt);
			List<TokenProbability> top = generated.top().getFirst();
			List<Integer> asked = List.of(top.get(2).id(), top.get(0).id());
			NextTokens next = session.next(ids, asked, new Cancellation());
			assertThat(next.best()).isEqualTo(top.getFirst());
			assertThat(next.asked()).containsExactly(top.get(2), top.get(0));
			assertThat(next.usage().promptTokens()).isEqualTo(ids.size()).isEqualTo(generated.usage().promptTokens());
			assertThat(next.usage().cachedTokens()).isZero();
			NextTokens again = session.next(ids, asked, new Cancellation());
			assertThat(again.usage().cachedTokens()).isEqualTo(ids.size() - 1);
			assertThat(again.best().id()).isEqualTo(next.best().id());
			Cancellation cancelled = new Cancellation();
			cancelled.cancel();
			assertThat(session.next(model.promptTokens("Something else entirely"), asked, cancelled)).isNull();
			assertThatIllegalArgumentException()
				.isThrownBy(() -> session.next(ids, List.of(1_000_000), new Cancellation()))
				.withMessageContaining("1000000");
		}
		assertThat(model.tokenId("\u0120Paris")).isPresent();
		assertThat(model.tokenId("no such piece at all")).isEmpty();
	}

	@Test
	void answersAQuestion() {
		GenerationResult result = generate(
				GenerationRequest.ofChat(List.of(ChatMessage.user("What is the capital of France?")))
					.withSampling(GREEDY)
					.withMaxTokens(30));
		assertThat(result.text()).contains("Paris");
		assertThat(result.finishReason()).isEqualTo(FinishReason.STOP);
		assertThat(result.usage().completionTokens()).isEqualTo(result.ids().size());
	}

	@Test
	void theSameSeedGivesTheSameText() {
		GenerationRequest request = GenerationRequest.ofText("Once upon a time")
			.withMaxTokens(12)
			.withSampling(new SamplingOptions(1.2f, 0, 1, 0, 1, 0, 0, Map.of(), 7L));
		assertThat(generate(request).ids()).isEqualTo(generate(request).ids());
	}

	@Test
	void sessionsThatRunAtOnceAnswerAsIfAlone() throws Exception {
		List<String> prompts = List.of("One, two, three,", "The capital of Italy is", "def main():",
				"Monday, Tuesday,");
		List<String> alone = prompts.stream().map((prompt) -> generate(greedy(prompt, 12)).text()).toList();
		try (ExecutorService threads = Executors.newFixedThreadPool(prompts.size())) {
			List<Callable<String>> calls = new ArrayList<>();
			prompts.forEach((prompt) -> calls.add(() -> generate(greedy(prompt, 12)).text()));
			List<String> together = new ArrayList<>();
			for (Future<String> answer : threads.invokeAll(calls)) {
				together.add(answer.get());
			}
			assertThat(together).isEqualTo(alone);
		}
	}

	@Test
	void cancellingFromAnotherThreadStopsWithinATokenAndLeavesTheSessionUsable() {
		try (LlamaSession session = model.newSession()) {
			Cancellation cancellation = new Cancellation();
			AtomicInteger after = new AtomicInteger();
			GenerationResult result = session.generate(greedy("Count: 1, 2, 3,", 200), (id, text) -> {
				if (cancellation.isCancelled()) {
					after.incrementAndGet();
				}
				if (id >= 0 && text.contains("6")) {
					Thread other = new Thread(cancellation::cancel);
					other.start();
					join(other);
				}
			}, cancellation);
			assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
			assertThat(after).hasValue(0);
			assertThat(session.generate(greedy("The capital of Italy is", 5), null, null).text())
				.isEqualTo(generate(greedy("The capital of Italy is", 5)).text());
		}
	}

	@Test
	void cancellingBeforeThePromptIsComputedStopsAtOnce() {
		try (LlamaSession session = model.newSession()) {
			Cancellation cancellation = new Cancellation();
			cancellation.cancel();
			GenerationResult result = session.generate(greedy("word ".repeat(300), 10), null, cancellation);
			assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
			assertThat(result.ids()).isEmpty();
		}
	}

	@Test
	void cancellingWhileOthersComputeDoesNotWaitForThem() throws Exception {
		AtomicInteger tokens = new AtomicInteger();
		Cancellation stop = new Cancellation();
		try (ExecutorService threads = Executors.newFixedThreadPool(2); LlamaSession session = model.newSession()) {
			Future<?> busy = threads.submit(() -> {
				try (LlamaSession other = model.newSession()) {
					other.generate(greedy("1, 2, 3,", 400), (id, text) -> tokens.incrementAndGet(), stop);
				}
			});
			Cancellation cancelled = new Cancellation();
			cancelled.cancel();
			GenerationResult result = session.generate(greedy("word ".repeat(200), 10), null, cancelled);
			assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
			assertThat(tokens.get()).as("tokens of the other meanwhile").isLessThan(350);
			stop.cancel();
			busy.get();
		}
	}

	@Test
	void aSessionRefusesASecondThreadAndCanBeClearedAfterwards() {
		try (LlamaSession session = model.newSession()) {
			session.generate(greedy("1, 2, 3,", 3), (id, text) -> {
				assertThatIllegalStateException().isThrownBy(() -> session.generate(greedy("x", 1)))
					.withMessageContaining("another thread");
				assertThatIllegalStateException().isThrownBy(session::close);
				assertThatIllegalStateException().isThrownBy(session::clear);
			}, null);
			session.clear();
			assertThat(session.generate(greedy("1, 2, 3,", 3)).usage().cachedTokens()).isZero();
		}
	}

	@Test
	void keysAndValuesStayWithinTheirBudget() {
		ModelOptions options = ModelOptions.DEFAULTS.withMaxCacheBytes(4 << 20);
		try (LlamaModel small = LlamaModel.load(TestFiles.path(TestFiles.SMOLLM2), options)) {
			// A page of 64 positions is 1.4 MiB: two fit, three do not.
			try (LlamaSession first = small.newSession(); LlamaSession second = small.newSession()) {
				first.generate(greedy("word ".repeat(80), 1));
				assertThatExceptionOfType(CacheMemoryException.class)
					.isThrownBy(() -> second.generate(greedy("One", 1)))
					.withMessageContaining("maxCacheBytes");
				first.clear();
				assertThat(second.generate(greedy("One", 1)).ids()).hasSize(1);
			}
			assertThatExceptionOfType(LlamaException.class)
				.isThrownBy(() -> LlamaModel.load(TestFiles.path(TestFiles.SMOLLM2),
						ModelOptions.DEFAULTS.withMaxCacheBytes(1 << 20)))
				.withMessageContaining("maxCacheBytes");
		}
	}

	@Test
	void anExceptionOfTheListenerReachesTheCallerAndLeavesTheSessionUsable() {
		try (LlamaSession session = model.newSession()) {
			assertThatIllegalStateException().isThrownBy(() -> session.generate(greedy("One, two,", 9), (id, text) -> {
				throw new IllegalStateException("no more");
			}, null)).withMessage("no more");
			assertThat(session.generate(greedy("One, two,", 4), null, null).text())
				.isEqualTo(generate(greedy("One, two,", 4)).text());
		}
	}

	@Test
	void aStopStringAcrossTokensEndsTheTextBeforeIt() {
		StringBuilder shown = new StringBuilder();
		try (LlamaSession session = model.newSession()) {
			GenerationResult result = session.generate(greedy("1, 2, 3,", 60).withStop(List.of("7, 8", "zzz")),
					new TokenListener() {

						@Override
						public void onToken(int id, String text) {
							shown.append(text);
						}

						@Override
						public void onEnd(String text) {
							shown.append(text);
						}

					}, null);
			assertThat(result.finishReason()).isEqualTo(FinishReason.STOP_SEQUENCE);
			assertThat(result.text()).endsWith("6, ").doesNotContain("7");
			assertThat(shown).hasToString(result.text());
		}
	}

	@Test
	void whatAPromptSharesWithTheSequenceIsNotComputedAgain() {
		String start = "The quick brown fox jumps over the lazy dog. ".repeat(6);
		try (LlamaSession session = model.newSession()) {
			session.generate(greedy(start + "One", 4), null, null);
			GenerationResult second = session.generate(greedy(start + "Two", 6), null, null);
			GenerationResult cold = generate(greedy(start + "Two", 6));
			assertThat(second.usage().cachedTokens()).isGreaterThan(50).isLessThan(second.usage().promptTokens());
			assertThat(cold.usage().cachedTokens()).isZero();
			assertThat(second.text()).isEqualTo(cold.text());
		}
	}

	@Test
	void aPromptInBatchesGivesTheProbabilitiesOfTokenByToken() {
		List<Integer> ids = IntStream.range(0, 150).map((i) -> 300 + 37 * i % 4000).boxed().toList();
		GenerationResult batch = generate(GenerationRequest.ofTokens(ids).withMaxTokens(1).withTopLogprobs(10));
		GenerationResult single = generate(GenerationRequest.ofTokens(ids.subList(0, 1))
			.withForce(ids.subList(1, ids.size()))
			.withMaxTokens(ids.size()));
		assertThat(single.ids()).hasSize(ids.size() - 1);
		try (LlamaSession session = model.newSession()) {
			session.generate(GenerationRequest.ofTokens(ids.subList(0, 1))
				.withForce(ids.subList(1, ids.size()))
				.withMaxTokens(ids.size()), null, null);
			GenerationResult stepped = session
				.generate(GenerationRequest.ofTokens(ids).withMaxTokens(1).withTopLogprobs(10), null, null);
			assertThat(stepped.usage().cachedTokens()).isGreaterThan(140);
			for (int i = 0; i < 3; i++) {
				TokenProbability expected = batch.top().getFirst().get(i);
				assertThat(stepped.top().getFirst()).filteredOn((token) -> token.id() == expected.id())
					.singleElement()
					.extracting(TokenProbability::probability)
					.satisfies((p) -> assertThat(p).isCloseTo(expected.probability(),
							within(0.02f * expected.probability() + 1e-4f)));
			}
		}
	}

	@Test
	void aFullContextEndsTheAnswerAndALongerPromptIsRefused() {
		int context = model.contextLength();
		List<Integer> ids = IntStream.range(0, context - 3).map((i) -> 300 + i).boxed().toList();
		GenerationResult result = generate(GenerationRequest.ofTokens(ids)
			.withMaxTokens(50)
			.withForce(IntStream.range(400, 450).boxed().toList()));
		assertThat(result.finishReason()).isEqualTo(FinishReason.CONTEXT_FULL);
		assertThat(result.ids()).hasSize(4);
		List<Integer> longer = IntStream.range(0, context + 1).map((i) -> 300 + i).boxed().toList();
		assertThatExceptionOfType(ContextLengthExceededException.class)
			.isThrownBy(() -> generate(GenerationRequest.ofTokens(longer)))
			.withMessageContaining("513 tokens, the context 512");
	}

	@Test
	void badTokensAndEmptyPromptsAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> generate(GenerationRequest.ofTokens(List.of(1 << 20))))
			.withMessageContaining("outside the vocabulary of 49152");
		assertThatIllegalArgumentException().isThrownBy(() -> generate(GenerationRequest.ofTokens(List.of())))
			.withMessageContaining("no tokens");
	}

	@Test
	void oneThreadGivesWhatTwoGive() {
		GenerationRequest request = greedy("The three primary colours are", 10).withTopLogprobs(5);
		try (LlamaModel single = LlamaModel.load(TestFiles.path(TestFiles.SMOLLM2),
				ModelOptions.DEFAULTS.withThreads(1)); LlamaSession session = single.newSession()) {
			GenerationResult one = session.generate(request, null, null);
			GenerationResult two = generate(request);
			assertThat(one.ids()).isEqualTo(two.ids());
			for (int i = 0; i < one.ids().size(); i++) {
				assertThat(one.top().get(i).getFirst().probability())
					.isCloseTo(two.top().get(i).getFirst().probability(), within(2e-3f));
			}
		}
	}

	@Test
	void closingTheModelEndsARunningGeneration() throws Exception {
		LlamaModel other = LlamaModel.load(TestFiles.path(TestFiles.SMOLLM2), ModelOptions.DEFAULTS);
		LlamaSession session = other.newSession();
		try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
			GenerationResult result = thread
				.submit(() -> session.generate(greedy("1, 2, 3,", 400), (id, text) -> other.close(), null))
				.get();
			assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
		}
		assertThatIllegalStateException().isThrownBy(() -> session.generate(greedy("x", 1), null, null))
			.withMessageContaining("closed");
		session.close();
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
