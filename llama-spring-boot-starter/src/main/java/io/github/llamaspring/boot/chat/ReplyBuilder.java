package io.github.llamaspring.boot.chat;

import java.util.Objects;

import io.github.llamaspring.boot.guard.GuardedResult;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the events of a turn into one reply.
 */
final class ReplyBuilder {

	private final StringBuilder released = new StringBuilder();

	private @Nullable ChatReply reply;

	ReplyBuilder add(ChatEvent event) {
		switch (event) {
			case ChatEvent.Delta delta -> this.released.append(delta.text());
			case ChatEvent.Blocked blocked -> {
				String message = Objects.requireNonNullElse(blocked.verdict().message(), "");
				String text = this.released.isEmpty() ? message : this.released.toString();
				this.reply = new ChatReply(text, true, GuardedResult.CONTENT_FILTER, null, null, blocked.verdict());
			}
			case ChatEvent.Completed completed -> this.reply = new ChatReply(completed.text(), false,
					completed.finishReason(), completed.usage(), completed.timings(), completed.output());
			case ChatEvent.Queued _, ChatEvent.Started _, ChatEvent.Held _ -> {
			}
		}
		return this;
	}

	ChatReply build() {
		return Objects.requireNonNull(this.reply, "a turn ends with Completed or Blocked");
	}

}
