package io.github.llamaspring.guard.cli;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.llamaspring.guard.TextEncoder;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Another program as text encoder: JSON Lines {@code {"text","type":"query"}} on its
 * standard input, {@code {"embedding":[…]}} or {@code {"error":"…"}} on its standard
 * output, one a line, in order. Thread-safe; calls take turns. After a failure the
 * replies would belong to other texts, so that every later call fails too.
 */
final class EncoderProcess implements TextEncoder, AutoCloseable {

	private static final String END = "";

	private final String command;

	private final Duration limit;

	private final Process process;

	private final OutputStream requests;

	private final BlockingQueue<String> replies = new LinkedBlockingQueue<>();

	private final JsonMapper mapper = JsonMapper.shared();

	private @Nullable String broken;

	private EncoderProcess(String command, Duration limit, Process process) {
		this.command = command;
		this.limit = limit;
		this.process = process;
		this.requests = new BufferedOutputStream(process.getOutputStream(), 1 << 16);
		Thread.ofPlatform().daemon().name("guard-encoder-replies").start(this::read);
	}

	/**
	 * Starts a program.
	 * @param command split at blanks; quotes hold words with blanks together
	 * @param limit for the reply to one text; the first also waits for the program
	 * @throws IOException if it cannot be started
	 */
	static EncoderProcess start(String command, Duration limit) throws IOException {
		List<String> words = words(command);
		if (words.isEmpty()) {
			throw new IOException("the encoder's command is empty");
		}
		Process process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		return new EncoderProcess(command, limit, process);
	}

	static List<String> words(String command) {
		List<String> words = new ArrayList<>();
		StringBuilder word = new StringBuilder();
		boolean open = false;
		char quote = 0;
		for (char c : command.toCharArray()) {
			if (quote == 0 && (c == '"' || c == '\'')) {
				quote = c;
				open = true;
			}
			else if (c == quote && quote != 0) {
				quote = 0;
			}
			else if (quote == 0 && Character.isWhitespace(c)) {
				if (open) {
					words.add(word.toString());
				}
				word.setLength(0);
				open = false;
			}
			else {
				word.append(c);
				open = true;
			}
		}
		if (open) {
			words.add(word.toString());
		}
		return words;
	}

	/** Replies are taken at once, so that the program never waits for its reader. */
	private void read() {
		try (BufferedReader in = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = in.readLine(); line != null; line = in.readLine()) {
				this.replies.add(line);
			}
		}
		catch (IOException ex) {
			// The program ended; whoever waits hears of it.
		}
		this.replies.add(END);
	}

	@Override
	public synchronized List<float[]> encode(List<String> texts) {
		if (this.broken != null) {
			throw new IllegalStateException(this.broken);
		}
		Thread writer = Thread.ofPlatform().daemon().name("guard-encoder-requests").start(() -> write(texts));
		List<float[]> vectors = new ArrayList<>(texts.size());
		String refused = null;
		for (int i = 0; i < texts.size(); i++) {
			JsonNode reply = reply();
			JsonNode embedding = reply.get("embedding");
			if (embedding == null || !embedding.isArray() || embedding.isEmpty()) {
				refused = "the encoder '" + this.command + "' refused a text: "
						+ reply.path("error").asString("no vector");
				vectors.add(new float[0]);
				continue;
			}
			float[] vector = new float[embedding.size()];
			for (int k = 0; k < vector.length; k++) {
				vector[k] = embedding.get(k).floatValue();
			}
			vectors.add(vector);
		}
		join(writer);
		if (refused != null) {
			throw new IllegalArgumentException(refused);
		}
		return vectors;
	}

	private void write(List<String> texts) {
		try {
			for (String text : texts) {
				ObjectNode request = this.mapper.createObjectNode().put("text", text).put("type", "query");
				this.requests.write(JsonText.utf8(this.mapper.writeValueAsString(request)));
				this.requests.write('\n');
			}
			this.requests.flush();
		}
		catch (IOException ex) {
			// The program ended: its replies end, too.
		}
	}

	private JsonNode reply() {
		try {
			String line = this.replies.poll(this.limit.toNanos(), TimeUnit.NANOSECONDS);
			if (line == null) {
				throw broken("did not reply within " + this.limit);
			}
			if (line.equals(END)) {
				throw broken("ended" + (this.process.isAlive() ? "" : " with status " + this.process.exitValue()));
			}
			return this.mapper.readTree(line);
		}
		catch (JacksonException ex) {
			throw broken("replied what is no JSON");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw broken("was interrupted");
		}
	}

	private IllegalStateException broken(String what) {
		this.broken = "the encoder '" + this.command + "' " + what;
		this.process.destroy();
		return new IllegalStateException(this.broken);
	}

	private static void join(Thread writer) {
		try {
			writer.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		this.process.destroy();
	}

}
