package io.github.llamaspring.examples.supportchat.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/**
 * Writes events as server-sent events, each a name and one line of JSON.
 * <p>
 * The request's own (virtual) thread writes, so a slow reader slows nobody else, and a
 * reader that went away is noticed at the next write: the subscription is cancelled, and
 * with it the engine. While there is nothing to say, a comment line goes out twice a
 * second, so that this holds for a waiting request, too.
 */
@Component
final class EventStream {

	private static final long BEFORE_STATUS_MILLIS = 1000;

	private static final long HEARTBEAT_MILLIS = 500;

	private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.UTF_8);

	/**
	 * What a facade does on the subscribing thread must not keep us from the heartbeat.
	 */
	private final Scheduler subscriber = Schedulers.fromExecutorService(Executors.newVirtualThreadPerTaskExecutor());

	private final JsonMapper json;

	EventStream(JsonMapper json) {
		this.json = json;
	}

	/**
	 * Writes until the events end, fail or the reader goes away.
	 * @param prelude events to write first
	 * @param events an error before the first one is thrown, so that it can become a
	 * status; a later one becomes an {@code error} event
	 */
	<T> void write(List<Event> prelude, Flux<T> events, Function<T, Event> mapping, HttpServletResponse response)
			throws IOException {
		LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
		Disposable subscription = events.subscribeOn(this.subscriber)
			.subscribe((event) -> signals.add(new Signal(mapping.apply(event), null)),
					(error) -> signals.add(new Signal(null, error)), () -> signals.add(new Signal(null, null)));
		try {
			Signal first = signals.poll(BEFORE_STATUS_MILLIS, TimeUnit.MILLISECONDS);
			if (first != null && first.error instanceof RuntimeException error) {
				throw error;
			}
			response.setContentType("text/event-stream;charset=UTF-8");
			response.setHeader("X-Accel-Buffering", "no");
			OutputStream out = response.getOutputStream();
			for (Event event : prelude) {
				write(event, out);
			}
			out.flush();
			Signal next = (first != null) ? first : signals.poll(HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
			while (next == null || write(next, out)) {
				if (next == null) {
					out.write(HEARTBEAT);
				}
				out.flush();
				next = signals.poll(HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
			}
			out.flush();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			subscription.dispose();
		}
	}

	/**
	 * Writes one signal.
	 * @return whether more can follow
	 */
	private boolean write(Signal signal, OutputStream out) throws IOException {
		if (signal.error != null) {
			write(new Event("error", Problem.of(signal.error).body()), out);
			return false;
		}
		if (signal.event == null) {
			return false;
		}
		write(signal.event, out);
		return true;
	}

	private void write(Event event, OutputStream out) throws IOException {
		String line = "event: " + event.name() + "\ndata: " + this.json.writeValueAsString(event.data()) + "\n\n";
		out.write(line.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * One event.
	 *
	 * @param name what happened
	 * @param data what to say about it, as JSON
	 */
	record Event(String name, Object data) {
	}

	/** The next event, the error, or with neither the end. */
	private record Signal(@Nullable Event event, @Nullable Throwable error) {
	}

}
