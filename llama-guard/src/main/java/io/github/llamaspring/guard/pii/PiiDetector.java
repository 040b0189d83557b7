package io.github.llamaspring.guard.pii;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.llamaspring.guard.text.CleanText;
import io.github.llamaspring.guard.text.Deadline;
import io.github.llamaspring.guard.text.Detector;
import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

/**
 * Finds personal data and secrets.
 */
public final class PiiDetector implements Detector {

	/** What it finds, in the order they are listed. */
	public static final List<String> KINDS = List.of("EMAIL", "PHONE", "IBAN", "CREDIT_CARD", "IP_ADDRESS", "DE_TAX_ID",
			"DE_ID_CARD", "DE_SOCIAL_SECURITY", "BR_CPF", "BR_CNPJ", "PT_NIF", "ES_DNI", "ES_NIE", "FR_NIR", "US_SSN",
			"API_KEY", "JWT", "PASSWORD");

	/**
	 * A number that was not finished in time: it is of no kind yet.
	 */
	public static final String NUMBER = "NUMBER";

	private static final Map<String, String> TITLES = Map.ofEntries(Map.entry("EMAIL", "E-mail addresses"),
			Map.entry("PHONE", "Phone numbers"), Map.entry("IBAN", "Bank accounts (IBAN)"),
			Map.entry("CREDIT_CARD", "Payment cards"), Map.entry("IP_ADDRESS", "IP addresses"),
			Map.entry("DE_TAX_ID", "German tax ids"), Map.entry("DE_ID_CARD", "German identity cards and passports"),
			Map.entry("DE_SOCIAL_SECURITY", "German pension insurance numbers"),
			Map.entry("BR_CPF", "Brazilian CPF numbers"), Map.entry("BR_CNPJ", "Brazilian CNPJ numbers"),
			Map.entry("PT_NIF", "Portuguese NIF numbers"), Map.entry("ES_DNI", "Spanish DNI numbers"),
			Map.entry("ES_NIE", "Spanish NIE numbers"), Map.entry("FR_NIR", "French social security numbers (NIR)"),
			Map.entry("US_SSN", "US social security numbers"), Map.entry("API_KEY", "API keys and private keys"),
			Map.entry("JWT", "Signed web tokens (JWT)"), Map.entry("PASSWORD", "Passwords"));

	private static final Set<String> SECRETS = Set.of("API_KEY", "JWT", "PASSWORD");

	private final EmailScanner emails = new EmailScanner();

	private final NumberScanner numbers = new NumberScanner();

	private final CodeScanner codes = new CodeScanner();

	private final SecretScanner secrets = new SecretScanner();

	private final OpenEnd openEnd = new OpenEnd();

	/**
	 * What a kind is called in English.
	 */
	public static String title(String kind) {
		return TITLES.getOrDefault(kind, kind);
	}

	@Override
	public String family() {
		return "pii";
	}

	@Override
	public void detect(NormText text, MatchSink sink) {
		CleanText clean = text.clean();
		List<Found> found = new ArrayList<>(0);
		Deadline deadline = text.deadline();
		this.emails.scan(clean.text(), found, deadline);
		deadline.check();
		boolean announces = SecretScanner.mayAnnounce(clean.text(), deadline);
		this.secrets.scan(clean.text(), announces, found, deadline);
		deadline.check();
		if (hasDigit(clean.text())) {
			this.codes.scan(clean.text(), found, deadline);
			this.numbers.scan(clean.text(), found, deadline);
		}
		for (Found kept : withoutOverlaps(found)) {
			deadline.step(16);
			String prefix = SECRETS.contains(kept.kind()) ? "secret." : "pii.";
			sink.match(new Match(prefix + kept.kind().toLowerCase(java.util.Locale.ROOT), kept.kind(), kept.score(),
					clean.rawStart(kept.start()), clean.rawEnd(kept.end())));
		}
		if (text.isOpen()) {
			this.openEnd.hold(clean, announces, sink);
		}
	}

	private static boolean hasDigit(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c >= '0' && c <= '9') {
				return true;
			}
		}
		return false;
	}

	/** The surer one stays, then the longer one, then the first. */
	private static List<Found> withoutOverlaps(List<Found> found) {
		if (found.size() < 2) {
			return found;
		}
		found.sort(Comparator.comparingInt(Found::start));
		List<Found> kept = new ArrayList<>();
		for (Found next : found) {
			if (!kept.isEmpty() && kept.getLast().end() > next.start()) {
				Found last = kept.getLast();
				int order = Comparator.comparingDouble(Found::score)
					.thenComparingInt((f) -> f.end() - f.start())
					.compare(next, last);
				if (order > 0) {
					kept.set(kept.size() - 1, next);
				}
			}
			else {
				kept.add(next);
			}
		}
		return kept;
	}

}
