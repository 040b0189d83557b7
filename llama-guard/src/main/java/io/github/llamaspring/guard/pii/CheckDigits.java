package io.github.llamaspring.guard.pii;

import java.math.BigInteger;

/**
 * Check digits of numbers that identify people, accounts and cards. Arguments are digits
 * (and upper-case letters where the number has them) without separators.
 */
final class CheckDigits {

	private static final String DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";

	private CheckDigits() {
	}

	/** ISO/IEC 7812-1, annex B. */
	static boolean luhn(String digits) {
		int sum = 0;
		for (int i = 0; i < digits.length(); i++) {
			int d = digits.charAt(digits.length() - 1 - i) - '0';
			if (i % 2 == 1) {
				d = (d > 4) ? 2 * d - 9 : 2 * d;
			}
			sum += d;
		}
		return sum % 10 == 0;
	}

	/** ISO 13616: the rearranged number is 1 modulo 97. */
	static boolean iban(String iban) {
		String rearranged = iban.substring(4) + iban.substring(0, 4);
		int rest = 0;
		for (int i = 0; i < rearranged.length(); i++) {
			int value = Character.digit(rearranged.charAt(i), 36);
			rest = ((value > 9) ? rest * 100 + value : rest * 10 + value) % 97;
		}
		return rest == 1;
	}

	/**
	 * German tax id: ISO 7064 MOD 11,10, and among the first ten digits exactly one
	 * occurs twice or three times, not three times in a row. Ten different digits, which
	 * the tax office does not give out and test data have, are taken too.
	 */
	static boolean germanTaxId(String digits) {
		if (digits.length() != 11 || digits.charAt(0) == '0') {
			return false;
		}
		int[] counts = new int[10];
		int product = 10;
		boolean threeInRow = false;
		for (int i = 0; i < 10; i++) {
			int d = digits.charAt(i) - '0';
			counts[d]++;
			threeInRow |= i > 1 && digits.charAt(i - 1) == digits.charAt(i) && digits.charAt(i - 2) == digits.charAt(i);
			int sum = (d + product) % 10;
			product = 2 * ((sum == 0) ? 10 : sum) % 11;
		}
		int repeated = 0;
		for (int count : counts) {
			if (count > 3) {
				return false;
			}
			repeated += (count > 1) ? 1 : 0;
		}
		int check = (11 - product) % 10;
		return repeated <= 1 && !threeInRow && check == digits.charAt(10) - '0';
	}

	/**
	 * Whether no digit occurs twice in the first ten.
	 */
	static boolean tenDiffer(String digits) {
		return digits.chars().limit(10).distinct().count() == 10;
	}

	/**
	 * German pension insurance number, such as 15 070649 C 103 (VKVV § 2): the letter
	 * counts as two digits, sum of the digit sums of weighted digits modulo 10.
	 */
	static boolean germanPensionNumber(String number) {
		int month = Integer.parseInt(number.substring(4, 6));
		if (month < 1 || month > 12) {
			return false;
		}
		String digits = number.substring(0, 8) + String.format("%02d", number.charAt(8) - 'A' + 1)
				+ number.substring(9, 11);
		int[] weights = { 2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1 };
		int sum = 0;
		for (int i = 0; i < weights.length; i++) {
			int product = (digits.charAt(i) - '0') * weights[i];
			sum += product / 10 + product % 10;
		}
		return sum % 10 == number.charAt(11) - '0';
	}

	/**
	 * Machine-readable documents (ICAO 9303): weights 7, 3, 1; the last is the check
	 * digit.
	 */
	static boolean documentNumber(String number) {
		int[] weights = { 7, 3, 1 };
		int sum = 0;
		for (int i = 0; i < number.length() - 1; i++) {
			sum += Character.digit(number.charAt(i), 36) * weights[i % 3];
		}
		return sum % 10 == number.charAt(number.length() - 1) - '0';
	}

	static boolean cpf(String digits) {
		return !sameDigits(digits) && mod11(digits, 9, 10) && mod11(digits, 10, 11);
	}

	private static boolean mod11(String digits, int length, int firstWeight) {
		int sum = 0;
		for (int i = 0; i < length; i++) {
			sum += (digits.charAt(i) - '0') * (firstWeight - i);
		}
		int rest = sum * 10 % 11 % 10;
		return rest == digits.charAt(length) - '0';
	}

	/**
	 * Brazilian company number, also the one with letters (from July 2026): a character
	 * counts as its ASCII code minus 48 (Receita Federal, Nota Técnica 49/2024).
	 */
	static boolean cnpj(String number) {
		return !sameDigits(number) && cnpjDigit(number, 12) && cnpjDigit(number, 13);
	}

	private static boolean cnpjDigit(String number, int length) {
		int sum = 0;
		for (int i = 0; i < length; i++) {
			int weight = 2 + (length - 1 - i) % 8;
			sum += (number.charAt(i) - '0') * weight;
		}
		int rest = sum % 11;
		return ((rest < 2) ? 0 : 11 - rest) == number.charAt(length) - '0';
	}

	static boolean portugueseNif(String digits) {
		if ("04".indexOf(digits.charAt(0)) >= 0 && !digits.startsWith("45")) {
			return false;
		}
		int sum = 0;
		for (int i = 0; i < 8; i++) {
			sum += (digits.charAt(i) - '0') * (9 - i);
		}
		int check = 11 - sum % 11;
		return ((check > 9) ? 0 : check) == digits.charAt(8) - '0';
	}

	/** Spanish DNI: eight digits and a letter; NIE: X, Y or Z counts as 0, 1 or 2. */
	static boolean spanishId(String number) {
		int first = "XYZ".indexOf(number.charAt(0));
		String digits = ((first >= 0) ? first + number.substring(1, 8) : number.substring(0, 8));
		return DNI_LETTERS.charAt(Integer.parseInt(digits) % 23) == number.charAt(8);
	}

	/**
	 * French NIR: 13 characters and a key, 97 minus the number modulo 97; Corsica is 2A,
	 * 2B.
	 */
	static boolean frenchNir(String number) {
		String digits = number.substring(0, 13).replace("2A", "19").replace("2B", "18");
		if (!digits.chars().allMatch(Character::isDigit)) {
			return false;
		}
		int key = 97 - new BigInteger(digits).mod(BigInteger.valueOf(97)).intValue();
		return key == Integer.parseInt(number.substring(13));
	}

	static boolean usSocialSecurity(String digits) {
		String area = digits.substring(0, 3);
		return !area.equals("000") && !area.equals("666") && area.charAt(0) != '9'
				&& !digits.substring(3, 5).equals("00") && !digits.substring(5).equals("0000");
	}

	private static boolean sameDigits(String digits) {
		return digits.chars().distinct().count() == 1;
	}

}
