package io.github.llamaspring.guard.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import io.github.llamaspring.guard.Finding;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Span;
import io.github.llamaspring.guard.Stage;

/**
 * Answers JSON Lines. A line that can't be served gets an error of its own and the run
 * goes on.
 */
final class JsonLines {

	/** Longer lines are refused. */
	private static final int MAX_LINE = 256 << 20;

	private static final int BATCH = 64;

	private final Service service;

	private final JsonMapper mapper = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder()
				.maxStringLength(MAX_LINE)
				.maxNestingDepth(200)
				.maxDocumentLength(-1)
				.build())
			.build())
		.build();

	JsonLines(Service service) {
		this.service = service;
	}

	void run(InputStream in, OutputStream out) throws IOException {
		Lines lines = new Lines(in);
		List<Request> batch = new ArrayList<>();
		byte[] line = lines.next();
		while (line != null) {
			if (!isBlank(line)) {
				batch.add(request(line));
			}
			if (batch.size() == BATCH || !lines.isWaiting()) {
				answer(batch, out);
				batch.clear();
			}
			line = lines.next();
		}
	}

	/** Lines that wait already are prepared together. */
	private void answer(List<Request> batch, OutputStream out) throws IOException {
		if (batch.size() > 1) {
			this.service.prepare(batch.stream().map(Request::json).filter(Objects::nonNull).toList());
		}
		for (Request request : batch) {
			out.write(JsonText.utf8(answer(request)));
			out.write('\n');
			out.flush();
		}
	}

	private static boolean isBlank(byte[] line) {
		for (byte b : line) {
			if (b != ' ' && b != '\t' && b != '\r') {
				return false;
			}
		}
		return true;
	}

	private Request request(byte[] line) {
		if (line.length > MAX_LINE) {
			return new Request(null, "the line is longer than " + MAX_LINE + " bytes");
		}
		try {
			JsonNode json = this.mapper.readTree(new String(line, StandardCharsets.UTF_8));
			return json.isObject() ? new Request(json, "") : new Request(null, "a request is a JSON object");
		}
		catch (JacksonException ex) {
			return new Request(null, "not JSON: " + firstLine(ex.getOriginalMessage()));
		}
	}

	private String answer(Request request) {
		ObjectNode reply = this.mapper.createObjectNode();
		JsonNode json = request.json();
		if (json == null) {
			error(reply, null, request.fault());
			return this.mapper.writeValueAsString(reply);
		}
		try {
			if (json.has("id")) {
				reply.set("id", json.get("id"));
			}
			this.service.answer(json, reply);
		}
		catch (IllegalArgumentException ex) {
			error(reply, json, firstLine(ex.getMessage()));
		}
		return this.mapper.writeValueAsString(reply);
	}

	private static String firstLine(@Nullable String message) {
		return String.valueOf(message).lines().findFirst().orElse("");
	}

	private static void error(ObjectNode reply, @Nullable JsonNode request, String message) {
		reply.removeAll();
		reply.set("id", (request != null && request.isObject()) ? request.get("id") : null);
		reply.put("error", message);
	}

	/**
	 * What a request says of its text.
	 * @param usual the stage where it names none
	 */
	static GuardContext context(JsonNode request, Stage usual) {
		return GuardContext.of(stage(request.get("stage"), usual)).withLanguage(language(request.get("lang")));
	}

	private static Stage stage(@Nullable JsonNode node, Stage usual) {
		if (node == null || node.isNull()) {
			return usual;
		}
		for (Stage stage : Stage.values()) {
			if (node.isString() && stage.name().toLowerCase(Locale.ROOT).equals(node.stringValue())) {
				return stage;
			}
		}
		throw new IllegalArgumentException("stage must be input, output, context, tool_call or tool_result");
	}

	private static @Nullable String language(@Nullable JsonNode node) {
		return (node != null && node.isString() && !node.stringValue().isBlank()) ? node.stringValue() : null;
	}

	static void write(List<Finding> findings, ArrayNode out) {
		for (Finding finding : findings) {
			write(finding, out.addObject());
		}
	}

	private static void write(Finding finding, ObjectNode out) {
		out.put("rule", finding.rule());
		out.put("category", finding.category());
		out.put("score", finding.score());
		Span span = finding.span();
		if (span != null) {
			out.put("start", span.start());
			out.put("end", span.end());
		}
		else {
			out.putNull("start");
			out.putNull("end");
		}
	}

	/**
	 * Answers one request.
	 */
	@FunctionalInterface
	interface Service {

		/**
		 * Takes notice of requests that will be answered next, to work on them at once.
		 */
		default void prepare(List<JsonNode> requests) {
		}

		/**
		 * @param reply to fill; has the request's id
		 * @throws IllegalArgumentException saying what is wrong with the request
		 */
		void answer(JsonNode request, ObjectNode reply);

	}

	/**
	 * A line that was read.
	 *
	 * @param json an object; null where the line is none
	 * @param fault what is wrong with it then
	 */
	private record Request(@Nullable JsonNode json, String fault) {
	}

	/**
	 * Lines of a stream, as bytes.
	 */
	private static final class Lines {

		private final InputStream in;

		private final byte[] buffer = new byte[1 << 16];

		private int from;

		private int to;

		Lines(InputStream in) {
			this.in = in;
		}

		/** Whether the next line is here as a whole. */
		boolean isWaiting() {
			for (int i = this.from; i < this.to; i++) {
				if (this.buffer[i] == '\n') {
					return true;
				}
			}
			return false;
		}

		byte @Nullable [] next() throws IOException {
			ByteArrayOutputStream line = new ByteArrayOutputStream(256);
			boolean any = false;
			while (true) {
				if (this.from == this.to) {
					this.from = 0;
					this.to = Math.max(0, this.in.read(this.buffer));
					if (this.to == 0) {
						return any ? line.toByteArray() : null;
					}
				}
				any = true;
				int end = this.from;
				while (end < this.to && this.buffer[end] != '\n') {
					end++;
				}
				if (line.size() <= MAX_LINE) {
					line.write(this.buffer, this.from, end - this.from);
				}
				this.from = end;
				if (end < this.to) {
					this.from++;
					return line.toByteArray();
				}
			}
		}

	}

}
