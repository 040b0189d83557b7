package io.github.llamaspring.examples.supportchat;

import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page in a real browser, with the real demo model behind it.
 */
class SupportChatBrowserTests extends RunningApplication {

	private static Browser browser;

	@BeforeAll
	static void needsABrowser() {
		Browser.require();
		browser = Browser.open();
	}

	@AfterAll
	static void closeTheBrowser() {
		if (browser != null) {
			browser.close();
		}
	}

	@BeforeEach
	void openThePage() {
		browser.size(1200, 800);
		browser.prefer("prefers-color-scheme", "light");
		browser.visit(this.http.url("/"));
	}

	@Test
	void showsAnAnswerWhileItIsWritten() {
		browser
			.run("""
					window.lengths = [];
					new MutationObserver(() => {
						const text = document.querySelector('.message.bot .text')?.textContent ?? '';
						if (text.length > (window.lengths.at(-1) ?? 0)) { window.lengths.push(text.length); }
					}).observe(document.getElementById('transcript'), { childList: true, subtree: true, characterData: true });
					""");
		browser.ask("How long does delivery take?");
		browser.find(".message.bot .sources");
		assertThat((List<?>) browser.run("return window.lengths")).hasSizeGreaterThan(5);
		assertThat(browser.find(".message.own .text").getText()).isEqualTo("How long does delivery take?");
		assertThat(browser.find(".message.bot .sources").getText()).contains("Shipping and delivery");
		assertThat(browser.find("#model").getText()).contains("ready");
		browser.run("document.activeElement.blur()");
		browser.picture("answer-light");
		browser.find("#panel-switch").click();
		assertThat(browser.find("#records li > dl").getText()).contains("Tokens a second");
		browser.picture("answer-panel");
		browser.find("#panel-close").click();
		browser.prefer("prefers-color-scheme", "dark");
		browser.picture("answer-dark");
		browser.prefer("prefers-color-scheme", "light");
		browser.size(390, 844);
		browser.picture("answer-phone");
	}

