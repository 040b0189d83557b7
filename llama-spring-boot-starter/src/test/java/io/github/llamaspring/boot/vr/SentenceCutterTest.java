package io.github.llamaspring.boot.vr;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SentenceCutterTest {

	private static List<SentenceCutter.Cut> cut(Stream<String> pieces) {
		SentenceCutter cutter = new SentenceCutter();
		List<SentenceCutter.Cut> cuts = new ArrayList<>();
		pieces.forEach((piece) -> cuts.addAll(cutter.add(piece)));
		cuts.addAll(cutter.finish());
		return cuts;
	}

	@Test
	void speaksASentenceAsSoonAsTheNextBegins() {
		SentenceCutter cutter = new SentenceCutter();
		assertThat(cutter.add("Hello there")).isEmpty();
		assertThat(cutter.add(". ")).isEmpty();
		assertThat(cutter.add("How")).extracting(SentenceCutter.Cut::text).containsExactly("Hello there.");
		assertThat(cutter.spoken()).isEqualTo("Hello there.");
		assertThat(cutter.finish()).extracting(SentenceCutter.Cut::text).containsExactly("How");
	}

	@Test
	void doesNotDependOnHowTheTextWasCut() {
		String text = " Halt! Wer bist du?\nIch bin 3.5 Jahre alt. Gut…  ";
		List<SentenceCutter.Cut> whole = cut(Stream.of(text));
		assertThat(cut(text.chars().mapToObj((unit) -> String.valueOf((char) unit)))).isEqualTo(whole);
		assertThat(whole).extracting(SentenceCutter.Cut::text)
			.containsExactly("Halt!", "Wer bist du?", "Ich bin 3.5 Jahre alt.", "Gut…");
		assertThat(whole)
			.allSatisfy((each) -> assertThat(text.substring(each.from(), each.to())).isEqualTo(each.text()));
	}

	@Test
	void doesNotWaitForTheEndOfAVeryLongSentence() {
		SentenceCutter cutter = new SentenceCutter();
		assertThat(cutter.add("word ".repeat(70))).hasSize(1);
	}

}
