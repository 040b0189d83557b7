package io.github.llamaspring.boot.autoconfigure;

import javax.sql.DataSource;

import io.github.llamaspring.boot.audit.JdbcFeedbackStore;
import io.github.llamaspring.boot.guard.GuardFeedback;
import io.github.llamaspring.boot.guard.Moderation;
import io.github.llamaspring.guard.audit.AuditLookup;
import io.github.llamaspring.guard.feedback.FeedbackStore;
import io.github.llamaspring.guard.feedback.JsonLinesFeedbackStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What people say of verdicts, where the properties name a store or the application has
 * one. Not without a guard, which says what must not be kept.
 */
@AutoConfiguration(after = LlamaAuditAutoConfiguration.class)
@ConditionalOnBean(Moderation.class)
@ConditionalOnProperty(name = "llama.guard.enabled", matchIfMissing = true)
public final class LlamaFeedbackAutoConfiguration {

	@Bean
	@ConditionalOnBean(FeedbackStore.class)
	@ConditionalOnMissingBean
	GuardFeedback llamaGuardFeedback(FeedbackStore store, Moderation moderation,
			@Qualifier("llamaAuditStore") ObjectProvider<AuditLookup> events, LlamaProperties properties) {
		return GuardFeedback.of(store, moderation, events.getIfAvailable(),
				AuditSettings.cipher(properties.guard().audit()));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "llama.guard.feedback.store", havingValue = "jsonl")
	static class JsonLinesConfiguration {

		@Bean
		@ConditionalOnMissingBean(FeedbackStore.class)
		JsonLinesFeedbackStore llamaFeedbackStore(LlamaProperties properties) {
			return new JsonLinesFeedbackStore(properties.guard().feedback().file(),
					AuditSettings.ofFeedback(properties.guard()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "llama.guard.feedback.store", havingValue = "jdbc")
	@ConditionalOnClass({ JdbcTemplate.class, DataSourceScriptDatabaseInitializer.class })
	static class JdbcConfiguration {

		@Bean
		@ConditionalOnMissingBean(FeedbackStore.class)
		@DependsOnDatabaseInitialization
		JdbcFeedbackStore llamaFeedbackStore(ObjectProvider<DataSource> dataSource, LlamaProperties properties) {
			return new JdbcFeedbackStore(new JdbcTemplate(GuardTables.dataSource(dataSource)),
					AuditSettings.ofFeedback(properties.guard()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "llama.guard.feedback.store", havingValue = "jdbc")
	@ConditionalOnMissingClass("org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer")
	static class MissingJdbcConfiguration {

		@Bean
		@ConditionalOnMissingBean(FeedbackStore.class)
		FeedbackStore llamaFeedbackStore() {
			throw GuardJdbc.missing("llama.guard.feedback.store");
		}

	}

}
