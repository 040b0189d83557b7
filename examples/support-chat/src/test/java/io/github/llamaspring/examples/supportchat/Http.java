package io.github.llamaspring.examples.supportchat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A plain HTTP client of the application.
 */
final class Http implements AutoCloseable {

	static final JsonMapper JSON = JsonMapper.builder().build();

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final String base;

	Http(int port) {
		this.base = "http://localhost:" + port;
	}

	String url(String path) {
		return this.base + path;
	}

	HttpResponse<String> get(String path) {
		return send(request(path).GET());
	}

	HttpResponse<String> delete(String path) {
		return send(request(path).DELETE());
	}

	HttpResponse<String> post(String path, String type, byte[] body, String... headers) {
		HttpRequest.Builder request = request(path).header("Content-Type", type).POST(BodyPublishers.ofByteArray(body));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return send(request);
	}

	HttpResponse<String> post(String path, Object body, String... headers) {
		return post(path, "application/json", JSON.writeValueAsBytes(body), headers);
	}

	JsonNode json(HttpResponse<String> response) {
		return JSON.readTree(response.body());
	}

	/**
	 * Posts and reads the events as they come; closing it closes the connection.
	 */
	Events stream(String path, Map<String, ?> body) {
		HttpRequest request = request(path).header("Content-Type", "application/json")
			.POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
			.build();
		try {
			return new Events(this.client.send(request, BodyHandlers.ofLines()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Waits for something that is about to happen.
	 */
	static void await(String what, BooleanSupplier condition) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > deadline) {
				throw new AssertionError("waited in vain for: " + what);
			}
			try {
				Thread.sleep(50);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	void awaitState(String state) {
		await("state " + state, () -> json(get("/api/status")).path("state").asString().equals(state));
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(url(path))).timeout(PATIENCE);
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return this.client.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.client.shutdownNow();
	}

	/**
	 * One server-sent event.
	 */
	record Event(String name, JsonNode data) {
	}

	/**
	 * The events of one response.
	 */
	static final class Events implements AutoCloseable {

		private final HttpResponse<Stream<String>> response;

		private final Iterator<String> lines;

		Events(HttpResponse<Stream<String>> response) {
			this.response = response;
			this.lines = response.body().iterator();
		}

		HttpResponse<Stream<String>> response() {
			return this.response;
		}

		/**
		 * Reads up to and including the first event of this name, or to the end.
		 */
		List<Event> until(String name) {
			List<Event> events = new ArrayList<>();
			String event = "";
			while (this.lines.hasNext()) {
				String line = this.lines.next();
				if (line.startsWith("event: ")) {
					event = line.substring("event: ".length());
				}
				else if (line.startsWith("data: ")) {
					events.add(new Event(event, JSON.readTree(line.substring("data: ".length()))));
					if (event.equals(name)) {
						return events;
					}
				}
			}
			return events;
		}

		List<Event> all() {
			return until("");
		}

		@Override
		public void close() {
			this.response.body().close();
		}

	}

}
