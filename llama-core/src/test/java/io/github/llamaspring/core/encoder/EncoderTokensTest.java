package io.github.llamaspring.core.encoder;

import java.nio.file.Path;

import io.github.llamaspring.core.TestFiles;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class EncoderTokensTest {

	@Test
	void tokensAreTheExactOnes() {
		JsonNode golden = JsonMapper.shared().readTree(TestFiles.path("data/engine/e5.golden.json").toFile());
		long t0 = System.nanoTime();
		try (EncoderPack pack = EncoderPack.open(Path.of(System.getenv("LLAMA_ENCODER_MODEL")))) {
			System.out.println("opened in " + (System.nanoTime() - t0) / 1_000_000 + " ms");
			for (JsonNode example : golden.get("cases")) {
				int[] ids = pack.tokenizer()
					.encode(example.get("type").asString() + ": " + example.get("text").asString());
				assertThat(ids).as(example.get("text").asString())
					.containsExactly(example.get("ids").valueStream().mapToInt(JsonNode::intValue).toArray());
			}
		}
	}

}
