package io.github.llamaspring.guard;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.answer.GroundDetector;
import io.github.llamaspring.guard.pii.PiiDetector;
import io.github.llamaspring.guard.policy.Policy;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.vault.Disclosure;
import io.github.llamaspring.guard.vault.PlaceholderDetector;
import io.github.llamaspring.guard.vault.Vault;
import io.github.llamaspring.guard.vault.VaultStream;

/**
 * What a policy says about placeholders, with the vault that gives them out.
 */
final class Pseudonyms {

	private final Policy policy;

	private final Vault vault;

	private final Set<String> categories;

	private final PlaceholderDetector forged;

	private final boolean acts;

	/**
	 * @param acts whether texts pass on as the policy says; one that only watches keeps
	 * no values and restores none
	 */
	Pseudonyms(Policy policy, Vault vault, boolean acts) {
		this.acts = acts;
		this.policy = policy;
		this.vault = vault;
		this.categories = policy.pseudonymized(PiiDetector.KINDS);
		this.forged = new PlaceholderDetector(this.categories);
	}

	/**
	 * Whether anything gets a placeholder that somebody sees.
	 */
	boolean areUsed() {
		return this.acts && !this.categories.isEmpty();
	}

	Vault vault() {
		return this.vault;
	}

	/**
	 * Looks for forged placeholders in what comes from outside; null where there can be
	 * none.
	 */
	@Nullable PlaceholderDetector detector(GuardContext context) {
		boolean outside = context.stage() != Stage.OUTPUT && context.stage() != Stage.TOOL_CALL;
		return (outside && !this.categories.isEmpty() && conversation(context) != null) ? this.forged : null;
	}

	/**
	 * The detectors of an answer, of which none takes a placeholder for a fact.
	 */
	List<Detector> excusing(List<Detector> detectors, GuardContext context) {
		if (this.categories.isEmpty() || conversation(context) == null) {
			return detectors;
		}
		return detectors.stream()
			.map((detector) -> detector.family().equals(GroundDetector.FAMILY)
					? new PlaceholderExcuse(detector, this.forged) : detector)
			.toList();
	}

	/**
	 * What becomes of a finding: without a conversation there is no one to keep a value
	 * for, and what a tool may see needs no placeholder on its way there.
	 * @return the finding, or null where the policy allows it
	 */
	@Nullable Finding settled(@Nullable Finding finding, GuardContext context) {
		if (finding == null || finding.action() != Action.PSEUDONYMIZE) {
			return finding;
		}
		if (context.stage() == Stage.TOOL_CALL
				&& this.policy.disclosedTo(context.tool()).contains(finding.category())) {
			return null;
		}
		return (conversation(context) != null) ? finding : new Finding(finding.rule(), finding.category(),
				finding.score(), finding.band(), Action.REDACT, finding.span());
	}

	/**
	 * What stands in place of a part of the text. A part of which something is redacted
	 * is redacted as a whole: it must not come back.
	 */
	Edits.Replacement replacement(List<Finding> overlapping, String value, GuardContext context) {
		Finding first = overlapping.getFirst();
		String category = first.category();
		if (overlapping.size() == 1 && category.equals(PlaceholderDetector.CATEGORY)) {
			String defused = PlaceholderDetector.defused(value);
			return new Edits.Replacement((defused != null) ? defused : Rulings.placeholder(category), category);
		}
		String conversation = conversation(context);
		String placeholder = null;
		if (conversation != null
				&& overlapping.stream().allMatch((finding) -> finding.action() == Action.PSEUDONYMIZE)) {
			placeholder = this.acts ? this.vault.conceal(conversation, category, value, context.stage() != Stage.OUTPUT)
					: this.vault.preview(conversation, category, value);
		}
		return new Edits.Replacement((placeholder != null) ? placeholder : Rulings.placeholder(category), category);
	}

	/**
	 * Restores what the one who gets the text may see.
	 */
	VaultStream restorer(GuardContext context, String text) {
		String conversation = conversation(context);
		if (conversation == null || !areUsed()) {
			return VaultStream.passing();
		}
		return switch (context.stage()) {
			case OUTPUT -> this.policy.restoresToUser() ? this.vault.stream(conversation, Disclosure.TO_USER)
					: VaultStream.passing();
			case TOOL_CALL -> {
				Set<String> shown = this.policy.disclosedTo(context.tool());
				yield shown.isEmpty() ? VaultStream.passing()
						: this.vault.stream(conversation, Disclosure.toTool(shown, text));
			}
			case INPUT, CONTEXT, TOOL_RESULT -> VaultStream.passing();
		};
	}

	private static @Nullable String conversation(GuardContext context) {
		String id = context.conversationId();
		return (id == null || id.isBlank()) ? null : id;
	}

}
