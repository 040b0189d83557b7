package io.github.llamaspring.core.store;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.llamaspring.core.error.ModelNotFoundException;

import static io.github.llamaspring.core.store.StoreFixture.content;
import static io.github.llamaspring.core.store.StoreFixture.sha256;
import static io.github.llamaspring.core.store.StoreFixture.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class HuggingFaceTests {

	private static final byte[] CONTENT = content(50_000, 1);

	private static final String TOKEN = "hf_secret";

	@TempDir
	private Path cache;

	@Test
	void theTokenStaysWithItsHost() throws Exception {
		String hash = sha256(CONTENT);
		try (BadServer network = new BadServer((request, reply) -> reply.file(request, CONTENT, "\"cdn\""));
				BadServer hub = new BadServer((request, reply) -> {
					if (request.number() == 1) {
						reply.empty("307 Temporary Redirect", "Location: /elsewhere/on/the/hub");
					}
					else {
						reply.empty("302 Found", "X-Linked-Etag: \"" + hash + "\"",
								// the same address under another name, as another host
								"Location: http://localhost:" + network.port() + "/blob?signature=1");
					}
				})) {
			ModelStore store = store(this.cache, "HF_ENDPOINT", hub.url("/"), "HF_TOKEN", TOKEN);
			assertThat(store.resolve("hf:meta/Llama-2@v 1/sub/a b.gguf")).hasBinaryContent(CONTENT);
			assertThat(hub.requests().getFirst().path()).isEqualTo("/meta/Llama-2/resolve/v%201/sub/a%20b.gguf");
			assertThat(hub.requests()).hasSize(2)
				.allSatisfy((request) -> assertThat(request.header("authorization")).isEqualTo("Bearer " + TOKEN));
			assertThat(network.requests()).hasSize(1)
				.allSatisfy((request) -> assertThat(request.header("authorization")).isNull());
		}
	}

	@Test
	void theTokenIsNotSentToThePortNextDoor() throws Exception {
		try (BadServer hub = new BadServer((request, reply) -> reply.empty("404 Not Found"));
				BadServer other = new BadServer((request, reply) -> reply.file(request, CONTENT, "\"x\""))) {
			store(this.cache, "HF_ENDPOINT", hub.url(""), "HF_TOKEN", TOKEN).resolve(other.url("/m.gguf"));
			assertThat(other.requests().getFirst().header("authorization")).isNull();
		}
	}

	@Test
	void aHostThatRedirectsToTheHubGetsNoTokenThere() throws Exception {
		try (BadServer hub = new BadServer((request, reply) -> reply.file(request, CONTENT, "\"x\""));
				BadServer other = new BadServer(
						(request, reply) -> reply.empty("302 Found", "Location: " + hub.url("/private")))) {
			store(this.cache, "HF_ENDPOINT", hub.url(""), "HF_TOKEN", TOKEN).resolve(other.url("/m.gguf"));
			assertThat(hub.requests().getFirst().header("authorization")).isNull();
		}
	}

	@Test
	void theHashOfTheHubIsChecked() throws Exception {
		try (BadServer hub = new BadServer((request, reply) -> {
			if (request.path().contains("resolve")) {
				reply.empty("302 Found", "X-Linked-Etag: \"" + "0".repeat(64) + "\"", "Location: /blob");
			}
			else {
				reply.file(request, CONTENT, "\"x\"");
			}
		})) {
			assertThatExceptionOfType(ModelNotFoundException.class)
				.isThrownBy(() -> store(this.cache, "HF_ENDPOINT", hub.url("")).resolve("hf:a/b/c.gguf"))
				.withMessageContaining("SHA-256 is not 0000");
		}
	}

	@Test
	void aProxyOfTheEnvironmentIsAsked() throws Exception {
		try (BadServer proxy = new BadServer((request, reply) -> reply.empty("407 Proxy Authentication Required"))) {
			assertThatExceptionOfType(ModelNotFoundException.class)
				.isThrownBy(
						() -> store(this.cache, "HTTPS_PROXY", "http://127.0.0.1:" + proxy.port(), "HF_TOKEN", TOKEN)
							.resolve("https://models.invalid/m.gguf"))
				.withMessageNotContaining("secret");
			assertThat(proxy.requests().getFirst().path()).isEqualTo("models.invalid:443");
			assertThat(proxy.requests())
				.allSatisfy((request) -> assertThat(request.headers().toString()).doesNotContain("secret"));
		}
	}

}
