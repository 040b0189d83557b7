package io.github.llamaspring.examples.supportchat.knowledge;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class KnowledgeBaseTests {

	private final KnowledgeBase knowledge = new KnowledgeBase();

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			en | How long does delivery take?               | Shipping and delivery
			en | how much is express shipping               | Shipping and delivery
			en | I want to return my boots                  | Returns and refunds
			en | when will I get my refund                  | Returns and refunds
			en | my jacket arrived damaged                  | Returns and refunds
			en | can I pay with PayPal?                     | Payment
			en | I have a gift card                         | Payment
			en | opening hours on Saturday in Munich        | Shops, opening hours and contact
			en | the zip of my backpack broke, warranty?    | Warranty and repairs
			en | I forgot my password                       | Your account
			en | cancel my order please                     | Your account
			en | what size is a chest of 100 cm             | Sizes and care
			de | Wie lange dauert die Lieferung?            | Versand und Lieferung
			de | Was kostet der Versand                     | Versand und Lieferung
			de | Wie kann ich Ware zurückschicken oder zurückgeben? | Rückgabe und Erstattung
			de | Öffnungszeiten am Samstag                  | Geschäfte, Öffnungszeiten und Kontakt
			""")
	void findsTheTextThatAnswersTheQuestion(String language, String question, String title) {
		assertThat(this.knowledge.search(question, language, 1200)).first().extracting(Passage::title).isEqualTo(title);
	}

	@ParameterizedTest
	@CsvSource({ "en,hello", "en,thank you very much", "en,write a poem about the sea", "de,Guten Morgen", "en,''",
			"en,' ?! '" })
	void findsNothingWhereNothingFits(String language, String question) {
		assertThat(this.knowledge.search(question, language, 1200)).isEmpty();
	}

	@Test
	void staysWithinTheLimit() {
		List<Passage> passages = this.knowledge.search("return refund exchange size items delivery", "en", 500);
		assertThat(passages.stream().mapToInt((passage) -> passage.name().length() + passage.text().length()).sum())
			.isLessThanOrEqualTo(500);
	}

	@Test
	void prefersTheReadersLanguage() {
		assertThat(this.knowledge.search("Express", "de", 1200)).extracting(Passage::language).containsOnly("de");
		assertThat(this.knowledge.search("Express", "en", 1200)).extracting(Passage::language).containsOnly("en");
	}

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
