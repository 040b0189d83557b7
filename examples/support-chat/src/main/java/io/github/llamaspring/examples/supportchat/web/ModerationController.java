package io.github.llamaspring.examples.supportchat.web;

import java.util.List;

import io.github.llamaspring.examples.supportchat.SupportChatProperties;
import io.github.llamaspring.guard.Guard;
import io.github.llamaspring.guard.Guards;
import io.github.llamaspring.guard.GuardContext;
import io.github.llamaspring.guard.Stage;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * The guard alone, without the model.
 */
@RestController
final class ModerationController {

	private final Guards guards;

	private final SupportChatProperties properties;

	ModerationController(Guards guards, SupportChatProperties properties) {
		this.guards = guards;
		this.properties = properties;
	}

	@PostMapping(path = "/api/moderate", consumes = MediaType.APPLICATION_JSON_VALUE)
	Wire.Check moderate(@RequestBody Sample sample) {
		String text = Problem.requireText(sample.text(), this.properties.chatLimit());
		GuardContext context = GuardContext.of(Stage.INPUT).withLanguage(Problem.language(sample.language()));
		return Wire.verdict(this.guards.guard().check(text, context));
	}

	@GetMapping("/api/rules")
	List<Guard.RuleInfo> rules() {
		return this.guards.guard().rules();
	}

	record Sample(@Nullable String text, @Nullable String language) {
	}

}
