package io.github.llamaspring.boot.autoconfigure;

import javax.sql.DataSource;

import io.github.llamaspring.boot.audit.AuditRetention;
import io.github.llamaspring.boot.audit.JdbcAuditSink;
import io.github.llamaspring.guard.Guards;
import io.github.llamaspring.guard.audit.AsyncAuditSink;
import io.github.llamaspring.guard.audit.AuditSink;
import io.github.llamaspring.guard.audit.JsonLinesAuditSink;
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
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Where audit events go, if the properties say so and the application has no
 * {@link AuditSink} of its own. The guard asks for the sink when it is built.
 */
@AutoConfiguration(after = LlamaAutoConfiguration.class,
		afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnBean(Guards.class)
public final class LlamaAuditAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "llama.guard.audit.store", havingValue = "jsonl")
	@ConditionalOnMissingBean(AuditSink.class)
	static class JsonLinesConfiguration {

		@Bean(defaultCandidate = false)
		JsonLinesAuditSink llamaAuditStore(LlamaProperties properties) {
			return new JsonLinesAuditSink(properties.guard().audit().file());
		}

		@Bean
		AsyncAuditSink llamaAuditSink(@Qualifier("llamaAuditStore") JsonLinesAuditSink store,
				LlamaProperties properties) {
			return new AsyncAuditSink(store, properties.guard().audit().queueCapacity());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ JdbcTemplate.class, DataSourceScriptDatabaseInitializer.class })
	@Conditional(GuardTables.AreUsed.class)
	static class TablesConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "llamaGuardTables")
		DataSourceScriptDatabaseInitializer llamaGuardTables(ObjectProvider<DataSource> dataSource,
				LlamaProperties properties) {
			return GuardTables.initializer(dataSource, properties.guard().audit().initializeSchema());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "llama.guard.audit.store", havingValue = "jdbc")
	@ConditionalOnClass({ JdbcTemplate.class, DataSourceScriptDatabaseInitializer.class })
	@ConditionalOnMissingBean(AuditSink.class)
	static class JdbcConfiguration {

		@Bean(defaultCandidate = false)
		@DependsOnDatabaseInitialization
		JdbcAuditSink llamaAuditStore(ObjectProvider<DataSource> dataSource) {
			return new JdbcAuditSink(new JdbcTemplate(GuardTables.dataSource(dataSource)));
		}

		@Bean
		AsyncAuditSink llamaAuditSink(@Qualifier("llamaAuditStore") JdbcAuditSink store, LlamaProperties properties) {
			return new AsyncAuditSink(store, properties.guard().audit().queueCapacity());
		}

		@Bean
		AuditRetention llamaAuditRetention(@Qualifier("llamaAuditStore") JdbcAuditSink store,
				LlamaProperties properties) {
			return new AuditRetention(store, properties.guard().audit().retention());
		}

	}

	/** Better a start that fails than events that nobody keeps. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "llama.guard.audit.store", havingValue = "jdbc")
	@ConditionalOnMissingClass("org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer")
	@ConditionalOnMissingBean(AuditSink.class)
	static class MissingJdbcConfiguration {

		@Bean
		AuditSink llamaAuditSink() {
			throw GuardJdbc.missing("llama.guard.audit.store");
		}

	}

}
