package io.github.llamaspring.core.encoder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.llamaspring.core.TestFiles;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.WorkerPool;
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

	@Test
	void vectorsAreTheExactOnes() {
		JsonNode golden = JsonMapper.shared().readTree(TestFiles.path("data/engine/e5.golden.json").toFile());
		try (EncoderPack pack = EncoderPack.open(Path.of(System.getenv("LLAMA_ENCODER_MODEL")));
				WorkerPool pool = new WorkerPool(2);
				BertEncoder encoder = new BertEncoder(pack, Kernels.vector(), pool, 1024)) {
			List<Double> cosines = new ArrayList<>();
			for (JsonNode example : golden.get("cases")) {
				int[] ids = example.get("ids").valueStream().mapToInt(JsonNode::intValue).toArray();
				double[] sum = new double[384];
				int most = pack.config().positions() - 2;
				for (int a = 0; a < Math.max(1, ids.length); a += most) {
					int[] part = Arrays.copyOfRange(ids, a, Math.min(ids.length, a + most));
					int[] window = new int[part.length + 2];
					window[0] = pack.config().first();
					window[part.length + 1] = pack.config().last();
					System.arraycopy(part, 0, window, 1, part.length);
					long t0 = System.nanoTime();
					float[] mean = encoder.encode(List.of(window))[0];
					System.out.println(window.length + " tokens: " + (System.nanoTime() - t0) / 1000 + " us");
					for (int i = 0; i < 384; i++) {
						sum[i] += Math.max(1, part.length) * mean[i];
					}
				}
				double dot = 0;
				double squares = 0;
				for (int i = 0; i < 384; i++) {
					dot += sum[i] * example.get("embedding").get(i).doubleValue();
					squares += sum[i] * sum[i];
				}
				cosines.add(dot / Math.sqrt(squares));
			}
			cosines.sort(null);
			System.out.println("cosine worst " + cosines.getFirst() + ", median " + cosines.get(cosines.size() / 2));
			assertThat(cosines.getFirst()).isGreaterThan(0.9995);
		}
	}

}
