package io.github.llamaspring.boot.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * Databases with the guard's tables: H2, and the PostgreSQL that
 * {@code LLAMA_TEST_POSTGRES} names, such as
 * {@code jdbc:postgresql://localhost/test?user=test}; its tables are emptied.
 */
final class Databases {

	private Databases() {
	}

	static List<JdbcTemplate> all() {
		List<String> urls = new ArrayList<>(List.of("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
				"jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE"));
		String postgres = System.getenv("LLAMA_TEST_POSTGRES");
		if (postgres != null && !postgres.isBlank()) {
			urls.add(postgres);
		}
		else {
			System.err.println("NOTICE: LLAMA_TEST_POSTGRES names no PostgreSQL: only H2 is tried");
		}
		return urls.stream().map(Databases::open).toList();
	}

	private static JdbcTemplate open(String url) {
		DataSource dataSource = new DriverManagerDataSource(url);
		// twice: it may be run at every start
		new ResourceDatabasePopulator(schema(), schema()).execute(dataSource);
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		jdbc.update("DELETE FROM llama_guard_audit");
		jdbc.update("DELETE FROM llama_guard_feedback");
		return jdbc;
	}

	private static ClassPathResource schema() {
		return new ClassPathResource("schema.sql", JdbcAuditSink.class);
	}

}
