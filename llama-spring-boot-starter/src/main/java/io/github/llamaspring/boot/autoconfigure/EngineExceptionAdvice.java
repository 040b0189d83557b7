package io.github.llamaspring.boot.autoconfigure;

import io.github.llamaspring.boot.engine.EngineUnavailableException;
import io.github.llamaspring.core.error.ContextLengthExceededException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Comes after the application's own advice.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
class EngineExceptionAdvice {

	@ExceptionHandler
	ResponseEntity<ProblemDetail> unavailable(EngineUnavailableException failure) {
		return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
			.header(HttpHeaders.RETRY_AFTER, Long.toString(failure.retryAfterSeconds()))
			.body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, failure.getMessage()));
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> tooLong(ContextLengthExceededException failure) {
		return ResponseEntity.status(HttpStatus.CONTENT_TOO_LARGE)
			.body(ProblemDetail.forStatusAndDetail(HttpStatus.CONTENT_TOO_LARGE, failure.getMessage()));
	}

}
