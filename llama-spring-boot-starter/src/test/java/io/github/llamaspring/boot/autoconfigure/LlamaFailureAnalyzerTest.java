package io.github.llamaspring.boot.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

import io.github.llamaspring.core.error.VectorModuleMissingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LlamaFailureAnalyzerTest {

	private static FailureAnalysis analyze(Throwable failure) {
		return SpringFactoriesLoader.forDefaultResourceLocation()
			// others need a bean factory
			.load(FailureAnalyzer.class, (type, name, failed) -> {
			})
			.stream()
			.filter((analyzer) -> analyzer.getClass().getPackage() == LlamaFailureAnalyzer.class.getPackage())
			.map((analyzer) -> analyzer.analyze(failure))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow();
	}

	private static FailureAnalysis startWith(String model) {
		FailureAnalysis[] analysis = new FailureAnalysis[1];
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LlamaAutoConfiguration.class))
			.withPropertyValues("llama.model=" + model)
			.run((context) -> analysis[0] = analyze(context.getStartupFailure()));
		return analysis[0];
	}

	@Test
	void saysWhichFileIsMissingAndWhatToDo() {
		FailureAnalysis analysis = startWith("file:/no/such/model.gguf");
		assertThat(analysis.getDescription()).contains("could not be loaded").contains("model.gguf");
		assertThat(analysis.getAction()).contains("llama.model").contains("llama.startup=background");
	}

	@Test
	void saysThatAFileIsNoModel(@TempDir Path folder) throws IOException {
		Path file = Files.writeString(folder.resolve("bad.gguf"), "<html>404 not found</html>");
		FailureAnalysis analysis = startWith("file:" + file);
		assertThat(analysis.getDescription()).contains("bad.gguf");
		assertThat(analysis.getAction()).contains("fetch it again");
	}

	@Test
	void anApplicationThatCannotStartPrintsIt(@TempDir Path folder) throws IOException {
		Path file = Files.writeString(folder.resolve("bad.gguf"), "<html>404 not found</html>");
		PrintStream before = System.out;
		ByteArrayOutputStream console = new ByteArrayOutputStream();
		System.setOut(new PrintStream(console, true, StandardCharsets.UTF_8));
		try {
			assertThatExceptionOfType(Exception.class)
				.isThrownBy(() -> new SpringApplicationBuilder(Started.class).web(WebApplicationType.NONE)
					.properties("llama.model=file:" + file)
					.run());
		}
		finally {
			System.setOut(before);
		}
		assertThat(console.toString(StandardCharsets.UTF_8)).contains("APPLICATION FAILED TO START", "Description:",
				"The Llama model could not be loaded: bad.gguf", "Action:", "fetch it again",
				"llama.startup=background");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Started {

	}

	@Test
	void saysWhatIsWrongWithAPolicy(@TempDir Path folder) throws IOException {
		Path policy = Files.writeString(folder.resolve("mine.yaml"), "policy: mine\nnonsense: true\n");
		FailureAnalysis[] analysis = new FailureAnalysis[1];
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LlamaAutoConfiguration.class))
			.withPropertyValues("llama.startup=background", "llama.guard.policy=" + policy)
			.withPropertyValues("llama.model=file:/no/such/model.gguf")
			.run((context) -> analysis[0] = analyze(context.getStartupFailure()));
		assertThat(analysis[0].getDescription()).contains("mine.yaml");
		assertThat(analysis[0].getAction()).contains("llama.guard.policy");
	}

	@Test
	void tellsTheEmbeddingModelFromTheOther(@TempDir Path folder) throws IOException {
		assertThat(startAndEmbed("/no/such/encoder.bin")).satisfies((analysis) -> {
			assertThat(analysis.getDescription()).contains("The embedding model could not be loaded")
				.contains("encoder.bin");
			assertThat(analysis.getAction()).contains("llama.embedding.model");
		});
		Path file = Files.writeString(folder.resolve("bad.gguf"), "<html>404 not found</html>");
		assertThat(startAndEmbed(file.toString()).getAction()).contains("llama.embedding.model")
			.contains("fetch it again");
	}

	private static FailureAnalysis startAndEmbed(String model) {
		FailureAnalysis[] analysis = new FailureAnalysis[1];
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LlamaEmbeddingAutoConfiguration.class))
			.withPropertyValues("llama.embedding.model=file:" + model)
			.withUserConfiguration(EmbedsAtTheStart.class)
			.run((context) -> analysis[0] = analyze(context.getStartupFailure()));
		return analysis[0];
	}

	@Configuration(proxyBeanMethods = false)
	static class EmbedsAtTheStart {

		@Bean
		SmartInitializingSingleton embedding(EmbeddingModel model) {
			return () -> model.embed("hello");
		}

	}

	@Test
	void namesTheFlagOfTheVectorModule() {
		FailureAnalysis analysis = analyze(
				new RuntimeException(new VectorModuleMissingException("no module jdk.incubator.vector")));
		assertThat(analysis.getAction()).contains("--add-modules=jdk.incubator.vector").contains("llama.kernel=auto");
	}

}
