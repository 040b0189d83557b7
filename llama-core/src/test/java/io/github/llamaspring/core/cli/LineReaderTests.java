package io.github.llamaspring.core.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.github.llamaspring.core.cli.LineReader.LineTooLongException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LineReaderTests {

	private static LineReader of(String text, int limit) {
		return new LineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), limit);
	}

	@Test
	void readsLinesWithAnyEndAndWithoutMark() throws IOException {
		LineReader lines = of("\ufeffü\r\n\n\ufeffb\nlast", 10);
		assertThat(lines.next()).isEqualTo("ü");
		assertThat(lines.next()).isEmpty();
		assertThat(lines.next()).isEqualTo("\ufeffb");
		assertThat(lines.next()).isEqualTo("last");
		assertThat(lines.next()).isNull();
		assertThat(lines.next()).isNull();
	}

	@Test
	void linesAcrossBuffersAreWhole() throws IOException {
		String line = "ab".repeat(100_000);
		LineReader lines = of(line + "\n" + line, 200_000);
		assertThat(lines.next()).isEqualTo(line);
		assertThat(lines.next()).isEqualTo(line);
		assertThat(lines.next()).isNull();
	}

	@Test
	void longLinesAreSkipped() throws IOException {
		LineReader lines = of("x".repeat(200_001) + "\ny\n" + "z".repeat(200_001), 200_000);
		assertThatExceptionOfType(LineTooLongException.class).isThrownBy(lines::next).withMessageContaining("200000");
		assertThat(lines.next()).isEqualTo("y");
		assertThatExceptionOfType(LineTooLongException.class).isThrownBy(lines::next);
		assertThat(lines.next()).isNull();
	}

}
