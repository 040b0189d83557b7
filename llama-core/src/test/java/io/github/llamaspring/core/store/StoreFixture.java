package io.github.llamaspring.core.store;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Stores with short time limits, but none that a busy machine could miss. */
final class StoreFixture {

	static final HttpSettings QUICK = new HttpSettings(Duration.ofSeconds(5), Duration.ofSeconds(5),
			Duration.ofSeconds(20), 3, Duration.ofMillis(10), true);

	private static final HttpSettings HASTY = new HttpSettings(Duration.ofSeconds(5), Duration.ofSeconds(5),
			Duration.ofMillis(700), 3, Duration.ofMillis(10), true);

	static final HttpSettings QUICK_NAMED = new HttpSettings(Duration.ofSeconds(3), Duration.ofSeconds(5),
			Duration.ofSeconds(20), 3, Duration.ofMillis(10), false);

	private StoreFixture() {
	}

	static byte[] content(int size, long seed) {
		byte[] content = new byte[size];
		new Random(seed).nextBytes(content);
		System.arraycopy("GGUF".getBytes(), 0, content, 0, 4);
		return content;
	}

	static String sha256(byte[] content) throws Exception {
		return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
	}

	static StoreEnvironment environment(Path cache, String... variables) {
		Map<String, String> map = new HashMap<>();
		map.put("LLAMA_CACHE", cache.toString());
		for (int i = 0; i < variables.length; i += 2) {
			map.put(variables[i], variables[i + 1]);
		}
		return new StoreEnvironment(map, System.getProperty("os.name"), cache);
	}

	static ModelStore store(Path cache, String... variables) {
		return store(environment(cache, variables), List.of(), Duration.ofSeconds(60));
	}

	/** For a server that hangs. */
	static ModelStore hasty(Path cache) {
		return new ModelStore(environment(cache), List.of(), HASTY, QUICK_NAMED, Duration.ofSeconds(60));
	}

	static ModelStore store(StoreEnvironment environment, List<NamedModel> named, Duration pipLimit) {
		return new ModelStore(environment, named, QUICK, QUICK_NAMED, pipLimit);
	}

}
