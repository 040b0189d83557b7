package io.github.llamaspring.core.store;

import java.time.Duration;

/**
 * How long the store waits for a server.
 *
 * @param connect for a connection
 * @param answer for the head of an answer, the look-up of the name included
 * @param stall for the next bytes of a file
 * @param retries how often in a row it tries again without getting new bytes
 * @param pause before the first retry; doubled each time
 * @param patient whether it tries again even if it never got a byte; false where there is
 * another way to get the file
 */
record HttpSettings(Duration connect, Duration answer, Duration stall, int retries, Duration pause, boolean patient) {

	static final HttpSettings USER = new HttpSettings(Duration.ofSeconds(15), Duration.ofSeconds(30),
			Duration.ofSeconds(30), 3, Duration.ofSeconds(1), true);

	static final HttpSettings NAMED = new HttpSettings(Duration.ofSeconds(3), Duration.ofSeconds(10),
			Duration.ofSeconds(30), 3, Duration.ofSeconds(1), false);

}
