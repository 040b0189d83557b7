package io.github.llamaspring.core.encoder;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.llamaspring.core.ModelOptions;
import io.github.llamaspring.core.SentenceEncoder;
import io.github.llamaspring.core.SentenceVector;
import io.github.llamaspring.core.TestFiles;
import io.github.llamaspring.core.TextType;
import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * multilingual-e5-small against its exact answers: weights dequantised, all else in
 * floats, in numpy.
 */
@Tag("other-process")
class GoldenVectorsTests {

	private static final String GOLDEN = "data/engine/e5.golden.json";

	/** What the bars ask for. */
	private static final double WORST = 0.9995;

	private static final double MEDIAN = 0.9999;

	@Test
	void tokensAreTheExactOnes() {
		JsonNode golden = cases(TestFiles.path(GOLDEN));
		try (EncoderFile pack = EncoderFile.open(TestFiles.encoder())) {
			for (JsonNode example : golden) {
				String text = type(example).prefix() + example.get("text").asString();
				assertThat(pack.tokenizer().encode(text)).as(text)
					.containsExactly(example.get("ids").valueStream().mapToInt(JsonNode::intValue).toArray());
			}
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 512, 256, 128 })
	void vectorsAreTheExactOnesWithVectorsOfEachWidth(int bits) throws Exception {
		assumeTrue(VectorShape.preferredShape().vectorBitSize() >= bits, "narrower machine");
		Path golden = TestFiles.path(GOLDEN);
		List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
				"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
				"-Dllama.kernels.tune=false", "-Dllama.vector.bits=" + bits, "-cp",
				System.getProperty("java.class.path"), Check.class.getName(), "VECTOR", golden.toString(),
				TestFiles.encoder().toString());
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(output).contains("vector-" + bits).contains("held: true");
	}

	@Test
	void theScalarTwinsShortOnesAreToo() {
		assertThat(Check.held(ModelOptions.KernelChoice.SCALAR, TestFiles.path(GOLDEN), TestFiles.encoder(), 12))
			.isTrue();
	}

	private static JsonNode cases(Path golden) {
		return JsonMapper.shared().readTree(golden.toFile()).get("cases");
	}

	private static TextType type(JsonNode example) {
		return example.get("type").asString().equals("query") ? TextType.QUERY : TextType.PASSAGE;
	}

	/** Prints how near the vectors come. */
	static final class Check {

		private Check() {
		}

		public static void main(String[] args) {
			boolean held = held(ModelOptions.KernelChoice.valueOf(args[0]), Path.of(args[1]), Path.of(args[2]),
					Integer.MAX_VALUE);
			System.out.println("held: " + held);
			System.exit(0);
		}

		/** Whether the bars hold for texts of no more than so many tokens. */
		static boolean held(ModelOptions.KernelChoice kernel, Path golden, Path model, int tokens) {
			List<Double> cosines = new ArrayList<>();
			try (SentenceEncoder encoder = SentenceEncoder.load(model, ModelOptions.DEFAULTS.withKernel(kernel))) {
				for (JsonNode example : cases(golden)) {
					if (example.get("ids").size() <= tokens) {
						cosines.add(cosine(encoder.encode(example.get("text").asString(), type(example)), example));
					}
				}
				cosines.sort(null);
				System.out.println(encoder.info().kernel() + ": " + cosines.size() + " texts, cosine at worst "
						+ cosines.getFirst() + ", in the median " + cosines.get(cosines.size() / 2));
			}
			return cosines.size() > 10 && cosines.getFirst() >= WORST && cosines.get(cosines.size() / 2) >= MEDIAN;
		}

		private static double cosine(SentenceVector vector, JsonNode example) {
			double sum = 0;
			for (int i = 0; i < vector.values().length; i++) {
				sum += vector.values()[i] * example.get("embedding").get(i).doubleValue();
			}
			return sum;
		}

	}

}
