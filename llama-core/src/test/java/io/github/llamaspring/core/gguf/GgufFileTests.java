package io.github.llamaspring.core.gguf;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import io.github.llamaspring.core.TestFiles;
import io.github.llamaspring.core.error.GgufFormatException;
import io.github.llamaspring.core.error.LlamaException;
import io.github.llamaspring.core.error.ModelNotFoundException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class GgufFileTests {

	@TempDir
	Path folder;

	@Test
	void readsMetadataAndTensorsOfARealModel() {
		try (GgufFile file = GgufFile.open(TestFiles.path(TestFiles.SMOLLM2))) {
			assertThat(file.string("general.architecture")).contains("llama");
			assertThat(file.integer("llama.block_count")).hasValue(30);
			assertThat(file.real("llama.rope.freq_base")).contains(100000.0);
			assertThat(file.strings("tokenizer.ggml.tokens").orElseThrow()).hasSize(49152);
			assertThat(file.tensors()).hasSize(272);
			GgufTensor embedding = file.tensor("token_embd.weight");
			assertThat(embedding).isNotNull();
			assertThat(embedding.shape()).containsExactly(576, 49152);
			assertThat(embedding.type()).isEqualTo(GgmlType.Q8_0);
		}
	}

	@Test
	void readsEveryKindOfValue() throws IOException {
		ByteBuffer nested = little(4 + 8 + 2 * (4 + 8 + 2)).putInt(9).putLong(2);
		nested.putInt(0).putLong(2).put((byte) 1).put((byte) 2);
		nested.putInt(1).putLong(2).put((byte) 3).put((byte) -4);
		Path path = new GgufWriter().pair("u8", 0, new byte[] { (byte) 200 })
			.pair("i8", 1, new byte[] { -3 })
			.u16("u16", 65535)
			.pair("i16", 3, little(2).putShort((short) -2).array())
			.u32("u32", -1)
			.pair("i32", 5, little(4).putInt(-7).array())
			.pair("f32", 6, little(4).putFloat(1.5f).array())
			.pair("bool", 7, new byte[] { 1 })
			.string("text", "Grüße")
			.pair("u64", 10, little(8).putLong(1L << 40).array())
			.pair("i64", 11, little(8).putLong(-1L << 40).array())
			.pair("f64", 12, little(8).putDouble(0.1).array())
			.strings("texts", "a", "", "ß")
			.pair("reals", 9, little(20).putInt(6).putLong(2).putFloat(1).putFloat(2).array())
			.pair("nested", 9, nested.array())
			.u32("after", 9)
			.write(this.folder.resolve("kinds.gguf"));
		try (GgufFile file = GgufFile.open(path)) {
			assertThat(file.integer("u8")).hasValue(200);
			assertThat(file.integer("i8")).hasValue(-3);
			assertThat(file.integer("u16")).hasValue(65535);
			assertThat(file.integer("i16")).hasValue(-2);
			assertThat(file.integer("u32")).hasValue(4294967295L);
			assertThat(file.integer("i32")).hasValue(-7);
			assertThat(file.real("f32")).contains(1.5);
			assertThat(file.bool("bool")).contains(true);
			assertThat(file.string("text")).contains("Grüße");
			assertThat(file.integer("u64")).hasValue(1L << 40);
			assertThat(file.integer("i64")).hasValue(-1L << 40);
			assertThat(file.real("f64")).contains(0.1);
			assertThat(file.strings("texts").orElseThrow()).containsExactly("a", "", "ß");
			assertThat(file.floats("reals").orElseThrow()).containsExactly(1, 2);
			assertThat(file.integer("after")).hasValue(9);
			assertThat(file.string("none")).isEmpty();
			assertThatExceptionOfType(GgufFormatException.class).isThrownBy(() -> file.string("u8"))
				.withMessageContainingAll("kinds.gguf", "'u8'");
		}
	}

	@Test
	void joinsTheTensorsOfASplitFile() throws IOException {
		byte[] a = little(8).putFloat(1).putFloat(2).array();
		byte[] b = little(8).putFloat(3).putFloat(4).array();
		Path first = new GgufWriter().u16("split.count", 2)
			.u16("split.no", 0)
			.u32("split.tensors.count", 2)
			.tensor("a", 0, a, 2)
			.write(this.folder.resolve("m-00001-of-00002.gguf"));
		assertThatExceptionOfType(ModelNotFoundException.class).isThrownBy(() -> GgufFile.open(first))
			.withMessageContaining("m-00002-of-00002.gguf");
		Path second = new GgufWriter().u16("split.count", 2)
			.u16("split.no", 1)
			.tensor("b", 0, b, 2)
			.write(this.folder.resolve("m-00002-of-00002.gguf"));
		try (GgufFile file = GgufFile.open(first)) {
			assertThat(file.tensors()).extracting(GgufTensor::name).containsExactly("a", "b");
			assertThat(file.tensor("b").data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(b);
		}
		assertThatExceptionOfType(GgufFormatException.class).isThrownBy(() -> GgufFile.open(second))
			.withMessageContaining("open the first part");
	}

	@Test
	void readsTensorsFarBeyondTwoGibibytes() throws IOException {
		// A sparse file: 3 GiB of zeros that take no room, then four known bytes.
		long offset = 3L << 30;
		byte[] header = new GgufWriter().tensorInfo("big", 0, 0, 1 << 16, (int) (offset >> 18))
			.tensorInfo("end", 0, offset, 1)
			.bytes();
		Path path = this.folder.resolve("big.gguf");
		try (var file = new RandomAccessFile(path.toFile(), "rw")) {
			file.write(header);
			file.seek(header.length + offset);
			file.write(little(4).putFloat(42).array());
		}
		try (GgufFile file = GgufFile.open(path)) {
			assertThat(file.tensor("end").data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0)).isEqualTo(42);
			assertThat(file.tensor("big").data().byteSize()).isEqualTo(offset);
		}
	}

	@Test
	void namesWhatIsWrongAndWhere() throws IOException {
		byte[] four = new byte[4];
		refused(new byte[0], "not a GGUF file");
		refused("PK\3\4 something".getBytes(), "not a GGUF file");
		refused(version(1), "version 1 is not supported");
		refused(version(0x03000000), "version");
		refused(new GgufWriter().u32("a", 1).u32("a", 1).bytes(), "key 'a'", "twice");
		refused(new GgufWriter().pair("k", 77, four).bytes(), "key 'k'", "unknown value type 77");
		refused(new GgufWriter().pair("k", 8, little(8).putLong(Long.MAX_VALUE).array()).bytes(), "key 'k'",
				"longer than the file");
		refused(new GgufWriter().pair("k", 9, little(12).putInt(4).putLong(1L << 60).array()).bytes(), "key 'k'",
				"more than the file can hold");
		refused(new GgufWriter().tensorInfo("t", 0, 0, 1 << 20).bytes(), "tensor 't'", "outside the file");
		refused(new GgufWriter().tensorInfo("t", 0, 7, 1).bytes(), "tensor 't'", "aligned");
		refused(new GgufWriter().tensorInfo("t", 0, -32, 1).bytes(), "tensor 't'", "outside the file");
		refused(new GgufWriter().tensorInfo("t", 0, 0, 0).bytes(), "tensor 't'", "out of range");
		refused(new GgufWriter().tensorInfo("t", 0, 0, 1L << 30, 1L << 30, 1L << 30).bytes(), "tensor 't'",
				"out of range");
		refused(new GgufWriter().tensorInfo("t", 0, 0, 1, 1, 1, 1, 1).bytes(), "tensor 't'", "5 dimensions");
		refused(new GgufWriter().tensorInfo("t", 99, 0, 1).bytes(), "tensor 't'", "type 99 is not supported");
		refused(new GgufWriter().tensorInfo("t", 2, 0, 33).bytes(), "tensor 't'", "Q4_0");
		refused(new GgufWriter().tensor("t", 0, four, 1).tensor("t", 0, four, 1).bytes(), "tensor 't'", "twice");
		refused(new GgufWriter().u32("general.alignment", 24).bytes(), "general.alignment", "24");
	}

	@Test
	void everyCutOfAHeaderIsRefused() throws IOException {
		byte[] whole = new GgufWriter().string("general.architecture", "llama")
			.strings("list", "one", "two")
			.u32("n", 3)
			.tensor("t", 0, new byte[64], 16)
			.bytes();
		for (int length = 0; length < whole.length; length++) {
			Path path = Files.write(this.folder.resolve("cut.gguf"), Arrays.copyOf(whole, length));
			assertThatExceptionOfType(GgufFormatException.class).as("cut to " + length)
				.isThrownBy(() -> GgufFile.open(path))
				.withMessageStartingWith("cut.gguf: ");
		}
	}

	@Test
	void countsBeyondAnyRealFileAreRefusedAtOnce() throws IOException {
		// Enough bytes behind the counts that they could be true.
		for (int at : new int[] { 8, 16 }) {
			byte[] content = Arrays.copyOf(new GgufWriter().bytes(), 4 << 20);
			little(content, at).putLong(65_537);
			refused(content, "65537", "are too many", "65536");
		}
		refused(new GgufWriter().u32("k".repeat(1025), 1).bytes(), "metadata key 0", "1025 bytes");
		refused(new GgufWriter().tensorInfo("t".repeat(1025), 0, 0, 1).bytes(), "tensor 0", "1025 bytes");
	}

	@Test
	void textsStayInTheFileUntilSomebodyAsks() throws IOException {
		GgufWriter writer = new GgufWriter().string("tokenizer.chat_template", "x".repeat(5 << 20));
		writer.string("long", "x".repeat((16 << 20) + 1));
		try (GgufFile file = GgufFile.open(writer.write(this.folder.resolve("long.gguf")))) {
			assertThat(file.string("tokenizer.chat_template").orElseThrow()).hasSize(5 << 20);
			assertThatExceptionOfType(GgufFormatException.class).isThrownBy(() -> file.string("long"))
				.withMessageContainingAll("long.gguf", "'long'", "longer than");
			assertThatExceptionOfType(GgufFormatException.class).isThrownBy(() -> file.integer("long"))
				.withMessageContainingAll("'long'", "an integer");
		}
	}

	@Test
	void anInterruptedThreadIsToldSoAndStaysInterrupted() throws IOException {
		Path path = new GgufWriter().write(this.folder.resolve("small.gguf"));
		Thread.currentThread().interrupt();
		try {
			assertThatExceptionOfType(LlamaException.class).isThrownBy(() -> GgufFile.open(path))
				.withMessageContainingAll("small.gguf", "interrupted");
			assertThat(Thread.currentThread().isInterrupted()).isTrue();
		}
		finally {
			Thread.interrupted();
		}
	}

	@Test
	void aMissingFileAndAFolderAreNotFound() {
		assertThatExceptionOfType(ModelNotFoundException.class)
			.isThrownBy(() -> GgufFile.open(this.folder.resolve("none.gguf")))
			.withMessageContaining("none.gguf");
		assertThatExceptionOfType(ModelNotFoundException.class).isThrownBy(() -> GgufFile.open(this.folder))
			.withMessageContaining("is not a file");
	}

	private void refused(byte[] content, String... parts) throws IOException {
		Path path = Files.write(this.folder.resolve("bad.gguf"), content);
		assertThatExceptionOfType(GgufFormatException.class).isThrownBy(() -> GgufFile.open(path))
			.withMessageContaining("bad.gguf")
			.withMessageContainingAll(parts);
	}

	private static byte[] version(int version) {
		byte[] bytes = new GgufWriter().bytes();
		little(bytes, 4).putInt(version);
		return bytes;
	}

	private static ByteBuffer little(byte[] bytes, int offset) {
		return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(offset);
	}

	private static ByteBuffer little(int size) {
		return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
	}

}
