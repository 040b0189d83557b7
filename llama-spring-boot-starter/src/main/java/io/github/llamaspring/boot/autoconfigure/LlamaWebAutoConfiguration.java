package io.github.llamaspring.boot.autoconfigure;

import io.github.llamaspring.boot.engine.LlamaEngine;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * In web applications, an engine that cannot take a request is 503 with Retry-After.
 */
@AutoConfiguration(after = LlamaAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnClass(RestControllerAdvice.class)
@ConditionalOnBean(LlamaEngine.class)
public final class LlamaWebAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	EngineExceptionAdvice llamaEngineExceptionAdvice() {
		return new EngineExceptionAdvice();
	}

}
