package io.github.llamaspring.guard.classify;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Training on a made-up language in which "zork" is harm, "flib" an injection and "grun"
 * an insult.
 */
class TrainerTests {

	private static List<Example> examples;

	private static Heads heads;

	@BeforeAll
	static void train() {
		examples = new ArrayList<>();
		Random random = new Random(3);
		String[] words = "lorem ipsum dolor sit amet elit sed do tempor magna aliqua enim minim veniam quis".split(" ");
		for (int i = 0; i < 900; i++) {
			StringBuilder text = new StringBuilder();
			for (int k = 0; k < 6 + random.nextInt(6); k++) {
				text.append(words[random.nextInt(words.length)]).append(' ');
			}
			int kind = i % 6;
			text.append(List.of("", "", "", "zork", "flib", "grun").get(kind)).append(" now ").append(i);
			String label = List.of("benign", "nontoxic", "benign", "harmful", "injection", "toxic").get(kind);
			examples.add(new Example(text.toString(), (i % 2 == 0) ? "en" : "de", label,
					label.equals("harmful") ? "U1.7" : "", "source_" + i % 7, false, null));
		}
		heads = Trainer.train(examples);
	}

	private static HeadRun run(String text) {
		HeadRun run = heads.run(false);
		run.detect(NormText.whole(text), new MatchSink() {
			@Override
			public void match(Match match) {
				assertThat(match.score()).isBetween(0.0, 1.0);
			}

			@Override
			public void undecided(int start) {
			}
		});
		return run;
	}

	@Test
	void givesTheSameBytesTwiceInAnyOrder() {
		List<Example> shuffled = new ArrayList<>(examples);
		Collections.shuffle(shuffled, new Random(1));
		assertThat(Trainer.train(shuffled).digest()).isEqualTo(heads.digest());
	}

	@Test
	void learnsWhatIsThere() {
		assertThat(run("lorem dolor zork amet").probability(Head.HARM)).isGreaterThan(0.5);
		assertThat(run("lorem dolor flib amet").probability(Head.INJECTION)).isGreaterThan(0.5);
		assertThat(run("lorem dolor grun amet").probability(Head.TOXICITY)).isGreaterThan(0.5);
		for (Head head : Head.values()) {
			assertThat(run("lorem dolor magna amet").probability(head)).isBetween(0.0, 0.3);
		}
	}

	@Test
	void findsALateSentence() {
		String calm = "lorem ipsum dolor sit amet elit sed. ".repeat(200);
		HeadRun run = run(calm + "sit zork amet zork elit.");
		assertThat(run.probability(Head.HARM)).isGreaterThan(0.5);
		assertThat(run(calm).probability(Head.HARM)).isLessThan(0.3);
	}

	@Test
	void looksAtRunsInProportionToTheLength() {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < 1000; i++) {
			text.append("lorem ipsum").append(i).append(" dolor sit").append(i).append(" amet elit. ");
		}
		int one = run(text.substring(0, text.length() / 10)).segments();
		int ten = run(text.toString()).segments();
		assertThat(ten).isBetween(9 * one, 11 * one);
	}

	@Test
	void learnsNothingNewFromRepetition() {
		String sentence = "lorem dolor magna amet sit elit. ";
		double once = run(sentence).raw(Head.HARM);
		assertThat(run(sentence.repeat(500)).raw(Head.HARM)).isCloseTo(once, org.assertj.core.data.Offset.offset(0.5));
	}

	@Test
	void splitsByTextAndPair() {
		long test = examples.stream().filter((example) -> example.split() == Example.Split.IN_DOMAIN).count();
		assertThat(test).isBetween(60L, 130L);
		Example one = new Example("x", "de", "benign", "", "pairs", false, "p-1");
		Example two = new Example("y", "de", "harmful", "U2.2", "pairs", false, "p-1");
		assertThat(one.split()).isEqualTo(two.split());
	}

	@Test
	void neverTrainsOnTheTestSplits() {
		List<Example> more = new ArrayList<>(examples);
		int added = 0;
		for (int i = 0; i < 400; i++) {
			Example example = new Example("zork zork zork " + i, "en", "benign", "", "source_x", false, null);
			if (example.split() == Example.Split.IN_DOMAIN) {
				more.add(example);
				added++;
			}
		}
		assertThat(added).isPositive();
		assertThat(Trainer.train(more).digest()).isEqualTo(heads.digest());
	}

}
