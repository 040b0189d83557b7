package io.github.llamaspring.core.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.llamaspring.core.GenerationRequest;
import io.github.llamaspring.core.GenerationResult;
import io.github.llamaspring.core.LlamaModel;
import io.github.llamaspring.core.LlamaSession;
import io.github.llamaspring.core.ModelOptions;
import io.github.llamaspring.core.TokenProbability;
import io.github.llamaspring.core.gguf.GgmlType;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.WeightMatrix;
import io.github.llamaspring.core.tokenizer.Tokenizer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

@Tag("other-process")
class SynthCommandTests {

	@TempDir
	Path folder;

	@ParameterizedTest
	@ValueSource(strings = { "f16", "q8_0", "q4_0", "q4_k", "q6_k" })
	void writesAModelOfRandomWeightsThatAnswers(String type) throws Exception {
		Path out = synth(type, "m.gguf");
		try (LlamaModel model = LlamaModel.load(out, ModelOptions.DEFAULTS);
				LlamaSession session = model.newSession()) {
			GenerationRequest request = GenerationRequest.ofText("hello there")
				.withMaxTokens(3)
				.withTopLogprobs(2)
				.withForce(List.of(300, 400, 500));
			GenerationResult result = session.generate(request, null, null);
			assertThat(result.ids()).hasSize(3);
			// Weights of the right size spread the probability; exploding ones would not.
			assertThat(result.top()).allSatisfy((best) -> assertThat(best).extracting(TokenProbability::probability)
				.allMatch((p) -> p > 0 && p < 0.5));
			assertThat(model.contextLength()).isEqualTo(1024);
		}
		try (GgufFile file = GgufFile.open(out)) {
			Tokenizer tokenizer = Tokenizer.of(file);
			assertThat(tokenizer.size()).isEqualTo(32_000);
			assertThat(tokenizer.encode("abc", false)).hasSizeLessThan(3);
			assertThat(file.tensors()).hasSize(2 + 1 + 4 * 9);
		}
		assertThat(this.folder).isDirectoryNotContaining("glob:**.part");
	}

	@Test
	void isTheSameEachTime() throws Exception {
		assertThat(synth("q4_0", "a.gguf")).hasSameBinaryContentAs(synth("q4_0", "b.gguf"));
	}

	@ParameterizedTest
	@EnumSource(names = { "Q8_0", "Q4_0", "Q4_K", "Q6_K" })
	void scalesAreNormalHalfFloatsAndElementsHaveTheDeviationAskedFor(GgmlType type) {
		// The widest rows of the largest shape have the smallest weights.
		double deviation = 1 / Math.sqrt(SynthShape.LLAMA_13B.ffnDim());
		int elements = 1 << 16;
		byte[] bytes = new byte[(int) type.bytes(elements)];
		new SynthWeights(5).fill(bytes, bytes.length, type, deviation);
		ByteBuffer blocks = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
		int scale = (type == GgmlType.Q6_K) ? 208 : 0;
		for (int block = 0; block < bytes.length; block += type.blockBytes()) {
			assertThat(Float.float16ToFloat(blocks.getShort(block + scale))).isGreaterThanOrEqualTo(0x1p-14f);
		}
		float[] row = new float[elements];
		try (Arena arena = Arena.ofConfined()) {
			MemorySegment data = arena.allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
			Kernels.scalar().row(new WeightMatrix(type, data, 1, elements), 0, row, 0);
		}
		double squares = 0;
		double sum = 0;
		for (float value : row) {
			sum += value;
			squares += value * value;
		}
		assertThat(Math.sqrt(squares / elements)).isCloseTo(deviation, withPercentage(15));
		assertThat(sum / elements).isCloseTo(0, within(deviation / 5));
	}

	@Test
	void aFullDiskIsOneLineAndLeavesNothingBehind() throws Exception {
		Path out = this.folder.resolve("m.gguf");
		// The limit of a file's size, in blocks of 512 or 1024 bytes, stands for the
		// disk.
		CliRun run = CliRun.shell("ulimit -f 4000; exec \"$@\"", List.of("synth", "tiny", "q8_0", out.toString()));
		assertThat(run.exit()).isEqualTo(2);
		assertThat(run.errors().strip().lines()).last().asString().contains("error: ", "m.gguf", "cannot be written");
		assertThat(this.folder).isEmptyDirectory();
		for (Path bad : List.of(this.folder, this.folder.resolve("none/m.gguf"))) {
			CliRun refused = CliRun.of("", List.of("synth", "tiny", "q8_0", bad.toString()));
			assertThat(refused.exit()).isEqualTo(2);
			assertThat(refused.errors().strip().lines()).singleElement().asString().contains("folder");
		}
	}

	private Path synth(String type, String name) throws Exception {
		Path out = this.folder.resolve(name);
		CliRun run = CliRun.of("", List.of("synth", "tiny", type, out.toString(), "--json"));
		assertThat(run.exit()).as(run.errors()).isZero();
		assertThat(JsonMapper.shared().readTree(run.out()).get("bytes").longValue()).isEqualTo(Files.size(out));
		return out;
	}

}
