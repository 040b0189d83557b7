package io.github.llamaspring.core.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A real HTTP server on this machine that answers byte for byte what a test wants, also
 * wrongly. One connection per request.
 */
final class BadServer implements AutoCloseable {

	/** What came in. */
	record Request(int number, String path, Map<String, String> headers) {

		String header(String name) {
			return this.headers.get(name);
		}

		/** The start of the range asked for, or 0. */
		int from() {
			String range = header("range");
			return (range != null) ? Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1")) : 0;
		}

	}

	/** What goes out. */
	interface Handler {

		void handle(Request request, Reply reply) throws IOException, InterruptedException;

	}

	/** Writes heads and bodies. */
	record Reply(Socket client, OutputStream out) {

		/** Keeps the connection open until the client closes it. */
		void hold() throws IOException {
			while (this.client.getInputStream().read() >= 0) {
				// what else comes is of no interest
			}
		}

		void head(String status, String... headers) throws IOException {
			this.out.write(
					("HTTP/1.1 " + status + "\r\n" + String.join("\r\n", headers) + (headers.length > 0 ? "\r\n" : "")
							+ "Connection: close\r\n\r\n")
						.getBytes(StandardCharsets.ISO_8859_1));
			this.out.flush();
		}

		void empty(String status, String... headers) throws IOException {
			String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
			all[headers.length] = "Content-Length: 0";
			head(status, all);
		}

		void body(byte[] content, int from, int to) throws IOException {
			this.out.write(content, from, to - from);
			this.out.flush();
		}

		/** As a good server does it. */
		void file(Request request, byte[] content, String etag) throws IOException {
			int from = request.from();
			if (from == 0 || !etag.equals(request.header("if-range"))) {
				head("200 OK", "Content-Length: " + content.length, "ETag: " + etag);
				body(content, 0, content.length);
			}
			else {
				partial(content, from, etag);
				body(content, from, content.length);
			}
		}

		void partial(byte[] content, int from, String etag) throws IOException {
			head("206 Partial Content", "Content-Length: " + (content.length - from),
					"Content-Range: bytes " + from + "-" + (content.length - 1) + "/" + content.length,
					"ETag: " + etag);
		}

	}

	private final ServerSocket socket;

	private final Handler handler;

	private final List<Request> requests = new CopyOnWriteArrayList<>();

	private final List<Throwable> failures = new CopyOnWriteArrayList<>();

	BadServer(Handler handler) throws IOException {
		this.handler = handler;
		this.socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
		Thread.ofPlatform().daemon().start(this::accept);
	}

	private void accept() {
		while (!this.socket.isClosed()) {
			try {
				Socket client = this.socket.accept();
				Thread.ofPlatform().daemon().start(() -> serve(client));
			}
			catch (IOException ex) {
				return;
			}
		}
	}

	private void serve(Socket client) {
		try (client) {
			Request request = read(client);
			if (request != null) {
				this.handler.handle(request, new Reply(client, client.getOutputStream()));
			}
		}
		catch (SocketException ex) {
			// the client gave up
		}
		catch (Throwable ex) {
			this.failures.add(ex);
		}
	}

	private Request read(Socket client) throws IOException {
		BufferedReader reader = new BufferedReader(
				new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
		String first = reader.readLine();
		if (first == null) {
			return null;
		}
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
			int colon = line.indexOf(':');
			headers.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
		}
		synchronized (this.requests) {
			Request request = new Request(this.requests.size() + 1, first.split(" ")[1], headers);
			this.requests.add(request);
			return request;
		}
	}

	String url(String path) {
		return "http://127.0.0.1:" + port() + path;
	}

	int port() {
		return this.socket.getLocalPort();
	}

	List<Request> requests() {
		return this.requests;
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
		if (!this.failures.isEmpty()) {
			throw new AssertionError("the test's server failed", this.failures.getFirst());
		}
	}

}
