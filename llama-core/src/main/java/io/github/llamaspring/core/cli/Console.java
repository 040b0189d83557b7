package io.github.llamaspring.core.cli;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import io.github.llamaspring.core.cli.LineReader.LineTooLongException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Standard input and output in UTF-8 whatever the locale, and JSON on them.
 */
final class Console {

	/** Far above any prompt; it bounds what one line costs. */
	private static final int MAX_LINE_BYTES = 64 << 20;

	// An id goes back as it came, also where it is a number that no double holds.
	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
		.build();

	private final InputStream in = new FileInputStream(FileDescriptor.in);

	private final PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false,
			StandardCharsets.UTF_8);

	private final PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true,
			StandardCharsets.UTF_8);

	static ObjectNode object() {
		return JSON.createObjectNode();
	}

	/**
	 * Prints a part of a result.
	 */
	void print(String text) {
		this.out.print(text);
		this.out.flush();
	}

	void println(String text) {
		print(text + "\n");
	}

	/**
	 * Prints a note, progress or an error: never a result.
	 */
	void note(String text) {
		this.err.println(text);
	}

	/**
	 * Rewrites the line at hand of the notes.
	 */
	void progress(String text) {
		this.err.print("\r" + text + "\u001b[K");
		this.err.flush();
	}

	/**
	 * Prints one object on one line.
	 */
	void json(JsonNode node) {
		println(text(node));
	}

	private static String text(JsonNode node) {
		return escapeLoneSurrogates(JSON.writeValueAsString(node));
	}

	/**
	 * UTF-8 has no lone surrogates, JSON has escapes for them.
	 */
	private static String escapeLoneSurrogates(String json) {
		StringBuilder escaped = null;
		int done = 0;
		for (int i = 0; i < json.length(); i++) {
			char c = json.charAt(i);
			if (Character.isHighSurrogate(c) && i + 1 < json.length() && Character.isLowSurrogate(json.charAt(i + 1))) {
				i++;
			}
			else if (Character.isSurrogate(c)) {
				escaped = (escaped != null) ? escaped : new StringBuilder();
				escaped.append(json, done, i).append("\\u%04x".formatted((int) c));
				done = i + 1;
			}
		}
		return (escaped != null) ? escaped.append(json, done, json.length()).toString() : json;
	}

	String readAll() {
		try {
			return new String(this.in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	BufferedReader lines() {
		return new BufferedReader(new InputStreamReader(this.in, StandardCharsets.UTF_8));
	}

	/**
	 * Serves JSON Lines: one reply a request, in order, each flushed; a request that
	 * cannot be served gets an error and the run goes on.
	 */
	void serve(Function<JsonRequest, ObjectNode> command) {
		serve(1, command, Function.identity());
	}

	/**
	 * Serves JSON Lines, requests that wait already together.
	 * @param most of them at once
	 * @param parse reads a request
	 * @param compute a reply for each of those that could be read
	 */
	<T> void serve(int most, Function<JsonRequest, T> parse, Function<List<T>, List<ObjectNode>> compute) {
		try (LineReader lines = new LineReader(this.in, MAX_LINE_BYTES)) {
			boolean more = true;
			while (more && !this.out.checkError()) {
				List<Waiting<T>> waiting = new ArrayList<>();
				do {
					more = read(lines, parse, waiting);
				}
				while (more && waiting.size() < most && lines.hasNext());
				answer(waiting, compute);
				waiting.forEach((each) -> json(withId(each.id, Objects.requireNonNull(each.reply))));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Adds the request of a line, if it holds one. */
	private static <T> boolean read(LineReader lines, Function<JsonRequest, T> parse, List<Waiting<T>> waiting)
			throws IOException {
		try {
			String line = lines.next();
			if (line != null && !line.isBlank()) {
				waiting.add(read(line, parse));
			}
			return line != null;
		}
		catch (LineTooLongException ex) {
			waiting.add(Waiting.failed(null, ex.getMessage()));
			return true;
		}
	}

	// Errors too: whoever nests a request too deeply ends nobody else's.
	private static <T> Waiting<T> read(String line, Function<JsonRequest, T> parse) {
		JsonNode id = null;
		try {
			JsonNode node = JSON.readTree(line);
			if (!node.isObject()) {
				return Waiting.failed(null, "a request is a JSON object");
			}
			id = node.get("id");
			return new Waiting<>(id, parse.apply(new JsonRequest(node)), null);
		}
		catch (JacksonException ex) {
			return Waiting.failed(id, "not valid JSON: " + Failures.oneLine(ex.getOriginalMessage()));
		}
		catch (RuntimeException | Error ex) {
			return Waiting.failed(id, Failures.describe(ex));
		}
	}

	private static <T> void answer(List<Waiting<T>> waiting, Function<List<T>, List<ObjectNode>> compute) {
		List<Waiting<T>> open = waiting.stream().filter((each) -> each.reply == null).toList();
		try {
			List<ObjectNode> replies = compute.apply(open.stream().map((each) -> each.request).toList());
			for (int i = 0; i < open.size(); i++) {
				open.get(i).reply = replies.get(i);
			}
		}
		catch (RuntimeException | Error ex) {
			open.forEach((each) -> each.reply = object().put("error", Failures.describe(ex)));
		}
	}

	private static ObjectNode withId(@Nullable JsonNode id, ObjectNode body) {
		ObjectNode reply = object();
		if (id != null) {
			reply.set("id", id);
		}
		reply.setAll(body);
		return reply;
	}

	/** A request, and its reply once there is one. */
	private static final class Waiting<T> {

		private final @Nullable JsonNode id;

		private final @Nullable T request;

		private @Nullable ObjectNode reply;

		Waiting(@Nullable JsonNode id, @Nullable T request, @Nullable ObjectNode reply) {
			this.id = id;
			this.request = request;
			this.reply = reply;
		}

		static <T> Waiting<T> failed(@Nullable JsonNode id, @Nullable String why) {
			return new Waiting<>(id, null, object().put("error", why));
		}

	}

}
