package io.github.llamaspring.examples.supportchat.web;

import java.util.Locale;
import java.util.Set;

import io.github.llamaspring.boot.engine.EngineNotReadyException;
import io.github.llamaspring.boot.engine.EngineUnavailableException;
import io.github.llamaspring.core.error.ContextLengthExceededException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/**
 * Why a request was not answered, in words for whoever sent it.
 */
final class Problem extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private static final long SLOW_RETRY_SECONDS = 10;

	private static final Set<String> LANGUAGES = Set.of(Locale.getISOLanguages());

	private final HttpStatus status;

	private final String code;

	private final @Nullable Long retryAfter;

	Problem(HttpStatus status, String code, String message) {
		this(status, code, message, null, null);
	}

	private Problem(HttpStatus status, String code, String message, @Nullable Long retryAfter,
			@Nullable Throwable cause) {
		super(message, cause);
		this.status = status;
		this.code = code;
		this.retryAfter = retryAfter;
	}

	/**
	 * What an exception of the engine means over HTTP.
	 */
	static Problem of(Throwable error) {
		return switch (error) {
			case Problem problem -> problem;
			case EngineNotReadyException notReady -> new Problem(HttpStatus.SERVICE_UNAVAILABLE, "not_ready",
					message(notReady), notReady.retryAfterSeconds(), notReady);
			case EngineUnavailableException busy ->
				new Problem(HttpStatus.SERVICE_UNAVAILABLE, "busy", message(busy), busy.retryAfterSeconds(), busy);
			case ContextLengthExceededException tooLong ->
				new Problem(HttpStatus.CONTENT_TOO_LARGE, "context_full", message(tooLong), null, tooLong);
			default ->
				new Problem(HttpStatus.INTERNAL_SERVER_ERROR, "fault", "The request failed; see the log.", null, error);
		};
	}

	/**
	 * The engine did not come to its first word in time.
	 */
	static Problem tooSlow() {
		return new Problem(HttpStatus.SERVICE_UNAVAILABLE, "timeout", "The answer took too long to begin.",
				SLOW_RETRY_SECONDS, null);
	}

	private static String message(Throwable error) {
		String message = error.getMessage();
		return (message != null) ? message : error.getClass().getSimpleName();
	}

	/**
	 * The text of a request, if there is one of a bearable length.
	 */
	static String requireText(@Nullable String text, int limit) {
		if (text == null || text.isBlank()) {
			throw new Problem(HttpStatus.BAD_REQUEST, "empty", "The text is empty.");
		}
		if (text.length() > limit) {
			throw new Problem(HttpStatus.CONTENT_TOO_LARGE, "too_large",
					"The text is longer than " + limit + " characters.");
		}
		return text;
	}

	/**
	 * An ISO 639-1 code, or null where the request names none.
	 */
	static @Nullable String language(@Nullable String language) {
		if (language == null || language.isBlank()) {
			return null;
		}
		String code = language.toLowerCase(Locale.ROOT);
		if (!LANGUAGES.contains(code)) {
			throw new Problem(HttpStatus.BAD_REQUEST, "language", "The language must be an ISO 639-1 code such as de.");
		}
		return code;
	}

	HttpStatus status() {
		return this.status;
	}

	@Nullable Long retryAfter() {
		return this.retryAfter;
	}

	Body body() {
		return new Body(this.code, message(this), this.retryAfter);
	}

	/**
	 * The JSON form.
	 *
	 * @param code what happened, for programs
	 * @param message what happened, for people
	 * @param retryAfter seconds after which it is worth asking again; null where it is
	 * not
	 */
	record Body(String code, String message, @Nullable Long retryAfter) {
	}

}
