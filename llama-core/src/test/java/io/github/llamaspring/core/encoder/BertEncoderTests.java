package io.github.llamaspring.core.encoder;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import com.sun.management.ThreadMXBean;
import io.github.llamaspring.core.ModelOptions;
import io.github.llamaspring.core.SentenceEncoder;
import io.github.llamaspring.core.TextType;
import io.github.llamaspring.core.kernel.Kernels;
import io.github.llamaspring.core.kernel.WorkerPool;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * What the network does with windows, on a small model with random weights.
 */
class BertEncoderTests {

	@TempDir
	Path folder;

	private Path file;

	@BeforeEach
	void write() throws Exception {
		this.file = TinyPack.write(this.folder.resolve("tiny.bin"));
	}

	@Test
	void longTextsAreTheMeanOfTheirWindowsByLength() {
		int window = TinyPack.POSITIONS - 2;
		String text = "b".repeat(2 * window + 4);
		try (EncoderFile pack = EncoderFile.open(this.file);
				WorkerPool pool = new WorkerPool(2);
				BertEncoder bert = new BertEncoder(pack, Kernels.scalar(), pool, 512, (bytes) -> {
				});
				SentenceEncoder encoder = SentenceEncoder.load(this.file,
						ModelOptions.DEFAULTS.withKernel(ModelOptions.KernelChoice.SCALAR))) {
			int[] ids = pack.tokenizer().encode(text);
			assertThat(ids).hasSize(2 * window + 5);
			double[] sum = new double[TinyPack.DIM];
			double squares = 0;
			for (int from = 0; from < ids.length; from += window) {
				WindowBatch alone = new WindowBatch(pack.config(), 512);
				int to = Math.min(ids.length, from + window);
				alone.add(ids, from, to);
				bert.encode(alone);
				for (int i = 0; i < sum.length; i++) {
					sum[i] += (to - from) * alone.means()[i];
				}
			}
			for (double value : sum) {
				squares += value * value;
			}
			float[] actual = encoder.encode(text, TextType.PLAIN).values();
			for (int i = 0; i < sum.length; i++) {
				assertThat((double) actual[i]).isCloseTo(sum[i] / Math.sqrt(squares), within(1e-5));
			}
		}
	}

	@Test
	void aBatchHoldsWindowsOfDifferentLength() {
		EncoderConfig config = new EncoderConfig(1, 32, 32, 1, 10, 8, 1e-5f, 1, 2);
		WindowBatch batch = new WindowBatch(config, 10);
		int[] ids = { 5, 6, 7 };
		assertThat(batch.fits(8)).isTrue();
		assertThat(batch.fits(9)).isFalse();
		batch.add(ids, 0, 3);
		batch.add(ids, 1, 2);
		assertThat(batch.fits(0)).isTrue();
		assertThat(batch.fits(1)).isFalse();
		batch.add(ids, 0, 0);
		assertThat(batch.size()).isEqualTo(3);
		assertThat(batch.count()).isEqualTo(10);
		assertThat(tokens(batch)).containsExactly(1, 5, 6, 7, 2, 1, 6, 2, 1, 2);
		assertThat(batch.position(5)).isZero();
		assertThat(batch.position(7)).isEqualTo(2);
		assertThat(batch.textTokens(0)).isEqualTo(3);
		assertThat(batch.textTokens(2)).isEqualTo(1);
		batch.clear();
		assertThat(batch.count()).isZero();
	}

	private static int[] tokens(WindowBatch batch) {
		int[] tokens = new int[batch.count()];
		Arrays.setAll(tokens, batch::token);
		return tokens;
	}

	/** Garbage is counted, not timed, in a JVM of its own that warms up as users' do. */
	@Test
	void tokensAllocateNothingOnceWarm() throws Exception {
		List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
				"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
				System.getProperty("java.class.path"), Count.class.getName(), this.file.toString());
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(output).contains("enough: true");
	}

	/** Prints whether a long text comes to allocate as much as a short one. */
	static final class Count {

		private static final int PASSES = 50;

		private static final int ROUNDS = 200;

		/**
		 * Bytes for hundreds of tokens; a single boxed number a window would exceed it.
		 */
		private static final long LIMIT = 200;

		private Count() {
		}

		public static void main(String[] args) {
			try (SentenceEncoder encoder = SentenceEncoder.load(Path.of(args[0]),
					ModelOptions.DEFAULTS.withThreads(2))) {
				String text = "hello é 日本 xyz ".repeat(60);
				long least = Long.MAX_VALUE;
				for (int round = 0; round < ROUNDS && least >= LIMIT; round++) {
					least = Math.min(least, bytes(encoder, text) - bytes(encoder, "a"));
				}
				System.out.println("bytes: " + least + ", enough: " + (least < LIMIT));
			}
			System.exit(0);
		}

		private static long bytes(SentenceEncoder encoder, String text) {
			ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
			long before = threads.getTotalThreadAllocatedBytes();
			for (int i = 0; i < PASSES; i++) {
				encoder.encode(text, TextType.QUERY);
			}
			return (threads.getTotalThreadAllocatedBytes() - before) / PASSES;
		}

	}

}
