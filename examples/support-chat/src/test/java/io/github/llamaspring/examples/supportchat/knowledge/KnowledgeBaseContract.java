package io.github.llamaspring.examples.supportchat.knowledge;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What must hold of the search, with the embedding model and without.
 */
abstract class KnowledgeBaseContract {

	abstract KnowledgeBase knowledge();

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
		assertThat(knowledge().search(question, language, 1200)).first().extracting(Passage::title).isEqualTo(title);
	}

	@ParameterizedTest
	@CsvSource({ "en,hello", "en,thank you very much", "en,write a poem about the sea", "de,Guten Morgen", "en,''",
			"en,' ?! '" })
	void findsNothingWhereNothingFits(String language, String question) {
		assertThat(knowledge().search(question, language, 1200)).isEmpty();
	}

	@Test
	void staysWithinTheLimit() {
		List<Passage> passages = knowledge().search("return refund exchange size items delivery", "en", 500);
		assertThat(passages.stream().mapToInt((passage) -> passage.name().length() + passage.text().length()).sum())
			.isLessThanOrEqualTo(500);
	}

	@Test
	void prefersTheReadersLanguage() {
		assertThat(knowledge().search("Express", "de", 1200)).extracting(Passage::language).containsOnly("de");
		assertThat(knowledge().search("Express", "en", 1200)).extracting(Passage::language).containsOnly("en");
	}

}
