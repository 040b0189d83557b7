package io.github.llamaspring.boot.chat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.github.llamaspring.boot.TestEngine;
import io.github.llamaspring.boot.guard.GuardedEngine;
import io.github.llamaspring.boot.guard.Moderation;
import io.github.llamaspring.boot.resilience.EngineGate;
import io.github.llamaspring.guard.Finding;
import io.github.llamaspring.guard.Guard;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the guard knows of an answer's surroundings, with the real model.
 */
class AnswerSurroundingsTest {

	private static final String QUESTION = "What is the capital of France?";

	private final EngineGate gate = TestEngine.gate(1, 16);

	@TempDir
	private Path folder;

	@AfterEach
	void closeGate() {
		this.gate.close();
	}

	private ChatReply chat(String policy, ChatTurn turn) throws IOException {
		Guard guard = Guard
			.load(Files.writeString(this.folder.resolve("p.yaml"), "policy: p\nextends: llama2-aup\n" + policy + "\n"));
		GuardedEngine guarded = new GuardedEngine(this.gate, Moderation.of(guard, (stage, verdict) -> {
		}));
		ChatSettings settings = new ChatSettings(null, 12, TestEngine.GREEDY, List.of(), 100, Duration.ofMinutes(5),
				Duration.ofMinutes(2), null);
		return ChatFacade.of(TestEngine.engine(), guarded, settings).chat(turn);
	}

	@Test
	void instructionsAreNotTold() throws IOException {
		ChatReply reply = chat("leak: {words: 6}",
				ChatTurn.of("a", QUESTION).withSystem("You know that the capital of France is Paris."));
		assertThat(reply.moderation().rule()).isEqualTo("answer.leak");
		assertThat(reply.text()).doesNotContain("Paris");
	}

	@Test
	void answersAreHeldAgainstTheirSources() throws IOException {
		ChatReply reply = chat("groundedness: {action: flag}",
				ChatTurn.of("b", QUESTION).withContext("The capital of Italy is Rome.").withLanguage("en"));
		assertThat(reply.text()).contains("Paris");
		assertThat(reply.moderation().findings()).extracting(Finding::rule).contains("grounded.name");
	}

}
