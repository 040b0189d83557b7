package io.github.llamaspring.core.cli;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class BenchWordsTests {

	@Test
	void splitsAsAShellDoes() throws Exception {
		String command = """
				a  b'c d'e "f g"\\ h '' "" "\\"\\\\\\n" '\\' -m "it's"\t-x
				end""";
		Process shell = new ProcessBuilder("sh", "-c", "printf '<%s>' " + command.replace("\n", " ")).start();
		String expected = new String(shell.getInputStream().readAllBytes());
		String ours = "<" + String.join("><", BenchWords.split(command, true)) + ">";
		assertThat(ours).isEqualTo(expected);
	}

	@Test
	void aBackslashIsALetterOnWindows() {
		assertThat(BenchWords.split("C:\\bin\\llama-bench.exe \"C:\\my models\\m.gguf\"", false))
			.containsExactly("C:\\bin\\llama-bench.exe", "C:\\my models\\m.gguf");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  ", "a 'b", "a \"b", "a \\", "a | b", "a > b", "a $HOME", "a; b", "a `b`", "a & b" })
	void refusesWhatItCannotSplitOrWhatNeedsAShell(String command) {
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> BenchWords.split(command, true));
	}

	@Test
	void quotedCharactersOfTheShellAreLetters() {
		assertThat(BenchWords.split("a '|' \"&;\" \\$", true)).containsExactly("a", "|", "&;", "$");
	}

}
