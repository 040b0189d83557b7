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
		try (LineReader lines = new LineReader(this.in, MAX_LINE_BYTES)) {
			boolean more = true;
			while (more && !this.out.checkError()) {
				more = serveLine(lines, command);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private boolean serveLine(LineReader lines, Function<JsonRequest, ObjectNode> command) throws IOException {
		try {
			String line = lines.next();
			if (line != null && !line.isBlank()) {
				println(reply(line, command));
			}
			return line != null;
		}
		catch (LineTooLongException ex) {
			json(failure(null, ex.getMessage()));
			return true;
		}
	}

	// Errors too: whoever nests a request too deeply ends nobody else's.
	private static String reply(String line, Function<JsonRequest, ObjectNode> command) {
		JsonNode id = null;
		try {
			JsonNode node = JSON.readTree(line);
			if (!node.isObject()) {
				return text(failure(null, "a request is a JSON object"));
			}
			id = node.get("id");
			return text(withId(id, command.apply(new JsonRequest(node))));
		}
		catch (JacksonException ex) {
			return text(failure(id, "not valid JSON: " + Failures.oneLine(ex.getOriginalMessage())));
		}
		catch (RuntimeException | Error ex) {
			return text(failure(id, Failures.describe(ex)));
		}
	}

	private static ObjectNode failure(@Nullable JsonNode id, @Nullable String message) {
		return withId(id, object().put("error", message));
	}

	private static ObjectNode withId(@Nullable JsonNode id, ObjectNode body) {
		ObjectNode reply = object();
		if (id != null) {
			reply.set("id", id);
		}
		reply.setAll(body);
		return reply;
	}

}
