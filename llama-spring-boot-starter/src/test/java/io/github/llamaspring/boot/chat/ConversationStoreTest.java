package io.github.llamaspring.boot.chat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

import io.github.llamaspring.boot.engine.ContextWindow.Exchange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConversationStoreTest {

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

	private final ConversationStore store = new ConversationStore(2, Duration.ofMinutes(10), this.now::get);

	@Test
	void forgetsTheLeastRecentlyUsedWhenFull() {
		this.store.findOrCreate("a");
		this.store.findOrCreate("b");
		this.store.find("a");
		this.store.findOrCreate("c");
		assertThat(this.store.find("a")).isPresent();
		assertThat(this.store.find("b")).isEmpty();
		assertThat(this.store.size()).isEqualTo(2);
	}

	@Test
	void forgetsWhatWasNotUsedForLong() {
		this.store.findOrCreate("a");
		this.now.set(Instant.EPOCH.plusSeconds(599));
		assertThat(this.store.find("a")).isPresent();
		this.now.set(Instant.EPOCH.plusSeconds(599 + 601));
		assertThat(this.store.find("a")).isEmpty();
	}

	@Test
	void aTurnThatEndsAfterAClearIsNotRemembered() {
		ConversationState state = this.store.findOrCreate("a");
		ConversationState.Snapshot before = state.snapshot();
		state.clear();
		state.remember(Exchange.of("question", "answer"), before.epoch());
		assertThat(state.history()).isEmpty();
	}

	@Test
	void countsWhatItForgot() {
		ConversationState state = this.store.findOrCreate("a");
		long epoch = state.snapshot().epoch();
		for (int i = 0; i < 4; i++) {
			state.remember(Exchange.of("q" + i, "a" + i), epoch);
		}
		state.forget(1, epoch);
		state.forget(3, epoch);
		assertThat(state.snapshot().forgotten()).isEqualTo(3);
		assertThat(state.history()).extracting("content").containsExactly("q3", "a3");
	}

}
