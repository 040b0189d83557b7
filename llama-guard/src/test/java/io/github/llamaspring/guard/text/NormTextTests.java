package io.github.llamaspring.guard.text;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class NormTextTests {

	private static List<String> words(TokenView view) {
		List<String> words = new ArrayList<>();
		for (int i = 0; i < view.size(); i++) {
			words.add(view.word(i));
		}
		return words;
	}

	@Test
	void foldsCaseAccentsUmlautsAndWidth() {
		assertThat(words(NormText.whole("TÖTEN to\u0308ten Straße Ação ＦＵＬＬ 𝓫𝓸𝓶𝓫 ﬁx").words()))
			.containsExactly("toeten", "toeten", "strasse", "acao", "full", "bomb", "fix");
	}

	@Test
	void skipsInvisibleCharactersInsideWords() {
		assertThat(words(NormText.whole("bo\u200bmb bo\u00admb bo\u202emb").words())).containsExactly("bomb", "bomb",
				"bomb");
	}

	@Test
	void unmasksLookalikesOnlyInMixedWords() {
		assertThat(words(NormText.whole("b\u043emb сора").words())).containsExactly("bomb", "сора");
	}

	@Test
	void undoesLeetAndSpelling() {
		TokenView undone = NormText.whole("p1pe b0mb and b o m b").undone();
		assertThat(undone).isNotNull();
		assertThat(words(undone)).containsExactly("pipe", "bomb", "and", "bomb");
		assertThat(NormText.whole("plain text only").undone()).isNull();
	}

	@Test
	void undoesAccentsOnEveryLetterOnly() {
		TokenView undone = NormText.whole("b\u00f6\u1e41b \u00e4n\u0301d t\u00f6\u1e97\u00ebn").undone();
		assertThat(undone).isNotNull();
		assertThat(words(undone)).containsExactly("bomb", "and", "toten");
		assertThat(NormText.whole("Ich möchte schöne Möbel für zwölf Räume").undone()).isNull();
	}

	@Test
	void joinsSpelledWordsByWhatPartsThem() {
		TokenView undone = NormText.whole("I m.a.k.e m.y b.o.m.b and t ö t e n").undone();
		assertThat(undone).isNotNull();
		assertThat(words(undone)).containsExactly("i", "make", "my", "bomb", "and", "toeten");
	}

	@ParameterizedTest
	@ValueSource(strings = { "The quick brown fox jumps over the lazy dog, again and again.",
			"Wir freuen uns, dass das Paket gut angekommen ist, und wünschen viel Spaß.",
			"A encomenda chegou na segunda-feira e está tudo bem, muito obrigado.",
			"Le colis est arrivé lundi et tout va bien, merci beaucoup.",
			"Dzień dobry, kiedy przyjdzie moja paczka? Chciałbym zwrócić koszulę.",
			"Merhaba, siparişim ne zaman gelecek? Çok teşekkür ederim.", "Hyvää päivää, milloin pakettini saapuu?",
			"Rechtsschutzversicherungsgesellschaften zahlen 100% in 3 Tagen & mehr", "Jane_Doe-4711/abc C:\\work\\x" })
	void decodesNothingInPlainSentences(String text) {
		assertThat(NormText.whole(text).decoded()).isEmpty();
	}

	@Test
	void saysFromWhereACodeMayGoOn() {
		assertThat(NormText.open("mail: SGVsbG8sIHdvcmxk").encodedFrom()).isEqualTo(6);
		assertThat(NormText.open("50%4").encodedFrom()).isEqualTo(2);
		assertThat(NormText.open("48 65 6c ").encodedFrom()).isZero();
		assertThat(NormText.open("Hello there").encodedFrom()).isEqualTo(-1);
		assertThat(NormText.whole("mail: SGVsbG8sIHdvcmxk").encodedFrom()).isEqualTo(-1);
	}

	@Test
	void keepsOffsetsIntoTheRawText() {
		String raw = "😀 ﬁx\u200b b\u0308c";
		TokenView view = NormText.whole(raw).words();
		assertThat(raw.substring(view.rawStart(0), view.rawEnd(0))).isEqualTo("ﬁx");
		assertThat(raw.substring(view.rawStart(1), view.rawEnd(1))).isEqualTo("b\u0308c");
	}

	@Test
	void mapsCleanOffsetsBack() {
		String raw = "a\u200bb😀\u200b１";
		CleanText clean = NormText.whole(raw).clean();
		assertThat(clean.text()).isEqualTo("ab😀1");
		assertThat(raw.substring(clean.rawStart(0), clean.rawEnd(2))).isEqualTo("a\u200bb");
		assertThat(raw.substring(clean.rawStart(2), clean.rawEnd(4))).isEqualTo("😀");
		assertThat(raw.substring(clean.rawStart(4), clean.rawEnd(5))).isEqualTo("１");
	}

	@Test
	void aReleasedTextShowsNothingOfTheNextOne() {
		NormText text = NormText.whole("one b0mb");
		text.release();
		text.release();
		NormText next = NormText.whole("another b0ok");
		assertThatIllegalStateException().isThrownBy(text::words).withMessageContaining("released");
		assertThatIllegalStateException().isThrownBy(text::views);
		assertThatIllegalStateException().isThrownBy(text::clean);
		assertThat(words(next.words())).containsExactly("another", "b0ok");
	}

	@Test
	void textsThatAreUsedAtTheSameTimeKeepTheirWords() {
		NormText.whole("warm up").release();
		List<NormText> texts = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			texts.add(NormText.whole("text ".repeat(i) + "b0mb" + i));
		}
		for (int i = 0; i < 50; i++) {
			assertThat(texts.get(i).words().size()).isEqualTo(i + 1);
			assertThat(words(texts.get(i).words())).last().isEqualTo("b0mb" + i);
			texts.get(i).release();
		}
	}

}
