package io.github.llamaspring.guard.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class EncoderProcessTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static String command(String mode) {
		return "\"" + Path.of(System.getProperty("java.home"), "bin", "java") + "\" -Xshare:auto -cp '"
				+ System.getProperty("java.class.path") + "' " + Program.class.getName() + " " + mode;
	}

	@Test
	void splitsACommandAsAShellDoes() {
		assertThat(EncoderProcess.words(" a  'b c' \"d 'e'\" f\"g h\"i '' ")).containsExactly("a", "b c", "d 'e'",
				"fg hi", "");
	}

	@Test
	void givesTheVectorsOfManyTextsInOrder() throws Exception {
		List<String> texts = IntStream.range(0, 3000).mapToObj((i) -> "é\ud800 ".repeat(i % 50) + i).toList();
		try (EncoderProcess encoder = EncoderProcess.start(command("length"), LIMIT)) {
			List<float[]> vectors = encoder.encode(texts);
			for (int i = 0; i < texts.size(); i++) {
				assertThat(vectors.get(i)).containsExactly(texts.get(i).length(), 1);
			}
			assertThat(encoder.encode(List.of("ab")).getFirst()).containsExactly(2, 1);
			assertThat(encoder.encode(List.of())).isEmpty();
		}
	}

	@Test
	void aRefusedTextIsAnErrorAndTheNextOneIsServed() throws Exception {
		try (EncoderProcess encoder = EncoderProcess.start(command("length"), LIMIT)) {
			assertThatIllegalArgumentException().isThrownBy(() -> encoder.encode(List.of("a", "refuse me", "b")))
				.withMessageContaining("no such text");
			assertThat(encoder.encode(List.of("abc")).getFirst()).containsExactly(3, 1);
		}
	}

	@Test
	void aProgramThatEndsHangsOrTalksNonsenseIsAnError() throws Exception {
		try (EncoderProcess encoder = EncoderProcess.start(command("end"), LIMIT)) {
			assertThatIllegalStateException().isThrownBy(() -> encoder.encode(List.of("a")))
				.withMessageContaining("ended");
			assertThatIllegalStateException().isThrownBy(() -> encoder.encode(List.of("a")));
		}
		try (EncoderProcess encoder = EncoderProcess.start(command("hang"), Duration.ofMillis(700))) {
			assertThatIllegalStateException().isThrownBy(() -> encoder.encode(List.of("a")))
				.withMessageContaining("did not reply within PT0.7S");
		}
		try (EncoderProcess encoder = EncoderProcess.start(command("nonsense"), LIMIT)) {
			assertThatIllegalStateException().isThrownBy(() -> encoder.encode(List.of("a")))
				.withMessageContaining("no JSON");
		}
	}

	/** Speaks the protocol: a text's vector is its length and 1. */
	static final class Program {

		private Program() {
		}

		public static void main(String[] args) throws Exception {
			BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
			for (String line = in.readLine(); line != null; line = in.readLine()) {
				switch (args[0]) {
					case "end" -> System.exit(3);
					case "hang" -> Thread.sleep(60_000);
					case "nonsense" -> System.out.println("nonsense");
					default -> System.out.println(reply(line));
				}
			}
		}

		private static String reply(String line) throws IOException {
			JsonNode request = JsonMapper.shared().readTree(line);
			String text = request.get("text").stringValue();
			if (!request.get("type").stringValue().equals("query") || text.startsWith("refuse")) {
				return "{\"error\":\"no such text\"}";
			}
			return "{\"embedding\":[" + text.length() + ",1],\"tokens\":1}";
		}

	}

}
