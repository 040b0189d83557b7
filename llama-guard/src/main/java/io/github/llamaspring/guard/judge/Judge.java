package io.github.llamaspring.guard.judge;

import java.time.Duration;

/**
 * Says whether words are safe, slower and better than rules do. Asked only about what is
 * suspicious, where the policy wants that. Implementations are thread-safe.
 */
@FunctionalInterface
public interface Judge {

	/**
	 * Judges the last turn.
	 * @param limit the longest the caller waits; whoever needs longer is interrupted
	 * @return what was found; a failure is a judgement too
	 * @throws RuntimeException which counts as {@link Judgement.Status#ERROR}
	 */
	Judgement judge(Dialogue dialogue, Duration limit);

}
