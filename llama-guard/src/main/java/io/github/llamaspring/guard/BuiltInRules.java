package io.github.llamaspring.guard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.llamaspring.guard.answer.RefusalDetector;
import io.github.llamaspring.guard.injection.InjectionDetector;
import io.github.llamaspring.guard.rule.RuleBook;
import io.github.llamaspring.guard.rule.RuleDetector;

/**
 * The rule files in the jar.
 */
final class BuiltInRules {

	private static final List<String> LANGUAGES = List.of("en", "de", "pt", "es", "fr");

	/** Of each there is one for all guards: they hold no state. */
	static final InjectionDetector INJECTION = new InjectionDetector(injection());

	/** Looks for harm in what people write. */
	static final RuleDetector ASKED = new RuleDetector("harm", RuleBook.of("harm", harm()), false);

	private BuiltInRules() {
	}

	/** Looks for harm in what the model writes. */
	static RuleDetector answered() {
		return Answers.HARM;
	}

	static RefusalDetector refusals() {
		return Answers.REFUSALS;
	}

	static Map<String, String> harm() {
		return read("rule/harm-");
	}

	/**
	 * Harm, and what only the model must not say of itself.
	 */
	static Map<String, String> claims() {
		Map<String, String> files = new LinkedHashMap<>(harm());
		files.putAll(read("rule/claims-"));
		return files;
	}

	static Map<String, String> injection() {
		return read("injection/injection-");
	}

	static Map<String, String> refusal() {
		return read("answer/refusal-");
	}

	/**
	 * All of it, for the policy's hash.
	 */
	static String all() {
		return claims().toString() + injection() + refusal();
	}

	private static Map<String, String> read(String prefix) {
		Map<String, String> files = new LinkedHashMap<>();
		for (String language : LANGUAGES) {
			String name = prefix + language + ".rules";
			try (InputStream in = Guard.class.getResourceAsStream(name)) {
				Objects.requireNonNull(in, "the jar of llama-guard lacks " + name);
				files.put(name, new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n"));
			}
			catch (IOException ex) {
				throw new UncheckedIOException("the jar of llama-guard can't be read: " + name, ex);
			}
		}
		return files;
	}

	/** Rules for answers are compiled when the first one comes. */
	private static final class Answers {

		static final RuleDetector HARM = new RuleDetector("harm", RuleBook.of("harm", claims()), true);

		static final RefusalDetector REFUSALS = new RefusalDetector(refusal());

	}

}
