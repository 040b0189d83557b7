package io.github.llamaspring.core.encoder;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * llama.cpp's server on an embedding model.
 */
final class LlamaServer implements AutoCloseable {

	private final Process process;

	private final String address;

	private final HttpClient client = HttpClient.newHttpClient();

	private LlamaServer(Process process, String address) {
		this.process = process;
		this.address = address;
	}

	static LlamaServer start(Path folder, Path model) throws IOException, InterruptedException {
		int port;
		try (ServerSocket socket = new ServerSocket(0)) {
			port = socket.getLocalPort();
		}
		ProcessBuilder builder = new ProcessBuilder(folder.resolve("llama-server").toString(), "-m", model.toString(),
				"--embeddings", "--pooling", "mean", "-t", "2", "-c", "512", "-b", "512", "-ub", "512", "--port",
				String.valueOf(port))
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD);
		builder.environment().put("LD_LIBRARY_PATH", folder.toString());
		LlamaServer server = new LlamaServer(builder.start(), "http://127.0.0.1:" + port);
		for (int i = 0; i < 300 && !server.isReady(); i++) {
			Thread.sleep(200);
		}
		return server;
	}

	private boolean isReady() throws InterruptedException {
		try {
			HttpRequest request = HttpRequest.newBuilder(URI.create(this.address + "/health")).build();
			return this.client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** The tokens of a text, without those for its beginning and end. */
	int[] tokens(String text) throws IOException, InterruptedException {
		return post("/tokenize", text).get("tokens").valueStream().mapToInt(JsonNode::intValue).toArray();
	}

	/** The vector of a text, of length 1. */
	float[] embedding(String text) throws IOException, InterruptedException {
		JsonNode values = post("/embedding", text).get(0).get("embedding").get(0);
		float[] vector = new float[values.size()];
		for (int i = 0; i < vector.length; i++) {
			vector[i] = values.get(i).floatValue();
		}
		return vector;
	}

	private JsonNode post(String path, String text) throws IOException, InterruptedException {
		String body = JsonMapper.shared().createObjectNode().put("content", text).toString();
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.address + path))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
		return JsonMapper.shared().readTree(this.client.send(request, HttpResponse.BodyHandlers.ofString()).body());
	}

	@Override
	public void close() {
		this.process.destroy();
	}

}
