package io.github.llamaspring.guard;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EditsTests {

	private static final Edits.Replacer NAMED = (overlapping,
			value) -> new Edits.Replacement(overlapping.stream()
				.map((finding) -> finding.action().name().substring(0, 1) + finding.category())
				.collect(Collectors.joining("+", "<", ">")), overlapping.getFirst().category());

	private static Finding finding(String category, Action action, int start, int end) {
		return new Finding("r." + category, category, 0.9, Band.HIT, action, new Span(start, end));
	}

	private static String edited(String text, Finding... findings) {
		return Edits.carryOut(text, List.of(findings), NAMED).text();
	}

	@Test
	void composesEditsOfDifferentKinds() {
		String text = "0123456789";
		assertThat(edited(text, finding("b", Action.PSEUDONYMIZE, 6, 8), finding("a", Action.REDACT, 1, 3)))
			.isEqualTo("0<Ra>345<Pb>89");
		assertThat(edited(text, finding("a", Action.REDACT, 1, 4), finding("b", Action.PSEUDONYMIZE, 3, 6)))
			.isEqualTo("0<Ra+Pb>6789");
		assertThat(edited(text, finding("a", Action.REDACT, 1, 4), finding("b", Action.REDACT, 4, 6)))
			.isEqualTo("0<Ra><Rb>6789");
		assertThat(edited(text, finding("a", Action.FLAG, 1, 4), finding("b", Action.REWRITE, 4, 6))).isEqualTo(text);
		assertThat(edited(text, finding("a", Action.REDACT, 4, 4))).isEqualTo(text);
	}

	@Test
	void redactsAllWhereNobodyKnowsThePlace() {
		Finding somewhere = new Finding("r", "x", 1, Band.HIT, Action.PSEUDONYMIZE, null);
		assertThat(edited("0123", finding("a", Action.REDACT, 1, 2), somewhere)).isEqualTo("<Rx+Ra>");
	}

	/** Whatever the findings and their order: nothing hidden shows, the rest stays. */
	@Test
	void hidesEverythingItShallAndNothingElse() {
		Random random = new Random(5);
		Action[] actions = Action.values();
		for (int run = 0; run < 10_000; run++) {
			int length = 1 + random.nextInt(40);
			StringBuilder made = new StringBuilder();
			for (int i = 0; i < length; i++) {
				made.append((char) (0x4E00 + i));
			}
			String text = made.toString();
			List<Finding> findings = new ArrayList<>();
			for (int i = random.nextInt(7); i > 0; i--) {
				int start = random.nextInt(length);
				findings.add(finding(String.valueOf((char) ('a' + random.nextInt(3))),
						actions[random.nextInt(actions.length)], start, start + random.nextInt(length - start + 1)));
			}
			Edits.Edited edited = Edits.carryOut(text, findings, NAMED);
			for (int i = 0; i < length; i++) {
				int at = i;
				boolean hidden = findings.stream()
					.anyMatch(
							(finding) -> (finding.action() == Action.REDACT || finding.action() == Action.PSEUDONYMIZE)
									&& finding.span().start() <= at && at < finding.span().end());
				assertThat(edited.text().indexOf(text.charAt(i)) < 0).isEqualTo(hidden);
			}
			String rest = edited.text();
			for (Redaction redaction : edited.redactions().reversed()) {
				String with = rest.substring(redaction.span().start(), redaction.span().end());
				assertThat(with).matches("<[RP]" + redaction.category() + "(\\+[RP][abc])*>");
				rest = rest.substring(0, redaction.span().start()) + rest.substring(redaction.span().end());
			}
			assertThat(rest).matches("[\\u4E00-\\u4E40]*");
			Collections.shuffle(findings, random);
			assertThat(Edits.carryOut(text, findings, NAMED)).isEqualTo(edited);
		}
	}

	@Test
	void theMostSevereOfTwoActionsWins() {
		for (Action one : Action.values()) {
			for (Action other : Action.values()) {
				assertThat(one.and(other)).isEqualTo((one.ordinal() >= other.ordinal()) ? one : other);
			}
		}
		assertThat(Action.values()).containsExactly(Action.ALLOW, Action.FLAG, Action.REDACT, Action.PSEUDONYMIZE,
				Action.REWRITE, Action.REASK, Action.ESCALATE, Action.BLOCK);
	}

}
