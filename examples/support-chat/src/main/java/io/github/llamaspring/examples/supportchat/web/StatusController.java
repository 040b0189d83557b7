package io.github.llamaspring.examples.supportchat.web;

import io.github.llamaspring.boot.engine.EngineStatus;
import io.github.llamaspring.boot.engine.LlamaEngine;
import io.github.llamaspring.examples.supportchat.SupportChatProperties;
import io.github.llamaspring.guard.Guards;
import io.github.llamaspring.guard.PolicyInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Which model this is and whether it answers yet.
 */
@RestController
final class StatusController {

	/** The rate of the first bytes says nothing about how long the rest takes. */
	private static final long ENOUGH_TO_TELL = 1_000_000;

	private final LlamaEngine engine;

	private final Guards guards;

	private final SupportChatProperties properties;

	StatusController(LlamaEngine engine, Guards guards, SupportChatProperties properties) {
		this.engine = engine;
		this.guards = guards;
		this.properties = properties;
	}

	@GetMapping("/api/status")
	Status status() {
		Status status = new Status(this.properties.shop(), this.engine.reference(), this.guards.guard().policy());
		return switch (this.engine.status()) {
			case EngineStatus.Stopped _ -> status.stopped();
			case EngineStatus.Fetching fetching -> status.fetching(fetching);
			case EngineStatus.Loading loading -> status.loading(loading.fraction());
			case EngineStatus.Ready ready -> status.ready(ready);
			case EngineStatus.Failed failed -> status.failed(failed.reason());
		};
	}

	/**
	 * What the page shows of the model. What does not belong to a state is null.
	 *
	 * @param shop name of the shop
	 * @param state FETCHING, LOADING, READY, FAILED or, while the application ends,
	 * STOPPED
	 * @param name of the model
	 * @param size of its weights in bytes
	 * @param bytes fetched
	 * @param total bytes to fetch, -1 where that is not known
	 * @param bytesPerSecond since the fetch began
	 * @param secondsLeft of the fetch
	 * @param fraction loaded, 0 to 1
	 * @param kernel what computes
	 * @param contextLength positions of a conversation
	 * @param reason why there is no model and what to do
	 * @param policy what moderates
	 */
	record Status(String shop, String state, String name, @Nullable Long size, @Nullable Long bytes,
			@Nullable Long total, @Nullable Double bytesPerSecond, @Nullable Long secondsLeft,
			@Nullable Double fraction, @Nullable String kernel, @Nullable Integer contextLength,
			@Nullable String reason, PolicyInfo policy) {

		Status(String shop, String name, PolicyInfo policy) {
			this(shop, "LOADING", name, null, null, null, null, null, 0.0, null, null, null, policy);
		}

		Status loading(double fraction) {
			return new Status(this.shop, "LOADING", this.name, null, null, null, null, null, fraction, null, null, null,
					this.policy);
		}

		Status fetching(EngineStatus.Fetching fetch) {
			boolean known = fetch.total() > 0 && fetch.bytes() >= ENOUGH_TO_TELL && fetch.bytesPerSecond() > 0;
			Long left = known ? Math.round((fetch.total() - fetch.bytes()) / fetch.bytesPerSecond()) : null;
			return new Status(this.shop, "FETCHING", this.name, null, fetch.bytes(), fetch.total(),
					fetch.bytesPerSecond(), left, null, null, null, null, this.policy);
		}

		Status ready(EngineStatus.Ready ready) {
			return new Status(this.shop, "READY", ready.name(), ready.model().memoryBytes(), null, null, null, null,
					null, ready.model().kernel(), ready.contextLength(), null, this.policy);
		}

		Status stopped() {
			return new Status(this.shop, "STOPPED", this.name, null, null, null, null, null, null, null, null, null,
					this.policy);
		}

		Status failed(String why) {
			return new Status(this.shop, "FAILED", this.name, null, null, null, null, null, null, null, null, why,
					this.policy);
		}

	}

}
