package io.github.llamaspring.core.vector;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;

import io.github.llamaspring.core.kernel.PackCache;
import io.github.llamaspring.core.vector.PackHeader.UnusableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class PackHeaderTests {

	private static final PackCache.Source SOURCE = new PackCache.Source(1000, 77, "ab".repeat(32));

	private static final PackCache CACHE = new PackCache(Path.of("x.packed"), SOURCE, "A CPU");

	private static final PackHeader HEADER = header("A CPU", PackHeader.LAYOUT, 2, 0.5f, 4096, 64);

	@TempDir
	Path folder;

	private static PackHeader header(String cpu, int layout, int interleave, float factor, long offset, long bytes) {
		return new PackHeader(SOURCE, cpu, layout, interleave, 8192,
				List.of(new PackHeader.Entry(2, 32, 32, factor, offset, bytes, 11, 12)));
	}

	private PackHeader readBack(PackHeader header) throws IOException, UnusableException {
		byte[] file = new byte[8192];
		header.encode().get(file, 0, header.encode().capacity());
		return read(file);
	}

	private PackHeader read(byte[] file) throws IOException, UnusableException {
		Path path = Files.write(this.folder.resolve("h"), file);
		try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
			return PackHeader.read(channel);
		}
	}

	@Test
	void isReadAsItWasWritten() throws Exception {
		assertThat(readBack(HEADER)).isEqualTo(HEADER);
		HEADER.requireFor(CACHE);
	}

	@Test
	void fitsOneModelProcessorAndLayoutOnly() {
		assertThatNoException().isThrownBy(() -> HEADER.requireFor(CACHE));
		refuses(header("B CPU", PackHeader.LAYOUT, 2, 0.5f, 4096, 64), "another processor (B CPU)");
		refuses(header("A CPU", PackHeader.LAYOUT + 1, 2, 0.5f, 4096, 64), "layout");
		refuses(header("A CPU", PackHeader.LAYOUT, 0, 0.5f, 4096, 64), "layout");
		PackCache newer = new PackCache(CACHE.file(), new PackCache.Source(1000, 78, SOURCE.sha256()), "A CPU");
		assertThatExceptionOfType(UnusableException.class).isThrownBy(() -> HEADER.requireFor(newer))
			.withMessageContaining("changed");
	}

	private static void refuses(PackHeader header, String reason) {
		assertThatExceptionOfType(UnusableException.class).isThrownBy(() -> header.requireFor(CACHE))
			.withMessageContaining(reason);
	}

	@Test
	void offsetsOutsideTheFileAreRefusedThoughTheChecksumIsRight() {
		for (PackHeader bad : List.of(header("A CPU", 1, 2, 0.5f, 0, 64), header("A CPU", 1, 2, 0.5f, 4097, 64),
				header("A CPU", 1, 2, 0.5f, 4096, 4097), header("A CPU", 1, 2, 0.5f, 1L << 62, 64),
				header("A CPU", 1, 2, 0.5f, 4096, -1), header("A CPU", 1, 2, Float.NaN, 4096, 64))) {
			assertThatExceptionOfType(UnusableException.class).isThrownBy(() -> readBack(bad))
				.withMessageContaining("damaged");
		}
	}

	@Test
	void noDamageGoesUnseen() throws IOException {
		byte[] whole = new byte[8192];
		HEADER.encode().get(whole, 0, HEADER.encode().capacity());
		int used = 52 + 2 + 64 + 2 + 5 + 40 + 4;
		Random random = new Random(5);
		for (int i = 0; i < 500; i++) {
			byte[] damaged = whole.clone();
			damaged[random.nextInt(used)] ^= (byte) (1 << random.nextInt(8));
			assertThatExceptionOfType(UnusableException.class).isThrownBy(() -> read(damaged));
		}
	}

}
