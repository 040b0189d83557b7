package io.github.llamaspring.guard.classify;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

import static org.assertj.core.api.Assertions.assertThat;

class HeadRunTests {

	private static List<Match> matches(String text, HeadRun run) {
		List<Match> matches = new ArrayList<>();
		run.detect(NormText.whole(text), new MatchSink() {
			@Override
			public void match(Match match) {
				matches.add(match);
			}

			@Override
			public void undecided(int start) {
			}
		});
		return matches;
	}

	@Test
	void answersForEveryText() {
		for (String text : List.of("", " ", ".", "a", "😀", "\ud800", "1234", "日本語のテキスト", "x".repeat(10_000))) {
			HeadRun run = Heads.builtIn().run(false);
			List<Match> matches = matches(text, run);
			for (Head head : Head.values()) {
				assertThat(run.probability(head)).as(text).isBetween(0.0, 1.0);
			}
			assertThat(matches).allSatisfy((match) -> {
				assertThat(match.start()).isBetween(0, text.length());
				assertThat(match.end()).isBetween(match.start(), text.length());
			});
		}
	}

	@Test
	void tellsTheLanguage() {
		for (String[] pair : List.of(new String[] { "en", "How long does the delivery take to my house?" },
				new String[] { "de", "Wie lange dauert die Lieferung zu mir nach Hause?" },
				new String[] { "pt", "Quanto tempo demora a entrega na minha casa?" },
				new String[] { "es", "¿Cuánto tarda el envío hasta mi casa?" },
				new String[] { "fr", "Combien de temps prend la livraison chez moi ?" })) {
			HeadRun run = Heads.builtIn().run(false);
			matches(pair[1], run);
			assertThat(run.language()).as(pair[1]).isEqualTo(pair[0]);
		}
	}

	@Test
	void tellsOtherLanguagesFromTheFive() {
		Heads heads = Heads.builtIn();
		for (String other : List.of("Dove posso ritirare il mio pacco domani mattina?",
				"Hoe laat gaat de winkel morgen weer open?", "Привет, где моя посылка?", "我的包裹在哪里？",
				"متى تصل الطلبية؟")) {
			assertThat(heads.language(other)).as(other).isEmpty();
		}
		assertThat(heads.language("Wo ist m\u200Be\u200Bin P\u0430ket, und wann kommt es?")).isEqualTo("de");
		assertThat(heads.language("POSSO PAGAR COM CARTAO? NAO TENHO DINHEIRO")).isEqualTo("pt");
	}

	@Test
	void takesTextsThatSayNothingForEnglish() {
		for (String text : List.of("", " ", "123", "?", "ok", "\ud800", "😀", "test", "qué")) {
			assertThat(Heads.builtIn().language(text)).as(text).isEqualTo("en");
		}
		assertThat(Heads.builtIn().language("Danke schön!")).isEqualTo("de");
		assertThat(Heads.builtIn().language("merci")).isEqualTo("fr");
	}

	@Test
	void scoresAtTheThresholdsWhatThePolicyNames() {
		Calibration calibration = new Calibration(2, -1, 1.5f, 3);
		assertThat(calibration.score(1.5, 0.9)).isCloseTo(0.5, org.assertj.core.data.Offset.offset(1e-9));
		assertThat(calibration.score(3, 0.9)).isCloseTo(0.9, org.assertj.core.data.Offset.offset(1e-9));
		assertThat(calibration.score(-1e9, 0.9)).isBetween(0.0, 1e-9);
		assertThat(calibration.score(1e9, 0.9)).isBetween(0.99, 1.0);
	}

	/** Memory must not grow with the text: what is needed is a few small arrays. */
	@Test
	void allocatesNothingPerWord() {
		com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
		NormText text = NormText.whole("The parcel is late and nobody answers the phone. ".repeat(20_000));
		MatchSink nowhere = new MatchSink() {
			@Override
			public void match(Match match) {
			}

			@Override
			public void undecided(int start) {
			}
		};
		Heads.builtIn().run(false).detect(text, nowhere);
		long before = threads.getCurrentThreadAllocatedBytes();
		Heads.builtIn().run(false).detect(text, nowhere);
		assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
	}

}
