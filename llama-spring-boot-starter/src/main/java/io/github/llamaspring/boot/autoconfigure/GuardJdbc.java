package io.github.llamaspring.boot.autoconfigure;

/**
 * Says what is missing to keep things in a database.
 */
final class GuardJdbc {

	private GuardJdbc() {
	}

	static IllegalStateException missing(String property) {
		return new IllegalStateException(property + " is jdbc, but there is no JDBC support: add "
				+ "org.springframework.boot:spring-boot-starter-jdbc and a database driver");
	}

}
