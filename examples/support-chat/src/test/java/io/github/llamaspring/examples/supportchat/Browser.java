package io.github.llamaspring.examples.supportchat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * A real Chromium on the page, with an empty profile of its own.
 */
final class Browser implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final Path profile;

	private final ChromeDriver driver;

	private final WebDriverWait wait;

	private Browser() {
		try {
			this.profile = Files.createTempDirectory("support-chat-browser");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		ChromeOptions options = new ChromeOptions();
		options.setBinary(chrome().toFile());
		options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--disable-dev-shm-usage", "--lang=en-US", "--user-data-dir=" + this.profile);
		ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(chromedriver().toFile())
			.usingAnyFreePort()
			.build();
		this.driver = new ChromeDriver(service, options);
		this.wait = new WebDriverWait(this.driver, PATIENCE, Duration.ofMillis(50));
		this.wait.ignoring(StaleElementReferenceException.class);
	}

	/**
	 * Skips the test with a notice where there is no browser, or fails it where there has
	 * to be one.
	 */
	static void require() {
		if (Files.isExecutable(chrome()) && Files.isExecutable(chromedriver())) {
			return;
		}
		String notice = "SKIPPED: no browser at " + chrome() + " and " + chromedriver()
				+ "; install Debian's chromium and chromium-driver or set CHROME_BIN and CHROMEDRIVER";
		if (Boolean.parseBoolean(System.getenv("LLAMA_BROWSER_REQUIRED"))) {
			Assertions.fail(notice);
		}
		System.out.println(notice);
		Assumptions.abort(notice);
	}

	static Browser open() {
		return new Browser();
	}

	private static Path chrome() {
		return Path.of(System.getenv().getOrDefault("CHROME_BIN", "/usr/bin/chromium"));
	}

	private static Path chromedriver() {
		return Path.of(System.getenv().getOrDefault("CHROMEDRIVER", "/usr/bin/chromedriver"));
	}

	/**
	 * Opens a page as somebody who was never there.
	 */
	void visit(String url) {
		this.driver.get(url);
		run("localStorage.clear(); sessionStorage.clear();");
		reload();
	}

	void reload() {
		this.driver.navigate().refresh();
		until("the page to be ready", (_) -> "true".equals(run("return document.body.dataset.ready")));
	}

	void ask(String question) {
		find("#question").sendKeys(question.replace("\n", Keys.chord(Keys.SHIFT, Keys.ENTER)) + Keys.ENTER);
	}

	void speak(String language) {
		find("#language option[value=" + language + "]").click();
		until("the language to change", (_) -> language.equals(run("return document.documentElement.lang")));
	}

	/**
	 * Waits for the answer to end, however it does.
	 */
	void awaitAnswer() {
		until("the end of the answer", (_) -> all("#send.stop").isEmpty());
	}

	WebElement find(String selector) {
		return until(selector, (browser) -> browser.findElement(By.cssSelector(selector)));
	}

	List<WebElement> all(String selector) {
		return this.driver.findElements(By.cssSelector(selector));
	}

	<T> T until(String what, Function<WebDriver, T> condition) {
		return this.wait.withMessage(what).ignoring(org.openqa.selenium.NoSuchElementException.class).until(condition);
	}

	Object run(String script, Object... arguments) {
		return this.driver.executeScript(script, arguments);
	}

	void size(int width, int height) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
	}

	void prefer(String feature, String value) {
		this.driver.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", feature, "value", value))));
	}

	/**
	 * Takes a picture into {@code target/screenshots}.
	 */
	void picture(String name) {
		Path file = Path.of("target", "screenshots", name + ".png");
		try {
			Files.createDirectories(file.getParent());
			Files.write(file, this.driver.getScreenshotAs(OutputType.BYTES));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.driver.quit();
		try (Stream<Path> files = Files.walk(this.profile)) {
			files.sorted(Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
		}
		catch (IOException | UncheckedIOException ex) {
			// The browser may still be removing files itself
			System.out.println("The profile " + this.profile + " was not removed: " + ex.getMessage());
		}
	}

}
