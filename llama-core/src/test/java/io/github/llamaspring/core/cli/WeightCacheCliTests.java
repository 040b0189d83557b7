package io.github.llamaspring.core.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("other-process")
class WeightCacheCliTests {

	@TempDir
	Path folder;

	private JsonNode generate(String limit, int warnings) throws Exception {
		Path model = this.folder.resolve("tiny.gguf");
		if (!Files.exists(model)) {
			assertThat(CliRun.of("", List.of("synth", "tiny", "q4_0", model.toString())).exit()).isZero();
		}
		CliRun run = CliRun.shell(limit + "; LLAMA_CACHE='" + this.folder.resolve("cache") + "' exec \"$@\"",
				List.of("generate", model.toString(), "--prompt-ids", "1,2,3", "--max-tokens", "3", "--temperature",
						"0", "--json", "--pack-cache"));
		assertThat(run.exit()).as(run.errors()).isZero();
		assertThat(run.errors().lines().filter((line) -> line.contains("not kept"))).hasSize(warnings);
		return JsonMapper.shared().readTree(run.out()).get("ids");
	}

	@Test
	void aFullDiskIsOneWarningAndLeavesNothingUsableBehind() throws Exception {
		// The limit of a file's size, in blocks of 512 or 1024 bytes, stands for the
		// disk.
		JsonNode without = generate("ulimit -f 1000", 1);
		assertThat(this.folder.resolve("cache/packed")).isDirectoryNotContaining("glob:**{.packed,.part}");
		assertThat(generate(":", 0)).isEqualTo(without);
		assertThat(this.folder.resolve("cache/packed")).isDirectoryContaining("glob:**.packed");
		assertThat(generate("ulimit -f 1000", 0)).isEqualTo(without);
	}

}
