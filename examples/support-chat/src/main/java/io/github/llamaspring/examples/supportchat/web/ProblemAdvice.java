package io.github.llamaspring.examples.supportchat.web;

import java.nio.charset.StandardCharsets;

import jakarta.servlet.http.HttpServletRequest;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/**
 * Turns exceptions into statuses: JSON for the page, plain words for {@code /predict}.
 * Stack traces stay in the log.
 */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ProblemAdvice {

	private static final Log log = LogFactory.getLog(ProblemAdvice.class);

	@ExceptionHandler
	ResponseEntity<Object> engine(RuntimeException error, HttpServletRequest request) {
		Problem problem = Problem.of(error);
		if (problem.status().is5xxServerError() && problem.retryAfter() == null) {
			log.error("A request failed: " + request.getMethod() + " " + request.getRequestURI(), error);
		}
		return answer(problem, problem.status(), new HttpHeaders(), request);
	}

	@ExceptionHandler
	ResponseEntity<Object> unreadable(HttpMessageNotReadableException error, HttpServletRequest request) {
		Problem problem = new Problem(HttpStatus.BAD_REQUEST, "unreadable", "The body is not the JSON expected here.");
		return answer(problem, problem.status(), new HttpHeaders(), request);
	}

	/** What Spring MVC itself refuses: unknown paths, methods and media types. */
	@ExceptionHandler({ org.springframework.web.HttpMediaTypeException.class,
			org.springframework.web.HttpRequestMethodNotSupportedException.class,
			org.springframework.web.servlet.resource.NoResourceFoundException.class })
	ResponseEntity<Object> refused(Exception error, HttpServletRequest request) {
		ErrorResponse refusal = (ErrorResponse) error;
		String detail = refusal.getBody().getDetail();
		Problem problem = new Problem(HttpStatus.valueOf(refusal.getStatusCode().value()), "refused",
				(detail != null) ? detail : "This request is not supported.");
		return answer(problem, refusal.getStatusCode(), refusal.getHeaders(), request);
	}

	/** The reader went away: there is nobody to answer. */
	@ExceptionHandler
	void gone(AsyncRequestNotUsableException error) {
		log.debug("A reader went away", error);
	}

	private static ResponseEntity<Object> answer(Problem problem, HttpStatusCode status, HttpHeaders headers,
			HttpServletRequest request) {
		boolean plain = request.getRequestURI().equals("/predict");
		Long retryAfter = problem.retryAfter();
		ResponseEntity.BodyBuilder answer = ResponseEntity.status(status).headers(headers);
		if (retryAfter != null) {
			answer.header(HttpHeaders.RETRY_AFTER, retryAfter.toString());
		}
		return plain
				? answer.contentType(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8))
					.body(problem.body().message())
				: answer.contentType(MediaType.APPLICATION_JSON).body(problem.body());
	}

}
