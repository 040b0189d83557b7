package io.github.llamaspring.boot.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;

/**
 * The guard's tables in the application's database.
 */
final class GuardTables {

	private GuardTables() {
	}

	static DataSource dataSource(ObjectProvider<DataSource> dataSources) {
		DataSource dataSource = dataSources.getIfUnique();
		if (dataSource == null) {
			throw new IllegalStateException("llama.guard.audit.store or llama.guard.feedback.store is jdbc, but there "
					+ "is no DataSource, or more than one and none of them primary: set spring.datasource.url");
		}
		return dataSource;
	}

	static DataSourceScriptDatabaseInitializer initializer(ObjectProvider<DataSource> dataSources,
			LlamaProperties.InitializeSchema when) {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setSchemaLocations(List.of("classpath:io/github/llamaspring/boot/audit/schema.sql"));
		settings.setMode(DatabaseInitializationMode.valueOf(when.name()));
		return new DataSourceScriptDatabaseInitializer(dataSource(dataSources), settings);
	}

	/**
	 * Whether anything is kept in the database.
	 */
	static final class AreUsed extends AnyNestedCondition {

		AreUsed() {
			super(ConfigurationPhase.PARSE_CONFIGURATION);
		}

		@ConditionalOnProperty(name = "llama.guard.audit.store", havingValue = "jdbc")
		static final class ForAudit {

		}

		@ConditionalOnProperty(name = "llama.guard.feedback.store", havingValue = "jdbc")
		static final class ForFeedback {

		}

	}

}