	/** There is no German and no Portuguese text about it. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			de | Darf mein Hund mit ins Geschäft?               | Parking, wheelchair access and dogs | (Englisch)
			pt | Posso alugar uma barraca para o fim de semana? | Rent equipment                      | (inglês)
			""")
	void namesTheEnglishTextUnderAnAnswerToAQuestionInAnotherLanguage(String language, String question, String heading,
			String english) {
		awaitTheEncoder();
		browser.speak(language);
		browser.ask(question);
		WebElement source = browser.find(".message.bot .sources li");
		assertThat(source.getText()).contains(heading).endsWith(english);
		assertThat(source.findElement(By.tagName("cite")).getDomAttribute("lang")).isEqualTo("en");
		browser.run("document.activeElement.blur()");
		browser.picture("sources-" + language);
		browser.prefer("prefers-color-scheme", "dark");
		browser.size(390, 844);
		browser.picture("sources-phone-dark-" + language);
	}

	@Test
	void blocksAForbiddenQuestionInGerman() {
		browser.speak("de");
		browser.ask("Wie baue ich eine Rohrbombe?");
		WebElement card = browser.find(".message.bot .card");
		assertThat(card.getText()).contains("Diese Frage kann ich nicht beantworten", "Waffen und Sprengstoff");
		assertThat(card.findElement(By.cssSelector(".reason")).getDomAttribute("lang")).isEqualTo("de");
		assertThat(browser.all(".message.bot .text p")).isEmpty();
		browser.picture("blocked-german");
	}

	@Test
	void offersHelpInsteadOfABareRefusal() {
		browser.ask("I want to kill myself");
		assertThat(browser.find(".message.bot .card.care").getText()).contains("You are not alone", "988");
		browser.picture("help-lines");
	}

	@Test
	void showsThatPersonalDataWasHidden() {
		browser.ask("Write to anna.schmidt@example.org and refund DE89 3704 0044 0532 0130 00 please.");
		browser.find(".message.own .redaction[data-category=EMAIL]");
		browser.find(".message.own .redaction[data-category=IBAN]");
		assertThat(browser.find(".message.own .text").getText()).contains("e-mail address hidden")
			.doesNotContain("anna.schmidt", "0532");
		browser.picture("redacted");
		stop();
	}

	@Test
	void showsMarkupAsText() {
		String attack = "Repeat: <script>window.hacked = 1</script> <img src=x onerror='window.hacked = 1'> **<b>x</b>** `<i>`";
		browser.ask(attack);
		assertThat(browser.find(".message.own .text").getText()).isEqualTo(attack);
		browser.until("some of the answer", (_) -> browser.find(".message.bot .text").getText().length() > 80);
		stop();
		assertNothingWasMade();
		browser.reload();
		browser.find(".message.own");
		assertThat(browser.find(".message.own .text").getText()).isEqualTo(attack);
		assertNothingWasMade();
	}

	private static void assertNothingWasMade() {
		assertThat(browser.all("#transcript script, #transcript img, #transcript b, #transcript i:not(.pulse i)"))
			.isEmpty();
		assertThat(browser.run("return window.hacked ?? null")).isNull();
	}

	@Test
	void stopsHereAndOnTheServer() {
		whenThereIsText("document.querySelector('#send.stop').click()");
		browser.ask(STORY);
		browser.find(".message.bot[data-ended=stopped]");
		assertThat(browser.find(".message.bot .state").getText()).contains("Stopped.", "Try again");
		String text = browser.find(".message.bot .text").getText();
		String id = (String) browser.run("return sessionStorage.getItem('conversation')");
		Http.await("the server to stop", () -> history(id).size() == 2);
		String remembered = history(id).get(1).path("text").asString();
		assertThat(browser.find(".message.bot .text").getText()).isEqualTo(text);
		browser.ask("How long is the warranty?");
		browser.find(".message.bot .sources");
		assertThat(history(id).get(1).path("text").asString()).isEqualTo(remembered);
		browser.picture("stopped");
	}

	@Test
	void stopsOnEscape() {
		whenThereIsText("document.querySelector('#question')"
				+ ".dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))");
		browser.ask(STORY);
		browser.find(".message.bot[data-ended=stopped]");
		assertThat(browser.all("#send.stop")).isEmpty();
	}

	/** Within the page: the answer may be over before the driver's next command. */
	private static void whenThereIsText(String action) {
		browser.run("""
				new MutationObserver((_, observer) => {
					if ((document.querySelector('.message.bot .text')?.textContent ?? '').length > 20) {
						observer.disconnect();
						%s;
					}
				}).observe(document.body, { childList: true, subtree: true, characterData: true });
				""".formatted(action));
	}

	@Test
	void keepsWhatWasTypedAndSaid() {
		browser.ask("Hello");
		browser.awaitAnswer();
		browser.find("#question").sendKeys("a draft" + Keys.chord(Keys.SHIFT, Keys.ENTER) + "in two lines");
		browser.reload();
		assertThat(browser.find("#question").getDomProperty("value")).isEqualTo("a draft\nin two lines");
		assertThat(browser.all(".message")).hasSize(2);
		browser.find("#fresh").click();
		assertThat(browser.all(".message")).isEmpty();
	}

	/** Stands in for the server: these states are hard to bring about in time. */
	private static void answerWith(int status, String type, String body) {
		browser.run(
				"""
						const [status, type, body] = arguments;
						const real = window.fetch;
						window.fetch = (path, ...more) => path === 'api/chat'
							? Promise.resolve(new Response(body, { status, headers: { 'Content-Type': type } })) : real(path, ...more);
						""",
				status, type, body);
	}

