package io.github.llamaspring.guard.vault;

import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

/**
 * Finds what looks like one of our placeholders in text that comes from outside. Only the
 * guard gives placeholders out: one that a person or a document brings along is forged,
 * and must not fetch a value out of the vault when the model repeats it.
 */
public final class PlaceholderDetector implements Detector {

	/** Family of what it finds. */
	public static final String FAMILY = "vault";

	/** Category of what it finds. */
	public static final String CATEGORY = "PLACEHOLDER";

	private static final int MOST_DIGITS = 9;

	private final List<String> names;

	/**
	 * @param categories of all values that may have placeholders
	 */
	public PlaceholderDetector(Collection<String> categories) {
		this.names = categories.stream()
			.map((category) -> BracketRun.key(ConversationValues.label(category)))
			.distinct()
			.toList();
	}

	/**
	 * The text in round brackets: readable, and a placeholder no more.
	 * @param forged what was found; null where it is something else
	 */
	public static @Nullable String defused(String forged) {
		int open = forged.indexOf('[');
		boolean plain = open >= 0 && open <= 1 && forged.indexOf('[', open + 1) < 0
				&& forged.indexOf(']') == forged.length() - 1;
		return plain ? "(" + forged.substring(open + 1, forged.length() - 1).replace("\\", "") + ")" : null;
	}

	@Override
	public String family() {
		return FAMILY;
	}

	@Override
	public void detect(NormText text, MatchSink sink) {
		String raw = text.raw();
		if (raw.indexOf('[') < 0) {
			return;
		}
		int[] at = new int[1];
		BracketRun run = new BracketRun(this::mayBegin, new BracketRun.Sink() {

			@Override
			public void plain(String plain) {
				// Not what is looked for.
			}

			@Override
			public void closed(String shown, String key) {
				if (isPlaceholder(key)) {
					int end = at[0] + 1;
					sink.match(new Match("vault.placeholder", CATEGORY, 1, end - shown.length(), end));
				}
			}
		});
		while (at[0] < raw.length()) {
			run.take(raw.charAt(at[0]));
			at[0]++;
		}
		if (text.isOpen() && run.held() > 0) {
			sink.undecided(raw.length() - run.held());
		}
	}

	private boolean mayBegin(String prefix) {
		return this.names.stream().anyMatch((name) -> name.startsWith(prefix) || isNumbered(prefix, name));
	}

	private boolean isPlaceholder(String key) {
		return this.names.stream().anyMatch((name) -> key.length() > name.length() && isNumbered(key, name));
	}

	private static boolean isNumbered(String key, String name) {
		return key.startsWith(name) && key.length() - name.length() <= MOST_DIGITS
				&& key.chars().skip(name.length()).allMatch(Character::isDigit);
	}

}
