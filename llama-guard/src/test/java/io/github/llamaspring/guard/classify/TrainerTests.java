package io.github.llamaspring.guard.classify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.llamaspring.guard.semantic.SentenceVectors;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Training on a made-up language in which "zork" is harm, "flib" an injection and "grun"
 * an insult.
 */
class TrainerTests {

	private static final String HARMLESS = "lorem ipsum dolor sit amet elit sed do tempor magna aliqua enim minim veniam quis";

	private static List<Example> examples;

	private static final SentenceVectors VECTORS = new SentenceVectors(TrainerTests::encode, Duration.ofMinutes(1));

	private static Trainer.Models models;

	private static Heads heads;

	@BeforeAll
	static void train() {
		examples = new ArrayList<>();
		Random random = new Random(3);
		String[] words = HARMLESS.split(" ");
		for (int i = 0; i < 900; i++) {
			StringBuilder text = new StringBuilder();
			for (int k = 0; k < 6 + random.nextInt(6); k++) {
				text.append(words[random.nextInt(words.length)]).append(' ');
			}
			int kind = i % 6;
			text.append(List.of("", "", "", "zork", "flib", "grun").get(kind)).append(" now ").append(i);
			String label = List.of("benign", "nontoxic", "benign", "harmful", "injection", "toxic").get(kind);
			examples.add(new Example(text.toString(), (i % 2 == 0) ? "en" : "de", label,
					label.equals("harmful") ? "U1.7" : "", ((kind == 0) ? "benign_" : "source_") + i % 7, false, null));
		}
		models = Trainer.train(examples, VECTORS);
		heads = models.words();
	}

	/** Words of one meaning share a direction; "mork" means what "zork" means. */
	private static List<float[]> encode(List<String> texts) {
		return texts.stream().map((text) -> {
			float[] vector = new float[40];
			for (String word : text.toLowerCase(Locale.ROOT).split("\\W+")) {
				vector[1 + (HARMLESS + " zork flib grun").indexOf(word.replace("mork", "zork")) / 3] += 1;
			}
			double length = 0;
			for (float value : vector) {
				length += value * value;
			}
			for (int i = 0; i < vector.length; i++) {
				vector[i] /= (float) Math.sqrt(length);
			}
			return vector;
		}).toList();
	}

	private static VectorRun meaning(String text) {
		VectorRun run = vectorHeads().run(heads.run(false), VECTORS);
		run.detect(NormText.whole(text), new MatchSink() {
			@Override
			public void match(Match match) {
				assertThat(match.start()).isBetween(0, match.end());
				assertThat(match.end()).isLessThanOrEqualTo(text.length());
			}

			@Override
			public void undecided(int start) {
			}
		});
		return run;
	}

	private static VectorHeads vectorHeads() {
		return Objects.requireNonNull(models.vectors());
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
		assertThat(Trainer.train(shuffled, null).words().digest()).isEqualTo(heads.digest());
	}

	@Test
	void givesTheSameVectorHeadsTwice() {
		List<Example> shuffled = new ArrayList<>(examples);
		Collections.shuffle(shuffled, new Random(1));
		VectorHeads again = Objects.requireNonNull(Trainer.train(shuffled, VECTORS).vectors());
		assertThat(again.digest()).isEqualTo(vectorHeads().digest());
	}

	@Test
	void feedbackMovesTextsButNotEverydayOnes() {
		List<Example> more = new ArrayList<>(examples);
		String text = "lorem dolor sit elit enim zork magna quis";
		more.add(new Example(text, "en", "benign", "", Example.FEEDBACK, false, null));
		more.add(new Example("ipsum amet tempor aliqua", "en", "harmful", "U1.7", Example.FEEDBACK, false, null));
		Trainer.Models learnt = Trainer.train(more, VECTORS);
		Collections.shuffle(more, new Random(2));
		Trainer.Models again = Trainer.train(more, VECTORS);
		assertThat(again.words().digest()).isEqualTo(learnt.words().digest());
		assertThat(again.vectors().digest()).isEqualTo(learnt.vectors().digest());
		for (String overturned : List.of(text, "lorem dolor sit elit enim zork magna")) {
			assertThat(odds(probability(learnt.words(), overturned)))
				.isLessThan(odds(probability(heads, overturned)) / 4);
			assertThat(odds(meaning(learnt, overturned))).isLessThan(odds(meaning(models, overturned)) / 4);
		}
		assertThat(probability(learnt.words(), "ipsum amet tempor aliqua"))
			.isGreaterThan(3 * probability(heads, "ipsum amet tempor aliqua"));
		assertThat(probability(learnt.words(), "sed do zork minim now 7")).isGreaterThan(0.3);
		List<Example> everyday = examples.stream().filter((example) -> example.label().equals("benign")).toList();
		assertThat(everyday.stream().filter((example) -> isFound(learnt.words(), example)).count())
			.isLessThanOrEqualTo(everyday.size() / 50);
	}

	private static boolean isFound(Heads trained, Example example) {
		HeadRun run = trained.run(false);
		run.score(NormText.whole(example.text()), 0);
		return run.raw(Head.HARM) >= trained.head(Head.HARM).calibrations().get(example.language()).grey();
	}

	private static double odds(double probability) {
		return probability / Math.max(1e-9, 1 - probability);
	}

	private static double probability(Heads trained, String text) {
		HeadRun run = trained.run(false);
		run.score(NormText.whole(text), 0);
		return run.probability(Head.HARM);
	}

	private static double meaning(Trainer.Models trained, String text) {
		VectorRun run = Objects.requireNonNull(trained.vectors()).run(trained.words().run(false), VECTORS);
		run.score(NormText.whole(text), 0);
		return run.probability(Head.HARM);
	}

	@Test
	void meaningFindsWhatWordsDoNot() {
		String sentence = "lorem dolor sit elit enim WORD amet now 7";
		double calm = meaning(sentence.replace("WORD", "magna")).probability(Head.HARM);
		double unknown = run(sentence.replace("WORD", "mork")).probability(Head.HARM);
		assertThat(meaning(sentence.replace("WORD", "mork")).probability(Head.HARM)).isGreaterThan(5 * calm)
			.isGreaterThan(3 * unknown);
		assertThat(calm).isLessThan(0.05);
	}

	@Test
	void vectorHeadsAreReadAsTheyWereWritten(@TempDir Path folder) throws IOException {
		vectorHeads().write(folder);
		assertThat(VectorHeads.read(folder).digest()).isEqualTo(vectorHeads().digest());
		Path file = folder.resolve("harm.vectors");
		byte[] bytes = Files.readAllBytes(file);
		Random random = new Random(1);
		for (int i = 0; i < 60; i++) {
			byte[] damaged = (i % 3 == 0) ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
			if (i % 3 != 0) {
				damaged[random.nextInt((i % 3 == 1) ? 120 : bytes.length)] ^= (byte) (1 << random.nextInt(8));
			}
			Files.write(file, damaged);
			assertThatExceptionOfType(HeadFormatException.class).isThrownBy(() -> VectorHeads.read(folder))
				.withMessageContaining("harm.vectors");
		}
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
		assertThat(Trainer.train(more, null).words().digest()).isEqualTo(heads.digest());
	}

}
