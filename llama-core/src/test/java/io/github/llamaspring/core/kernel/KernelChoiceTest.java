package io.github.llamaspring.core.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Which kernels a JVM gets, each case in a JVM of its own: the choice is made once.
 */
@Tag("other-process")
class KernelChoiceTest {

	private static final String FLAG = "--add-modules=jdk.incubator.vector";

	@ParameterizedTest
	@ValueSource(ints = { 256, 128 })
	void narrowerVectorsEqualScalar(int bits) throws Exception {
		assumeTrue(VectorShape.preferredShape().vectorBitSize() >= bits, "narrower machine");
		Run run = java(TwinCheck.class, List.of(FLAG, "-Dllama.vector.bits=" + bits), "vector-" + bits);
		assertThat(run.output()).contains("checked vector-" + bits);
		assertThat(run.exit()).isZero();
	}

	@Test
	void machinesWithoutAvx512GetTheirOwnWidth() throws Exception {
		assumeTrue(System.getProperty("os.arch").equals("amd64"), "an x86 option");
		assumeTrue(VectorShape.preferredShape().vectorBitSize() >= 256, "narrower machine");
		Run run = java(TwinCheck.class, List.of(FLAG, "-XX:UseAVX=2"), "vector-256");
		assertThat(run.output()).contains("checked vector-256");
		assertThat(run.exit()).isZero();
	}

	@Test
	void fallsBackWithOneWarningAndTheFlag() throws Exception {
		Run run = java(Choice.class, List.of(), "auto", "auto");
		assertThat(run.output()).containsOnlyOnce(FLAG).contains("scalar scalar");
	}

	@Test
	void demandedVectorsFailWithTheFlag() throws Exception {
		Run run = java(Choice.class, List.of(), "vector");
		assertThat(run.output()).contains("VectorModuleMissingException").contains(FLAG);
	}

	@Test
	void aJvmWithoutOptimisingCompilerGetsTheScalarTwin() throws Exception {
		Run run = java(Choice.class, List.of(FLAG, "-XX:TieredStopAtLevel=1"), "auto", "vector");
		assertThat(run.output()).contains("-XX:TieredStopAtLevel").contains("scalar").contains("VectorModuleMissing");
	}

	@Test
	void autoTakesVectors() throws Exception {
		Run run = java(Choice.class, List.of(FLAG), "auto", "scalar");
		assertThat(run.output()).contains("vector-").contains("scalar");
	}

	@Test
	void refusesUnknownWidths() throws Exception {
		Run run = java(Choice.class, List.of(FLAG, "-Dllama.vector.bits=384"), "vector", "auto");
		assertThat(run.output()).contains("IllegalArgumentException")
			.contains("\"384\"")
			.contains("512, 256 or 128")
			.doesNotContain("vector-");
	}

	private static Run java(Class<?> main, List<String> options, String... args)
			throws IOException, InterruptedException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.add("-Xmx512m");
		command.add("-Dllama.kernels.tune=false");
		command.addAll(options);
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
		command.addAll(List.of(args));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		return new Run(process.waitFor(), output);
	}

	private record Run(int exit, String output) {
	}

	/** Prints the names of the kernels it gets, or what was thrown. */
	static final class Choice {

		private Choice() {
		}

		public static void main(String[] args) {
			for (String arg : args) {
				try {
					Kernels kernels = switch (arg) {
						case "auto" -> Kernels.auto();
						case "vector" -> Kernels.vector();
						default -> Kernels.scalar();
					};
					System.out.print(kernels.name() + " ");
				}
				catch (RuntimeException ex) {
					System.out.println(ex);
				}
			}
		}

	}

}
