package io.github.llamaspring.guard.classify;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class HeadFileTests {

	private static LinearHead head() {
		byte[] weights = new byte[HashedFeatures.BUCKETS];
		weights[5] = 100;
		weights[7] = -100;
		return new LinearHead(Head.HARM, weights, 0.01f, -1, new TreeMap<>(
				Map.of("*", new Calibration(1, 0, 1, 2), "de", new Calibration(1.5f, -0.5f, 0.5f, 2.5f))));
	}

	@Test
	void readsWhatItWrote() {
		LinearHead read = HeadFile.readHead("harm.head", HeadFile.write(head()), Head.HARM);
		assertThat(read.weights()).isEqualTo(head().weights());
		assertThat(read.scale()).isEqualTo(0.01f);
		assertThat(read.bias()).isEqualTo(-1);
		assertThat(read.calibrations()).isEqualTo(head().calibrations());
		assertThat(read.calibration("pt", false)).isEqualTo(head().calibration("*", false));
	}

	@Test
	void isAQuarterOfAMegabyteAndAHeader() {
		assertThat(HeadFile.write(head())).hasSizeLessThan(256 * 1024 + 512);
	}

	@Test
	void saysWhichFileIsCutOff() {
		byte[] bytes = HeadFile.write(head());
		for (int length : new int[] { 0, 3, 10, 40, bytes.length - 1 }) {
			assertThatThrownBy(() -> HeadFile.readHead("harm.head", Arrays.copyOf(bytes, length), Head.HARM))
				.isInstanceOf(HeadFormatException.class)
				.hasMessageContaining("harm.head")
				.hasMessageContaining("cut off");
		}
	}

	@Test
	void noticesEveryChangedByte() {
		byte[] bytes = HeadFile.write(head());
		for (int at : List.of(0, 6, 9, 20, 30, 60, 100_000, bytes.length - 1)) {
			byte[] damaged = bytes.clone();
			damaged[at] ^= 0x11;
			assertThatThrownBy(() -> HeadFile.readHead("harm.head", damaged, Head.HARM)).as("byte " + at)
				.isInstanceOf(HeadFormatException.class)
				.hasMessageContaining("harm.head");
		}
	}

	@Test
	void namesAVersionItCannotRead() {
		byte[] bytes = HeadFile.write(head());
		bytes[7] = 9;
		assertThatThrownBy(() -> HeadFile.readHead("harm.head", bytes, Head.HARM))
			.isInstanceOf(HeadFormatException.class)
			.hasMessageContaining("version 9");
	}

	@Test
	void refusesOtherFiles() {
		assertThatThrownBy(() -> HeadFile.readHead("x.head", "PK something".getBytes(), Head.HARM))
			.hasMessageContaining("no model of llama-guard");
		assertThatThrownBy(() -> HeadFile.readHead("harm.head", HeadFile.write(head()), Head.TOXICITY))
			.hasMessageContaining("HARM and not TOXICITY");
		byte[] longer = Arrays.copyOf(HeadFile.write(head()), 300_000);
		assertThatThrownBy(() -> HeadFile.readHead("harm.head", longer, Head.HARM))
			.hasMessageContaining("bytes too many");
	}

	@Test
	void namesTheMissingFileOfAFolder(@TempDir Path folder) throws Exception {
		Heads.builtIn().write(folder);
		assertThat(Heads.read(folder).digest()).isEqualTo(Heads.builtIn().digest());
		Files.delete(folder.resolve("toxicity.head"));
		assertThatThrownBy(() -> Heads.read(folder)).isInstanceOf(HeadFormatException.class)
			.hasMessageContaining("toxicity.head");
	}

}
