package io.github.llamaspring.examples.supportchat.knowledge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.llamaspring.boot.ai.LlamaEmbeddingModel;
import io.github.llamaspring.boot.engine.EmbeddingEngine;
import io.github.llamaspring.core.ModelOptions;
import io.github.llamaspring.examples.supportchat.TestEncoder;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.vectorstore.SimpleVectorStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The search with the real sentence encoder. Its weights were chosen on other questions.
 */
class MeaningTests extends KnowledgeBaseContract {

	private static EmbeddingEngine engine;

	private static KnowledgeBase knowledge;

	@BeforeAll
	static void fill() throws InterruptedException {
		TestEncoder.require();
		engine = EmbeddingEngine.of(TestEncoder.reference(), ModelOptions.DEFAULTS);
		LlamaEmbeddingModel model = new LlamaEmbeddingModel(engine, true, ObservationRegistry.NOOP, null);
		List<Passage> texts = ShopTexts.read();
		MeaningIndex index = new MeaningIndex(SimpleVectorStore.builder(model).build(), texts,
				ShopTexts.readSmallTalk(), Duration.ofMillis(1));
		knowledge = new KnowledgeBase(texts, index);
		index.fill();
		while (knowledge.searchesBy() == KnowledgeBase.Search.WORDS) {
			Thread.sleep(10);
		}
	}

	@AfterAll
	static void close() {
		if (engine != null) {
			engine.close();
		}
	}

	@Override
	KnowledgeBase knowledge() {
		return knowledge;
	}

	/**
	 * Right is a text that is among the sources, which are three at most; most are the
	 * first.
	 */
	@ParameterizedTest
	@MethodSource("questions")
	void findsTheEnglishTextWhateverTheLanguage(String language, String questions) {
		List<String> missed = new ArrayList<>();
		int first = 0;
		int asked = 0;
		for (String line : questions.lines().toList()) {
			String[] questionAndTopic = line.split(" \\| ");
			List<String> found = knowledge.search(questionAndTopic[0], language, 1200)
				.stream()
				.map(Passage::topic)
				.toList();
			asked++;
			first += (found.indexOf(questionAndTopic[1]) == 0) ? 1 : 0;
			if (!found.contains(questionAndTopic[1])) {
				missed.add(line + " but found " + found);
			}
		}
		System.out.printf("%s: of %d questions %d find the right text first, %d among the sources; missed: %s%n",
				language, asked, first, asked - missed.size(), missed);
		assertThat(missed).hasSizeLessThanOrEqualTo(3);
		assertThat(first).isGreaterThanOrEqualTo(6);
	}

	static Stream<Arguments> questions() {
		return Stream.of(Arguments.of("de", """
				Ich habe mein Passwort vergessen | password
				Wo finde ich die Rechnung zu meiner Bestellung? | invoices
				Kann ich bei euch Schneeschuhe ausleihen? | rent
				Darf mein Hund mit ins Geschäft? | access
				Wie wasche ich meinen Daunenschlafsack? | wash-down
				Ich möchte meine Bestellung stornieren | cancel
				Welche Größe brauche ich bei 105 cm Brustumfang? | size
				Wie melde ich mich vom Newsletter ab? | newsletter
				Bietet ihr geführte Wanderungen für Anfänger an? | courses
				Meine Kreditkarte wird nicht angenommen | declined
				"""), Arguments.of("pt", """
				Quanto tempo demora a entrega? | delivery-time
				Como faço para devolver uma jaqueta? | return
				Esqueci a minha senha | password
				A loja abre aos sábados? | opening-hours
				Quando recebo o meu reembolso? | refund
				Posso alugar uma barraca para o fim de semana? | rent
				Vocês embrulham para presente? | gift-wrapping
				O produto chegou com defeito | damaged
				Quais são as formas de pagamento? | payment
				Quero cancelar a minha compra | cancel
				"""), Arguments.of("es", """
				¿Cuánto cuesta el envío? | shipping-cost
				He olvidado mi contraseña | password
				¿Dónde está mi pedido? | tracking
				¿Hacen envíos a Chile? | countries
				Quiero cambiar las botas por un número más | exchange
				¿Tienen clases para aprender a leer mapas? | courses
				Necesito una factura | invoices
				¿Se puede entrar con silla de ruedas? | access
				¿Cuántos años de garantía tiene la mochila? | warranty
				Ya no quiero recibir correos publicitarios | newsletter
				"""), Arguments.of("fr", """
				Combien coûte la livraison express ? | shipping-cost
				J'ai oublié mon mot de passe | password
				Quand serai-je remboursé ? | refund
				Faut-il payer des droits de douane pour le Brésil ? | customs
				Comment laver ma veste imperméable ? | wash-jacket
				Puis-je payer par virement ? | payment
				Avez-vous une boutique à Munich, quels sont les horaires ? | opening-hours
				Je veux annuler ma commande | cancel
				Vendez-vous des piquets de tente à l'unité ? | spare-parts
				Ma carte cadeau est-elle encore valable ? | gift-cards
				"""));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			When are you open? | opening-hours
			somebody stole my package i think | parcel-missing
			Can my toddler come on the walks for free? | courses
			is it ok to bring my labrador | access
			Can I pay with my Mastercard?      | payment
			stove jets                         | spare-parts
			""")
	void findsWhatIsSaidInOtherWordsAndInTheSame(String question, String topic) {
		assertThat(knowledge.search(question, "en", 1200)).first().extracting(Passage::topic).isEqualTo(topic);
	}

	@Test
	void findsNothingForMostSmallTalk() {
		List<String> lines = List.of("Do you believe in ghosts?", "What should I name my cat?", "Can you play chess?",
				"Write me a limerick", "what's your favourite colour", "Na, alles klar?",
				"Wie hoch ist der Mount Everest?", "Erkläre mir die Relativitätstheorie", "Was hältst du von Fußball?",
				"Você gosta de música?", "quem é o presidente da França?", "estou com saudade da minha avó",
				"¿Crees en Dios?", "dime algo bonito", "¿cuál es el animal más rápido?",
				"Qui a gagné le Tour de France ?", "j'ai mal à la tête", "donne-moi une recette de crêpes",
				"Bonsoir à tous", "Tu connais une blague ?");
		List<String> found = lines.stream().filter((line) -> !knowledge.search(line, "en", 1200).isEmpty()).toList();
		System.out.println("small talk that finds a text: " + found);
		assertThat(found).hasSizeLessThanOrEqualTo(3);
	}

	@Test
	void givesTheTextInTheReadersLanguageWhereItIsTranslated() {
		assertThat(knowledge.search("Quando recebo o meu reembolso?", "de", 1200)).first()
			.extracting(Passage::language, Passage::topic)
			.containsExactly("de", "refund");
		assertThat(knowledge.search("Quando recebo o meu reembolso?", "pt", 1200)).first()
			.extracting(Passage::language, Passage::topic)
			.containsExactly("en", "refund");
	}

}
