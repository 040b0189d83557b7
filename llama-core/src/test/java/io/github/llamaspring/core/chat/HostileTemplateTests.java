package io.github.llamaspring.core.chat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.github.llamaspring.core.error.ChatTemplateException;
import io.github.llamaspring.core.TestFiles;
import io.github.llamaspring.core.tokenizer.Vocabulary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class HostileTemplateTests {

	private static Vocabulary vocabulary;

	@BeforeAll
	static void readVocabulary() {
		vocabulary = ChatTemplateGoldenTests.tokenizer(TestFiles.LLAMA2).vocabulary();
	}

	private static String render(String template) {
		List<ChatMessage> messages = List.of(ChatMessage.user("hi"));
		return assertTimeoutPreemptively(Duration.ofSeconds(20),
				() -> new ChatTemplate(template, vocabulary).render(messages, true));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{{ ''.class }}", "{{ ''.getClass() }}", "{{ ''.class.forName('java.lang.Runtime') }}",
			"{{ messages.getClass().forName('java.lang.Runtime').getRuntime() }}", "{{ ''['class'] }}",
			"{{ ____int3rpr3t3r____ }}", "{{ ____int3rpr3t3r____.config }}", "{{ ____int3rpr3t3r____.getContext() }}",
			"{{ ____int3rpr3t3r____.getConfig().getObjectMapper() }}", "{{ ____int3rpr3t3r____.render('{{ 1 }}') }}",
			"{{ ''|pprint }}", "{{ messages|pprint }}", "{{ messages|attr('class') }}",
			"{{ messages|map(attribute='class')|list }}", "{{ messages|selectattr('class')|list }}",
			"{{ messages|sort(false, false, 'class') }}", "{{ messages|sum('class') }}", "{% include '/etc/passwd' %}",
			"{% include 'file:///etc/passwd' %}", "{% import '/etc/passwd' as x %}{{ x }}",
			"{% from '/etc/passwd' import x %}", "{% extends '/etc/passwd' %}", "{{ '{{ 7*7 }}'|render }}",
			"{{ 'a: !!java.net.URL [x]'|fromyaml }}", "{{ loop.class }}",
			"{% for m in messages %}{{ loop.getClass() }}{% endfor %}", "{% do messages.clear() %}",
			"{{ messages.add('x') }}", "{{ messages[0].put('a', 'b') }}", "{{ range.class }}",
			"{{ namespace().class }}", "{{ ''.beanInfo }}", "{{ (1).getClass() }}", "{{ true.getClass() }}",
			"{{ messages['filter:trim'].getClass() }}", "{{ type(messages) }}", "{{ 'x'.format(messages) }}",
			"{{ messages.stream() }}", "{{ ''.bytes }}", "{{ 'x'.repeat(1000000000) }}" })
	void givesNoWayToJava(String template) {
		try {
			assertThat(render(template)).doesNotContain("java", "jinjava", "root:", "class ", "49", "Config@");
		}
		catch (ChatTemplateException ex) {
			assertThat(ex).hasMessageStartingWith("The chat template");
			assertThat(ex.getMessage()).doesNotContain("root:").hasLineCount(1);
		}
	}

	@Test
	void readsNoFile(@TempDir Path folder) throws Exception {
		Path secret = Files.writeString(folder.resolve("secret.txt"), "tiger");
		for (String template : List.of("{% include '" + secret + "' %}", "{% include 'file:" + secret + "' %}",
				"{% import '" + secret + "' as s %}{{ s }}")) {
			assertThatThrownBy(() -> render(template)).isInstanceOf(ChatTemplateException.class)
				.hasMessageNotContaining("tiger");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{% for i in range(1000000000) %}x{% endfor %}",
			"{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}",
			"{% for a in range(9999) %}{% for b in range(9999) %}{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' }}{% endfor %}{% endfor %}",
			"{% macro f(n) %}{{ f(n) }}{{ f(n) }}{% endmacro %}{{ f(1) }}",
			"{% macro f(n) %}{{ g(n) }}{{ g(n) }}{% endmacro %}{% macro g(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}",
			"{{ 9**9**9**9 }}", "{{ 'x' * 1000000000 }}", "{{ [1] * 1000000000 }}" })
	void stopsWhatRunsAway(String template) {
		try {
			assertThat(render(template).length()).isLessThan(2_000_000);
		}
		catch (ChatTemplateException ex) {
			assertThat(ex).hasMessageStartingWith("The chat template");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{% set x = x ~ x %}", "{% set x = x + x %}", "{% set x = [x, x] %}",
			"{% set x = x.replace('x', 'xxxxxxxx') %}", "{% set x = [x, x] | join('x') %}",
			"{% set x = {'a': x, 'b': x} %}", "{% set x = x | replace('x', 'xxxxxxxx') %}",
			"{% set x = x | list %}{% set x = x + x %}" })
	void stopsWhatGrows(String step) {
		String template = "{% set x = 'x' %}" + step.repeat(60) + "{{ x }}";
		try {
			assertThat(render(template).length()).isLessThan(2_000_000);
		}
		catch (ChatTemplateException ex) {
			assertThat(ex).hasMessageStartingWith("The chat template");
		}
	}

	@Test
	void macrosThatDoubleTheirArgumentsAreStopped() {
		StringBuilder template = new StringBuilder("{% macro f0(x) %}{{ x }}{% endmacro %}");
		for (int i = 1; i < 60; i++) {
			template.append("{%% macro f%d(x) %%}{{ f%d([x, x]) }}{%% endmacro %%}".formatted(i, i - 1));
		}
		assertThatThrownBy(() -> render(template + "{{ f59('x') }}")).isInstanceOf(ChatTemplateException.class);
	}

	@Test
	void deepNestingAndGiantTemplatesAreRefused() {
		assertThatThrownBy(() -> render("{{ " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " }}"))
			.isInstanceOf(ChatTemplateException.class);
		assertThatThrownBy(() -> render("x".repeat(5_000_000))).isInstanceOf(ChatTemplateException.class);
		assertThatThrownBy(() -> render("{% if true %}".repeat(10_000) + "{% endif %}".repeat(10_000)))
			.isInstanceOf(ChatTemplateException.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{% if %}", "{{ ", "{% for %}{% endfor %}", "{{ 1 + }}", "{% nosuchtag %}",
			"{% for m in messages if m.x %}{% endfor %}", "{% for m in messages %}{% else %}x{% endfor %}",
			"{{ nosuchfunction() }}", "{{ 'a' | nosuch }}", "{{ 'a' is nosuch }}", "{{ 'a' is not nosuch }}",
			"{% if 'a' is nosuch %}x{% endif %}", "{% if false %}{% elif 'a' | nosuch %}x{% endif %}",
			"{% set x = 'a' | nosuch %}", "{% for x in messages | nosuch %}{% endfor %}",
			"{{ ['a'] | map('nosuch') | list }}", "{{ ['a'] | select('nosuch') | list }}",
			"{{ 'a' + messages[0].nosuch }}", "{{ 1 / 0 }}", "{% for m in messages %}{{ loop.nosuch }}{% endfor %}",
			"{{ {} | tojson(indent=2) }}" })
	void brokenTemplatesAreTypedErrors(String template) {
		assertThatThrownBy(() -> render(template)).isInstanceOf(ChatTemplateException.class)
			.hasMessageStartingWith("The chat template");
	}

	@Test
	void bracesInMessagesAreText() {
		List<ChatMessage> messages = List.of(ChatMessage.user("{{ 7*7 }}{% for i in range(9) %}x{% endfor %}{# y #}"));
		assertThat(new ChatTemplate("{{ messages[0].content }}", vocabulary).render(messages, false))
			.isEqualTo(messages.getFirst().content());
	}

}
