package io.github.llamaspring.guard.pii;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

import static org.assertj.core.api.Assertions.assertThat;

class PiiVectorsTests {

	private static final PiiDetector DETECTOR = new PiiDetector();

	/** As shops, parcels, machines and cars have them. */
	private static final String[] SERIALS = { "AADDDDDDDD", "ADDDDDDDD", "ADDDDDDDDD", "AAADDDDDD", "DDDDDDDDD",
			"DDDDDDDDDDD", "DDD-DDDDDDD-DDDDDDD", "XXXXXXXXX", "XXXXXXXXXX", "XXXXXXXX", "HHHHHHHHH", "HHHHHHHHHH",
			"KKKKKKKKK", "KKKKKKKKKK", "HHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHH", "A-AA DDDD", "AAA-DDDD", "AAA DADD",
			"RE-20DD-DDDDD", "ADDADDADD", "AADDAADDD", "1ZXXXXXXXXDDDDDDDD", "JJDDDDDDDDDDDDDDDD", "AADDDDDDDDDAA",
			"DDDDDDDDDDDDD", "XXXX-XXXX-XXXX", "SKU-DDDDD-AA", "DDDD-DDDD-DD" };

	static List<PiiVectors.Vectors> checked() {
		return new PiiVectors().checked();
	}

	static List<PiiVectors.Vectors> formed() {
		return new PiiVectors().formed();
	}

	@ParameterizedTest
	@MethodSource("checked")
	void findsIdsWithCheckDigits(PiiVectors.Vectors vectors) {
		Result result = Result.of(vectors);
		SoftAssertions.assertSoftly((softly) -> {
			softly.assertThat(result.recall()).as("recall, missed: %s", result.missed).isGreaterThanOrEqualTo(0.99);
			softly.assertThat(result.precision()).as("precision, wrong: %s", result.wrong).isGreaterThanOrEqualTo(0.99);
		});
	}

	@ParameterizedTest
	@MethodSource("formed")
	void findsWhatHasAForm(PiiVectors.Vectors vectors) {
		Result result = Result.of(vectors);
		double f1 = 2 * result.recall() * result.precision() / (result.recall() + result.precision());
		assertThat(f1).as("F1, missed: %s, wrong: %s", result.missed, result.wrong).isGreaterThanOrEqualTo(0.95);
	}

	@Test
	void takesFewSerialNumbersForGermanDocuments() {
		List<String> taken = new PiiVectors().serials(10_000, SERIALS)
			.stream()
			.filter((serial) -> find(serial).stream().anyMatch((match) -> match.category().equals("DE_ID_CARD")))
			.toList();
		assertThat(taken).as("of 10,000").hasSizeLessThan(40);
		assertThat(taken).allMatch((serial) -> serial.matches("[A-Z]+\\d+[A-Z]+\\d.*"));
	}

	@Test
	void takesFewerNumbersForTaxIdsThanTheOfficesRuleDidBefore() {
		Random random = new Random(4);
		int taken = 0;
		int before = 0;
		int bare = 0;
		for (int i = 0; i < 400_000; i++) {
			String digits = String.valueOf(10_000_000_000L + random.nextLong(90_000_000_000L));
			if (CheckDigits.germanTaxId(digits)) {
				taken++;
				bare += CheckDigits.tenDiffer(digits) ? 1 : 0;
			}
			before += oneRepeated(digits) && CheckDigits.germanTaxId(digits) || threeInRow(digits) ? 1 : 0;
		}
		assertThat(taken).isLessThan(before);
		assertThat(bare).as("found without a word, of 400,000").isLessThan(40);
	}

	private static boolean oneRepeated(String digits) {
		return digits.chars().limit(10).distinct().count() < 10;
	}

	/** Taken before although the office gives out none: by its check digit. */
	private static boolean threeInRow(String digits) {
		String body = digits.substring(0, 10);
		int p = 10;
		for (char c : body.toCharArray()) {
			int s = (p + c - '0') % 10;
			p = ((s == 0) ? 10 : s) * 2 % 11;
		}
		return body.matches("\\d*(\\d)\\1\\1\\d*") && body.chars().distinct().count() == 8
				&& (11 - p) % 10 == digits.charAt(10) - '0';
	}

	private static List<Match> find(String text) {
		List<Match> found = new ArrayList<>();
		DETECTOR.detect(NormText.whole(text), new MatchSink() {
			@Override
			public void match(Match match) {
				found.add(match);
			}

			@Override
			public void undecided(int start) {
				throw new AssertionError("a whole text has no open end");
			}
		});
		return found;
	}

	/**
	 * A finding counts only if all of what was marked lies in it.
	 */
	private record Result(int wanted, List<String> missed, List<String> wrong) {

		static Result of(PiiVectors.Vectors vectors) {
			assertThat(vectors.with()).hasSizeGreaterThanOrEqualTo(20);
			assertThat(vectors.without()).hasSizeGreaterThanOrEqualTo(20);
			List<String> missed = new ArrayList<>();
			List<String> wrong = new ArrayList<>();
			for (String marked : vectors.with()) {
				int start = marked.indexOf('«');
				int end = marked.indexOf('»') - 1;
				List<Match> found = ofKind(vectors.kind(), marked.replaceAll("[«»]", ""));
				if (found.stream().noneMatch((match) -> match.start() <= start && match.end() >= end)) {
					missed.add(marked);
				}
				if (found.stream().anyMatch((match) -> match.end() <= start || match.start() >= end)) {
					wrong.add(marked);
				}
			}
			vectors.without().stream().filter((text) -> !ofKind(vectors.kind(), text).isEmpty()).forEach(wrong::add);
			return new Result(vectors.with().size(), missed, wrong);
		}

		private static List<Match> ofKind(String kind, String text) {
			return find(text).stream().filter((match) -> match.category().equals(kind)).toList();
		}

		double recall() {
			return 1 - this.missed.size() / (double) this.wanted;
		}

		double precision() {
			int hits = this.wanted - this.missed.size();
			return hits / (double) (hits + this.wrong.size());
		}

	}

}
