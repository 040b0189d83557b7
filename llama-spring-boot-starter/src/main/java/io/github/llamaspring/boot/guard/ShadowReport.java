package io.github.llamaspring.boot.guard;

import java.util.function.Supplier;
import java.util.stream.Stream;

import io.github.llamaspring.guard.Action;
import io.github.llamaspring.guard.PolicyDifference;
import io.github.llamaspring.guard.ShadowListener;
import io.github.llamaspring.guard.Stage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what a policy in shadow would do differently, without the text, and passes it on.
 */
public final class ShadowReport implements ShadowListener {

	private static final Logger LOG = LoggerFactory.getLogger(ShadowReport.class);

	private final Supplier<Stream<ShadowListener>> listeners;

	/**
	 * @param listeners asked for at each report: metrics come later than guards
	 */
	public ShadowReport(Supplier<Stream<ShadowListener>> listeners) {
		this.listeners = listeners;
	}

	@Override
	public void onAgreement(Stage stage, Action action) {
		this.listeners.get().forEach((each) -> each.onAgreement(stage, action));
	}

	@Override
	public void onDifference(PolicyDifference difference) {
		PolicyDifference.Side live = difference.live();
		PolicyDifference.Side shadow = difference.shadow();
		LOG.info("policy {} {} says {} ({}), in shadow {} {} would say {} ({}); {}, {} characters, sha256 {}",
				live.policy().id(), live.policy().version(), live.action(), live.rule(), shadow.policy().id(),
				shadow.policy().version(), shadow.action(), shadow.rule(), difference.stage(), difference.length(),
				difference.textHash());
		this.listeners.get().forEach((each) -> each.onDifference(difference));
	}

	@Override
	public void onFailure(Stage stage, Throwable failure) {
		LOG.warn("the policy in shadow could not judge a text ({}): {}", stage, failure.getClass().getName());
		this.listeners.get().forEach((each) -> each.onFailure(stage, failure));
	}

}