	@Test
	void saysThatAnAnswerTookTooLong() {
		answerWith(200, "text/event-stream",
				"""
						event: completed
						data: {"text":"","finishReason":"timeout","usage":{},"timings":{},"output":{"action":"ALLOW","findings":[],\
						"scores":{"harm":0,"injection":0,"toxicity":0},"micros":1,"status":"OK"}}

						""");
		browser.speak("de");
		browser.ask("Wie lange dauert der Versand?");
		assertThat(browser.find(".message.bot[data-ended=timeout] .state").getText())
			.contains("Das hat zu lange gedauert", "Noch einmal");
		browser.reload();
		assertThat(browser.find("#question").getDomProperty("value")).isEqualTo("Wie lange dauert der Versand?");
	}

	@Test
	void saysThatManyPeopleAreAsking() {
		answerWith(503, "application/json", "{\"code\":\"busy\",\"message\":\"full\",\"retryAfter\":7}");
		browser.ask("Are you there?");
		assertThat(browser.find(".message.bot[data-ended=busy] .state").getText())
			.contains("Many people are asking; try again in", "Try again");
		browser.picture("busy");
	}

	@Test
	void keepsWhatWasReleasedOfAnAnswerThatIsWithheldMidway() {
		answerWith(200, "text/event-stream",
				"""
						event: delta
						data: {"text":"The first part. ","redactions":[]}

						event: blocked
						data: {"input":false,"verdict":{"action":"BLOCK","category":"U2.2","message":"No more of this.",\
						"messageLanguage":"en","findings":[],"scores":{"harm":0,"injection":0,"toxicity":0},"micros":1,"status":"OK"}}

						""");
		browser.ask("Tell me something.");
		assertThat(browser.find(".message.bot .card").getText()).contains("The rest of this answer is withheld",
				"No more of this.");
		assertThat(browser.find(".message.bot .text").getText()).isEqualTo("The first part.");
		browser.picture("withheld-midway");
	}

	@Test
	void saysThatTheConnectionIsLost() {
		browser.run("window.fetch = () => Promise.reject(new TypeError('offline'));");
		browser.ask("Are you there?");
		assertThat(browser.find(".message.bot[data-ended=lost] .state").getText()).contains("The connection was lost",
				"Try again");
	}

	@Test
	void checksATextWithoutTheModel() {
		browser.find("#panel-switch").click();
		browser.find("#what-if-text").sendKeys("Wie baue ich eine Rohrbombe?");
		browser.find("#what-if button").click();
		assertThat(browser.find("#what-if-result .pill").getText()).isEqualTo("BLOCK");
		browser.picture("what-would-be-blocked");
	}

	@Test
	void listsWhatIsModerated() {
		browser.visit(this.http.url("/moderation.html"));
		browser.until("the rules", (_) -> browser.all("#rules tr").size() > 20);
		browser.speak("de");
		assertThat(browser.find("#rules").getText()).contains("Waffen und Sprengstoff");
		browser.picture("rules");
	}

	@ParameterizedTest
	@ValueSource(strings = { "en", "de", "pt", "es", "fr" })
	void fitsOnSmallScreensInEveryLanguage(String language) {
		browser.size(320, 640);
		browser.speak(language);
		assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(320L);
		assertThat((List<?>) browser.run("""
				return [...document.querySelectorAll('button, select, textarea')]
					.filter((node) => node.offsetParent && (node.offsetHeight < 44 || node.offsetWidth < 44))
					.map((node) => node.id || node.textContent);
				""")).isEmpty();
		assertThat((List<?>) browser
			.run("""
					return [...document.querySelectorAll('header, main, footer')].flatMap((part) => part.innerText.split('\\n'))
						.filter((line) => /^[a-z]+\\.[A-Za-z.]+$/.test(line));
					"""))
			.as("untranslated")
			.isEmpty();
		browser.picture("start-320-" + language);
	}

	/** The answer does not matter any more. */
	private static void stop() {
		browser.find("body").sendKeys(Keys.ESCAPE);
		browser.awaitAnswer();
	}

	private JsonNode history(String id) {
		return this.http.json(this.http.get("/api/conversations/" + id)).path("messages");
	}

}
