package io.github.llamaspring.examples.supportchat.knowledge;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class Bm25IndexTests {

	@Test
	void scoresByTheFormula() {
		// N = 2, df(rain) = 1, |d| = 2 and 4, average 3: worked out by hand
		Bm25Index index = new Bm25Index(List.of("rain jacket", "rope rope rope boot"));
		double idf = Math.log(1 + 1.5 / 1.5);
		double jacket = idf * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / 3));
		double rope = idf * 3 * 2.2 / (3 + 1.2 * (0.25 + 0.75 * 4 / 3));
		assertThat(index.search("rain").getFirst().score()).isCloseTo(jacket, within(1e-12));
		assertThat(index.search("ROPE").getFirst().score()).isCloseTo(rope, within(1e-12));
	}

	@Test
	void cutsWordsAndAccents() {
		assertThat(Bm25Index.terms("Rückgaben, the DELIVERY; größe?")).containsExactly("ruckga", "delive", "große");
		assertThat(Bm25Index.terms("\uD83D\uDE00".repeat(9) + " \uD835\uDC00\uD835\uDC01")).containsExactly("ab");
	}

}
