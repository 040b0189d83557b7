package io.github.llamaspring.examples.supportchat.knowledge;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class ShopTextsTests {

	@Test
	void everyTopicIsInEnglishAndOnceInALanguage() {
		List<Passage> texts = ShopTexts.read();
		assertThat(texts).extracting((text) -> text.language() + " " + text.topic()).doesNotHaveDuplicates();
		Set<String> english = texts.stream()
			.filter((text) -> text.language().equals("en"))
			.map(Passage::topic)
			.collect(Collectors.toSet());
		assertThat(english).hasSizeGreaterThan(30);
		assertThat(texts).extracting(Passage::topic).isSubsetOf(english);
		assertThat(texts).allSatisfy((text) -> assertThat(text.text()).isNotBlank());
	}

	@Test
	void cutsATextIntoSections() {
		assertThat(ShopTexts.parse("en",
				"# Boots\n## How to wax them? {#wax}\nWith wax.\n\nOften.\n## Laces {#laces}\nNew.\n"))
			.containsExactly(new Passage("wax", "en", "Boots", "How to wax them?", "With wax.\n\nOften."),
					new Passage("laces", "en", "Boots", "Laces", "New."));
	}

	@Test
	void asksForTheTopicOfASection() {
		assertThatIllegalStateException().isThrownBy(() -> ShopTexts.parse("de", "# Stiefel\n## Wachsen\nMit Wachs."))
			.withMessageContaining("'Wachsen'")
			.withMessageContaining("## Wachsen {#topic}");
	}

}
