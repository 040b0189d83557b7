package io.github.llamaspring.boot.autoconfigure;

import java.time.Duration;

import io.github.llamaspring.boot.resilience.EngineBusyException;
import io.github.llamaspring.core.error.ContextLengthExceededException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EngineExceptionAdviceTest {

	private final EngineExceptionAdvice advice = new EngineExceptionAdvice();

	@Test
	void busyIs503WithRetryAfter() {
		var response = this.advice.unavailable(new EngineBusyException("full", Duration.ofMillis(1500)));
		assertThat(response.getStatusCode().value()).isEqualTo(503);
		assertThat(response.getHeaders().getFirst("Retry-After")).isEqualTo("2");
		assertThat(response.getBody().getDetail()).isEqualTo("full");
	}

	@Test
	void tooLongIs413() {
		assertThat(this.advice.tooLong(new ContextLengthExceededException(9, 8, "long")).getStatusCode().value())
			.isEqualTo(413);
	}

}
