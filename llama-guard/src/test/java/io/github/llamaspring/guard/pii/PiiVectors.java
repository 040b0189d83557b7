package io.github.llamaspring.guard.pii;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * Texts with and without personal data, made by check digit rules written from their
 * public definitions and not by the ones under test. A text marks what is to be found
 * with {@code «} and {@code »}.
 */
final class PiiVectors {

	private static final int MANY = 60;

	private static final String[] NIF_FIRST = { "1", "2", "3", "5", "6", "8", "45", "70", "71", "72", "74", "75", "77",
			"78", "79", "90", "91", "98", "99" };

	/** Two letters, then the BBAN: n a digit, a a letter, c either. */
	private static final String[] IBANS = { "DEnnnnnnnnnnnnnnnnnn", "FRnnnnnnnnnncccccccccccnn",
			"ESnnnnnnnnnnnnnnnnnnnn", "PTnnnnnnnnnnnnnnnnnnnnn", "BRnnnnnnnnnnnnnnnnnnnnnnnac", "GBaaaannnnnnnnnnnnnn",
			"ITannnnnnnnnncccccccccccc", "NLaaaannnnnnnnnn", "BEnnnnnnnnnnnn", "ATnnnnnnnnnnnnnnnn",
			"CHnnnnncccccccccccc", "PLnnnnnnnnnnnnnnnnnnnnnnnn", "SEnnnnnnnnnnnnnnnnnnnn", "NOnnnnnnnnnnn",
			"DKnnnnnnnnnnnnnn", "FInnnnnnnnnnnnnn", "IEaaaannnnnnnnnnnnnn", "LUnnnccccccccccccc",
			"CZnnnnnnnnnnnnnnnnnnnn", "GRnnnnnnncccccccccccccccc", "MTaaaannnnncccccccccccccccccc",
			"TRnnnnnncccccccccccccccc", "SAnncccccccccccccccccc", "HUnnnnnnnnnnnnnnnnnnnnnnnn" };

	private final Random random = new Random(20260701);

	/**
	 * Texts of one kind.
	 *
	 * @param with marked texts that hold such data
	 * @param without texts that look like it
	 */
	record Vectors(String kind, List<String> with, List<String> without) {
	}

	/** Of ids with check digits. */
	List<Vectors> checked() {
		return List.of(cnpj(), cpf(), nif(), dni(), nie(), nir(), pension(), taxId(), card(), iban());
	}

	/** Of what has a form only. */
	List<Vectors> formed() {
		return List.of(jwt(), apiKey(), password(), phone(), address());
	}

	private Vectors cnpj() {
		List<String> with = new ArrayList<>();
		List<String> without = new ArrayList<>();
		for (int i = 0; i < MANY; i++) {
			boolean letters = i % 2 == 1;
			String id = cnpj(letters);
			String formed = id.substring(0, 2) + "." + id.substring(2, 5) + "." + id.substring(5, 8) + "/"
					+ id.substring(8, 12) + "-" + id.substring(12);
			String slashed = id.substring(0, 8) + "/" + id.substring(8, 12) + "-" + id.substring(12);
			with.add(pick(any(), "CNPJ «" + formed + "»", "O CNPJ da empresa é «" + id + "».",
					"Bitte Rechnung an Acme Ltda, «" + formed + "», São Paulo.", "cnpj: «" + id + "»",
					"Nossa razão social: Padaria Sol, CNPJ n.º «" + slashed + "»",
					"My company («" + formed + "») is in Brazil.", "CNPJ/MF nº «" + formed + "»",
					"La société (CNPJ «" + id + "») est brésilienne."));
			String wrong = id.substring(0, 13) + (id.charAt(13) - '0' + 1 + i % 9) % 10;
			String wrongFormed = formed.substring(0, 17) + wrong.charAt(13);
			without.add(pick(i, "CNPJ " + wrongFormed, "O CNPJ da empresa é " + wrong + ".", "pedido " + id,
					"tracking code " + id, "Seriennummer " + wrongFormed, "lote " + id.substring(0, 12),
					"cnpj " + id + "7", "build " + wrong));
		}
		return new Vectors("BR_CNPJ", with, without);
	}

	private String cnpj(boolean letters) {
		StringBuilder id = new StringBuilder(of(letters ? ALNUM : DIGITS, 8));
		id.append(letters && this.random.nextBoolean() ? of(ALNUM, 4) : "000" + (1 + this.random.nextInt(9)));
		if (letters) {
			id.setCharAt(2 + this.random.nextInt(3), (char) ('A' + this.random.nextInt(26)));
		}
		int[] weights = { 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2 };
		for (int digit = 0; digit < 2; digit++) {
			int sum = 0;
			for (int i = 0; i < 12 + digit; i++) {
				sum += (id.charAt(i) - 48) * weights[i + 1 - digit];
			}
			id.append((sum % 11 < 2) ? 0 : 11 - sum % 11);
		}
		return id.toString();
	}

	private Vectors cpf() {
		List<String> with = new ArrayList<>();
		List<String> without = new ArrayList<>();
		for (int i = 0; i < MANY; i++) {
			StringBuilder digits = new StringBuilder(of(DIGITS, 9));
			for (int digit = 0; digit < 2; digit++) {
				int sum = 0;
				for (int k = 0; k < 9 + digit; k++) {
					sum += (digits.charAt(k) - '0') * (10 + digit - k);
				}
				digits.append((sum % 11 < 2) ? 0 : 11 - sum % 11);
			}
			String id = digits.toString();
			String formed = cpfForm(id);
			with.add(pick(any(), "CPF «" + formed + "»", "meu cpf é «" + id + "»",
					"Titular: Ana Souza («" + formed + "»)", "CPF/MF nº «" + id + "»",
					"Mein brasilianischer CPF lautet «" + formed + "».",
					"CPF: «" + id.substring(0, 9) + "-" + id.substring(9) + "»", "«" + formed + "» é o meu documento"));
			String wrong = id.substring(0, 10) + (id.charAt(10) - '0' + 1 + i % 9) % 10;
			without.add(pick(i, "CPF " + cpfForm(wrong), "meu cpf é " + wrong, "pedido " + id, "protocolo " + wrong,
					"CPF 111.111.111-11", "código de barras " + id, "cpf: 12345", "Bestellung " + id));
		}
		return new Vectors("BR_CPF", with, without);
	}

	private static String cpfForm(String id) {
		return id.substring(0, 3) + "." + id.substring(3, 6) + "." + id.substring(6, 9) + "-" + id.substring(9);
	}

	private Vectors nif() {
		List<String> with = new ArrayList<>();
		List<String> without = new ArrayList<>();
		for (int i = 0; i < MANY; i++) {
			String first = NIF_FIRST[i % NIF_FIRST.length];
			String body = first + of(DIGITS, 8 - first.length());
			int sum = 0;
			for (int k = 0; k < 8; k++) {
				sum += (body.charAt(k) - '0') * (9 - k);
			}
			int check = (sum % 11 < 2) ? 0 : 11 - sum % 11;
			String id = body + check;
			String spaced = id.substring(0, 3) + " " + id.substring(3, 6) + " " + id.substring(6);
			with.add(pick(any(), "O meu NIF é «" + id + "».", "NIF: «" + spaced + "»", "Contribuinte n.º «" + id + "»",
					"Número de identificação fiscal: «" + spaced + "»", "VAT number PT«" + id + "»",
					"Meine portugiesische Steuernummer (NIF) ist «" + id + "».",
					"fatura com contribuinte «" + id + "», por favor",
					"NIPC «" + id.replaceAll("(...)", "$1 ").strip() + "»", "Mi NIF portugués: «" + id + "»",
					"mon numéro fiscal portugais (NIF) est le «" + spaced + "»"));
			String wrong = body + (check + 1 + i % 9) % 10;
			without.add(pick(i, "O meu NIF é " + wrong, "encomenda " + id, "NIF: " + wrong, "fatura FT 2024/" + id,
					"contribuinte 0" + id.substring(1), "NIF 12345678", "NIF " + id + "1", "artigo " + id));
		}
		return new Vectors("PT_NIF", with, without);
	}

	private Vectors dni() {
		List<String> with = new ArrayList<>();
		List<String> without = new ArrayList<>();
		for (int i = 0; i < MANY; i++) {
			String digits = of(DIGITS, 8);
			char letter = controlLetter(digits);
			String dotted = digits.substring(0, 2) + "." + digits.substring(2, 5) + "." + digits.substring(5);
			with.add(pick(any(), "DNI «" + digits + letter + "»", "Mi DNI es «" + digits + "-" + letter + "».",
					"DNI: «" + dotted + "-" + letter + "»", "con NIF «" + digits + " " + letter + "»",
					"dni «" + digits + Character.toLowerCase(letter) + "»", "«" + digits + letter + "»",
					"Mein spanischer Ausweis: «" + digits + letter + "»", "d.n.i. n.º «" + dotted + letter + "»"));
			char wrong = "TRWAGMYFPDXBNJZSQVHLCKE".charAt((Integer.parseInt(digits) % 23 + 1 + i % 22) % 23);
			without.add(pick(i, "DNI " + digits + wrong, "Mi DNI es " + digits + "-" + wrong,
					"DNI: " + dotted + "-" + wrong, "pedido " + digits + "I", "referencia " + digits,
					"lote 1" + digits + letter, "pieza " + digits + letter + "9", "código " + digits + wrong));
		}
		return new Vectors("ES_DNI", with, without);
	}

	private Vectors nie() {
		List<String> with = new ArrayList<>();
		List<String> without = new ArrayList<>();
		for (int i = 0; i < MANY; i++) {
			String digits = of(DIGITS, 7);
			int first = i % 3;
			char letter = controlLetter(first + digits);
			char start = "XYZ".charAt(first);
			with.add(pick(any(), "NIE «" + start + digits + letter + "»",
					"Mi NIE es «" + start + "-" + digits + "-" + letter + "».",
					"Número de extranjero: «" + start + digits + "-" + letter + "»",
					"«" + start + digits + letter + "»",
					"nie «" + Character.toLowerCase(start) + digits + Character.toLowerCase(letter) + "»",
					"My Spanish NIE: «" + start + " " + digits + " " + letter + "»"));
			char wrong = "TRWAGMYFPDXBNJZSQVHLCKE".charAt((Integer.parseInt(first + digits) % 23 + 1 + i % 22) % 23);
			without.add(pick(i, "NIE " + start + digits + wrong, "Mi NIE es " + start + "-" + digits + "-" + wrong,
					"pieza W" + digits + letter, "modelo " + start + digits,
					"NIE " + start + digits.substring(1) + letter, "serie " + start + digits + "O",
					"ref " + start + "1" + digits + letter));
		}
		return new Vectors("ES_NIE", with, without);
	}

	private static char controlLetter(String digits) {
		return "TRWAGMYFPDXBNJZSQVHLCKE".charAt(Integer.parseInt(digits) % 23);
	}

	private Vectors nir() {
		List<String> with = new ArrayList<>();
		List<String> without = new ArrayList<>();
		for (int i = 0; i < MANY; i++) {
			String[] departments = { "75", "2A", "2B", "69", "97", "99", "01", "2A" };
			String[] p = { String.valueOf(1 + i % 2), of(DIGITS, 2), two(1 + this.random.nextInt(12)),
					departments[i % departments.length], "1" + of(DIGITS, 2), of(DIGITS, 2) + (1 + i % 9) };
			String body = String.join("", p);
			String key = two(
					97 - new BigInteger(body.replace("2A", "19").replace("2B", "18")).mod(BigInteger.valueOf(97))
						.intValue());
			String wrong = two((Integer.parseInt(key) + 1 + i % 90) % 98);
			String spaced = String.join(" ", p);
			with.add(pick(any(), "NIR «" + spaced + " " + key + "»", "Mon numéro de sécu : «" + body + key + "»",
					"«" + spaced + " " + key + "» est mon numéro.", "n° de sécurité sociale «" + body + " " + key + "»",
					"INSEE: «" + body.toLowerCase(java.util.Locale.ROOT) + key + "»",
					"sécurité sociale «" + spaced + "/" + key + "»",
					"Meine französische Versicherungsnummer: «" + spaced + " " + key + "»"));
			without.add(pick(i, "NIR " + spaced + " " + wrong, "Mon numéro de sécu : " + body + wrong,
					"colis " + body + wrong, "commande 3" + body.substring(1) + key, "réf. " + body + key + "4",
					"n° " + p[0] + p[1] + "13" + p[3] + p[4] + p[5] + key + "8", "facture " + spaced + " " + wrong));
		}
		return new Vectors("FR_NIR", with, without);
	}

	private Vectors pension() {
		List<String> with = new ArrayList<>();
		List<String> without = new ArrayList<>();
		int[] areas = { 2, 8, 10, 15, 42, 50, 53, 65, 80, 89 };
		for (int i = 0; i < MANY; i++) {
			String head = two(areas[i % areas.length]) + two(1 + this.random.nextInt(28))
					+ two(1 + this.random.nextInt(12)) + of(DIGITS, 2);
			char letter = (char) ('A' + this.random.nextInt(26));
			String serial = two(this.random.nextInt(100));
			String all = head + two(letter - 'A' + 1) + serial;
			int[] weights = { 2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1 };
			int sum = 0;
			for (int k = 0; k < 12; k++) {
				int product = (all.charAt(k) - '0') * weights[k];
				sum += product / 10 + product % 10;
			}
			String id = head + letter + serial + sum % 10;
			String spaced = head.substring(0, 2) + " " + head.substring(2) + " " + letter + " " + serial + sum % 10;
			with.add(pick(any(), "Rentenversicherungsnummer «" + spaced + "»", "Meine SV-Nummer ist «" + id + "».",
					"«" + id + "»", "Sozialversicherungsnummer: «" + spaced + "»", "RVNR «" + id + "»",
					"my German social security number is «" + spaced + "»", "Versicherungsnummer «"
							+ spaced.substring(0, 9) + " " + letter + " " + serial + " " + sum % 10 + "»",
					"VSNR: «" + id.toLowerCase(java.util.Locale.ROOT) + "»"));
			int wrong = (sum + 1 + i % 9) % 10;
			without.add(pick(i, "Rentenversicherungsnummer " + spaced.substring(0, spaced.length() - 1) + wrong,
					"Meine SV-Nummer ist " + head + letter + serial + wrong, head + letter + serial + wrong,
					"Teil " + head.substring(0, 4) + "13" + head.substring(6) + letter + serial + sum % 10,
					"Charge 9" + id, "Artikel " + id + "X", "Los " + head + letter + serial));
		}
		return new Vectors("DE_SOCIAL_SECURITY", with, without);
	}

	private Vectors taxId() {
		List<String> with = new ArrayList<>();
		List<String> without = new ArrayList<>();
		for (int i = 0; i < MANY; i++) {
			String body = taxIdBody(i % 3 + 1);
			String id = body + iso7064(body);
			String spaced = id.substring(0, 2) + " " + id.substring(2, 5) + " " + id.substring(5, 8) + " "
					+ id.substring(8);
			with.add(pick(any(), "Meine Steuer-ID ist «" + id + "».", "Steueridentifikationsnummer: «" + spaced + "»",
					"IdNr. «" + id + "»", "my German tax ID is «" + spaced + "»",
					"Steuer-Identifikationsnummer «" + id + "»", "TIN «" + spaced + "»",
					"steuerliche Identifikationsnummer (IdNr): «" + id + "»",
					"Meu número fiscal alemão (Steuer-ID): «" + id + "»"));
			String wrong = body + (iso7064(body) + 1 + i % 9) % 10;
			without.add(pick(i, "Meine Steuer-ID ist " + wrong,
					"Steuer-ID: " + wrong.replaceAll("^(..)(...)(...)", "$1 $2 $3 "),
					"Bestellung " + repeated(taxIdBody(2 + i % 2)), "IdNr. " + repeated("1111234567"),
					"Steuer-ID 0" + id.substring(1), "Steuer-ID " + id.substring(0, 10), "Steuer-ID " + id + "1",
					"IdNr. " + repeated("1122334455"), "Steuer-ID: " + repeated("1112345678"), "Telefonnr " + wrong));
		}
		return new Vectors("DE_TAX_ID", with, without);
	}

	/** Ten digits of which one occurs so many times and the others once. */
	private String taxIdBody(int times) {
		while (true) {
			List<Character> pool = new ArrayList<>();
			for (char c = '0'; c <= '9'; c++) {
				pool.add(c);
			}
			java.util.Collections.shuffle(pool, this.random);
			List<Character> digits = new ArrayList<>(pool.subList(0, 11 - times));
			for (int i = 1; i < times; i++) {
				digits.add(digits.getFirst());
			}
			java.util.Collections.shuffle(digits, this.random);
			StringBuilder body = new StringBuilder();
			digits.forEach(body::append);
			if (body.charAt(0) != '0' && !body.toString().matches(".*(.)\\1\\1.*")) {
				return body.toString();
			}
		}
	}

	private static String repeated(String body) {
		return body + iso7064(body);
	}

	/** ISO 7064, hybrid system MOD 11,10. */
	private static int iso7064(String body) {
		int p = 10;
		for (char c : body.toCharArray()) {
			int s = (p + c - '0') % 10;
			p = ((s == 0) ? 10 : s) * 2 % 11;
		}
		return (11 - p) % 10;
	}

	/**
	 * Identity cards and passports: serial number and check digit, nine or ten
	 * characters.
	 */
	private Vectors card() {
		List<String> with = new ArrayList<>();
		List<String> without = new ArrayList<>();
		for (int i = 0; i < MANY; i++) {
			String id = cardNumber("CFGHJKLMNPRTVWXYZ", "0123456789CFGHJKLMNPRTVWXYZ");
			String old = cardNumber("CFGHJKLMNPRTVWXYZ", DIGITS);
			with.add(pick(any(), "Mein Personalausweis: «" + id + "»",
					"Reisepass «" + old + "» ausgestellt am 01.02.2021", "Ausweisnummer «" + id + "»",
					"my German passport number is «" + id + "»", "Pass-Nr. «" + old + "»",
					"Perso «" + id.substring(0, 9) + "»", "passeport allemand n° «" + id + "»",
					"o meu passaporte alemão é o «" + old + "»", "mi pasaporte alemán: «" + id + "»"));
			without.add(pick(i, "Bestellung " + old, "SKU " + old, "Ausweis " + wrong(id), "Reisepass beantragen 2024",
					"Seriennummer A" + id.substring(1), "invoice " + old, "Personalausweis verlängern: Termin 12345678",
					"Rechnung " + old.substring(0, 1) + of(DIGITS, 8), "the passport office, room C0123"));
		}
		return new Vectors("DE_ID_CARD", with, without);
	}

	private String cardNumber(String first, String others) {
		String body = of(first, 1) + of(others, 2) + of(DIGITS, 1) + of(others, 5);
		int sum = 0;
		for (int i = 0; i < 9; i++) {
			int value = (body.charAt(i) > '9') ? body.charAt(i) - 'A' + 10 : body.charAt(i) - '0';
			sum += value * new int[] { 7, 3, 1 }[i % 3];
		}
		return body + sum % 10;
	}

	private static String wrong(String id) {
		return id.substring(0, id.length() - 1) + (id.charAt(id.length() - 1) - '0' + 1) % 10;
	}

	private Vectors iban() {
		List<String> with = new ArrayList<>();
		List<String> without = new ArrayList<>();
		for (int i = 0; i < 3 * IBANS.length; i++) {
			String form = IBANS[i % IBANS.length];
			StringBuilder bban = new StringBuilder();
			for (char c : form.substring(2).toCharArray()) {
				bban.append(of((c == 'n') ? DIGITS : (c == 'a') ? LETTERS : ALNUM, 1));
			}
			String country = form.substring(0, 2);
			int check = 98 - mod97(bban + country + "00");
			String id = country + two(check) + bban;
			String spaced = id.replaceAll("(.{4})(?=.)", "$1 ");
			with.add(pick(any(), "IBAN «" + id + "»", "Bitte auf «" + spaced + "» überweisen.",
					"my account: «" + spaced + "»", "iban «" + id.toLowerCase(java.util.Locale.ROOT) + "»",
					"«" + id + "»", "Transferir para «" + spaced.replace(' ', '-') + "», obrigado",
					"IBAN:«" + spaced + "».", "Mi cuenta es «" + id + "» y la de Ana otra"));
			String wrong = country + two((check + 1 + i % 90) % 100) + bban;
			without.add(pick(i, "IBAN " + wrong, "Bitte auf " + wrong.replaceAll("(.{4})(?=.)", "$1 ") + " überweisen.",
					"code " + id.substring(0, id.length() - 1), "key " + id + "0", "ref Q" + id, "XX" + id.substring(2),
					"order " + wrong));
		}
		return new Vectors("IBAN", with, without);
	}

	private static int mod97(String text) {
		StringBuilder digits = new StringBuilder();
		for (char c : text.toCharArray()) {
			digits.append((c > '9') ? c - 'A' + 10 : c - '0');
		}
		return new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue();
	}

	private Vectors jwt() {
		List<String> with = new ArrayList<>();
		List<String> without = new ArrayList<>();
		for (int i = 0; i < MANY; i++) {
			String header = base64("{\"alg\":\"" + pick(i, "HS256", "RS256", "ES384", "none") + "\",\"typ\":\"JWT\"}");
			String payload = base64(
					"{\"sub\":\"" + of(DIGITS, 6) + "\",\"name\":\"Ana " + i + "\",\"exp\":" + of(DIGITS, 10) + "}");
			String token = header + "." + payload + "." + of(URL64, 43);
			with.add(pick(any(), "«" + token + "»", "Authorization: Bearer «" + token + "»",
					"token=«" + token + "»; Path=/", "Mein Token «" + token + "» ist abgelaufen",
					"https://x.example/cb?jwt=«" + token + "»&s=1", "{\"access_token\":\"«" + token + "»\"}",
					"meu jwt: «" + token + "»."));
			without.add(pick(i, header, payload + ".html", "eyJ.short.x", "https://x.example/" + of(URL64, 40),
					"class Foo.Bar.Baz" + i, "v1." + of(URL64, 20) + "." + of(URL64, 20),
					"eyJhbGci ist der Anfang eines JWT", "what does " + header + " mean?",
					base64("plain words " + i) + "." + base64("more words " + i)));
		}
		return new Vectors("JWT", with, without);
	}

	private Vectors apiKey() {
		List<String> with = new ArrayList<>();
		List<String> without = new ArrayList<>();
		for (int i = 0; i < MANY; i++) {
			String kind = pick(i, "RSA ", "", "EC ", "OPENSSH ", "ENCRYPTED ", "DSA ");
			String block = of(BASE64, 64) + "\n" + of(BASE64, 64) + "\n" + of(BASE64, 30) + "==";
			String secret = of(BASE64, 36) + "a1B2";
			String access = pick(i, "AKIA", "ASIA") + of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16);
			with.add(pick(any(), "«" + access + "»", "aws_access_key_id = «" + access + "»",
					"aws_secret_access_key = «" + secret + "»", "AWS_SECRET_ACCESS_KEY=\"«" + secret + "»\"",
					"Unser Schlüssel: «" + access + "», bitte nicht weitergeben",
					"«-----BEGIN " + kind + "PRIVATE KEY-----\n" + block + "\n-----END " + kind + "PRIVATE KEY-----»",
					"key: «-----BEGIN " + kind + "PRIVATE KEY-----\\n" + block.replace("\n", "\\n") + "\\n-----END "
							+ kind + "PRIVATE KEY-----»\\n",
					"«-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n" + block + "\n-----END PGP PRIVATE KEY BLOCK-----»",
					"minha chave «ghp_" + of(ALNUM, 36) + "»", "clé api : «" + of(HEX, 32) + "»"));
			without.add(pick(i, "-----BEGIN PUBLIC KEY-----\n" + block + "\n-----END PUBLIC KEY-----",
					"-----BEGIN CERTIFICATE-----\n" + block + "\n-----END CERTIFICATE-----",
					"git commit " + of(HEX, 40), "AKIA ist der Anfang eines Schlüssels von AWS",
					"sha256:" + of(HEX, 64), "aws_access_key_id = YOUR_KEY_HERE", "AWS_SECRET_ACCESS_KEY=${SECRET}",
					"uuid " + of(HEX, 8) + "-" + of(HEX, 4) + "-" + of(HEX, 4),
					"api key: see the settings page of your account", "the secret ingredient is butter",
					"AKIA" + of(LETTERS, 6), "token: number of words in a text"));
		}
		return new Vectors("API_KEY", with, without);
	}

	private Vectors password() {
		List<String> with = new ArrayList<>();
		List<String> without = new ArrayList<>();
		String[] values = { "Sommer2024!", "hunter2", "P@ssw0rd", "xK9$mQ2#vL", "gatinho99", "Tr0ub4dor&3", "qwerty123",
				"123456", "S3nha#Forte", "azerty!2023", "MyDogRex", "correct-horse-battery-staple7", "Contraseña_1",
				"ILoveYou2", "00420042", "müller#77", "Zx!9", "L0ndon-Br1dge" };
		for (int i = 0; i < MANY; i++) {
			String value = values[i % values.length];
			with.add(pick(any(), "password: «" + value + "»", "Passwort: «" + value + "»", "senha: «" + value + "»",
					"contraseña: «" + value + "»", "mot de passe : «" + value + "»", "my password is «" + value + "».",
					"Mein Kennwort lautet «" + value + "», bitte merken", "A minha palavra-passe é «" + value + "»",
					"mi clave es «" + value + "»", "pwd=«" + value + "»;", "\"password\": \"«" + value + "»\"",
					"Mon mot de passe est «" + value + "».", "user anna / pass: «" + value + "»",
					"PASSWORD=«" + value + "»", "Das Passwort für das WLAN ist «" + value + "».",
					"wifi password: «" + value + "»", "Password : «" + value + "»"));
			without.add(pick(i, "password: required", "Passwort: bitte ändern", "senha: obrigatória",
					"contraseña: campo obligatorio", "mot de passe : oublié", "my password is wrong",
					"I forgot my password", "Passwort zurücksetzen", "Password must contain 8 characters",
					"password: ********", "password: <password>", "password: ${DB_PASSWORD}",
					"senha incorreta, tente de novo", "la clave es la paciencia", "le mot de passe est trop court",
					"Das Passwort ist falsch.", "A senha é inválida", "the password was changed in 2023",
					"type=\"password\" name=\"pw\"", "password: {{password}}", "Passwort: siehe E-Mail",
					"password = input('Password: ')", "Bitte Passwort mit 12 Zeichen wählen",
					"String password = null;"));
		}
		return new Vectors("PASSWORD", with, without);
	}

	private Vectors phone() {
		List<String> with = new ArrayList<>();
		List<String> without = new ArrayList<>();
		for (int i = 0; i < 2 * MANY; i++) {
			String d = "2345678".charAt(i % 7) + of(DIGITS, 7);
			String number = pick(i, "0151 " + d, "+49 151 " + d, "030/" + d.substring(0, 6),
					"089 " + d.substring(0, 4) + " " + d.substring(4, 7), "+49 (0)40 " + d.substring(0, 6),
					"004930" + d, "0171-" + d.substring(0, 7),
					"+351 91" + d.charAt(1) + " " + of(DIGITS, 3) + " " + of(DIGITS, 3),
					"91" + d.charAt(1) + " " + of(DIGITS, 3) + " " + of(DIGITS, 3),
					"21" + d.charAt(1) + " " + of(DIGITS, 3) + " " + of(DIGITS, 3),
					"(11) 9" + d.substring(0, 4) + "-" + d.substring(4),
					"+55 21 9" + d.substring(0, 4) + "-" + d.substring(4),
					"11 9" + d.substring(0, 4) + "-" + d.substring(4),
					"(51) 3" + d.substring(0, 3) + "-" + d.substring(4), "+5511 9" + d,
					"6" + d.charAt(1) + d.charAt(2) + " " + d.substring(3, 5) + " " + d.substring(5, 7) + " 18",
					"+34 6" + d.substring(0, 2) + " " + of(DIGITS, 3) + " " + of(DIGITS, 3),
					"91 " + d.substring(0, 3) + " 22 33", "+34 93 " + d.substring(0, 3) + " 45 67", "06 " + pairs(d),
					"+33 6 " + pairs(d), "01." + pairs(d).replace(' ', '.'), "0033 1 " + pairs(d),
					"(212) 555-" + d.substring(0, 4), "+1 415-555-" + d.substring(0, 4), "312-555-" + d.substring(0, 4),
					"1-800-555-" + d.substring(0, 4), "646.555." + d.substring(0, 4));
			with.add(pick(any(), "Tel. «" + number + "»", "Meine Handynummer ist «" + number + "».",
					"Ligue para «" + number + "»", "mi teléfono: «" + number + "»", "Appelez-moi au «" + number + "»",
					"call me at «" + number + "»", "WhatsApp «" + number + "», danke", "fax «" + number + "»",
					"mon numéro : «" + number + "»", "mi número es el «" + number + "»",
					"O meu número é «" + number + "».", "Meine Nummer: «" + number + "»", "«" + number + "»"));
			without.add(pick(i, "am 24.12.2024 um 18:30 Uhr", "1914-1918 und 1939-1945",
					"Bestellung 100-" + d.substring(1, 7), "ISBN 978-3-16-" + d.substring(0, 6) + "-" + i % 10,
					"Preis: 1.299.000,50 EUR", "pedido nº " + of(DIGITS, 8), "PLZ 04109 Leipzig, Nr. 12",
					"CEP 0" + d.substring(0, 4) + "-" + d.substring(4, 7), "1920x1080 px", "52.5200, 13.4050",
					"version 2.10." + d.substring(0, 4), "2024-03-15 10:20:30", "chapter 12 34 5",
					"factura 2024/00" + d.substring(0, 4), "100 000 000 habitants", "EAN 4006381" + d.substring(0, 6),
					"score 21-17 21-19", "ticket #" + d, "90210-" + d.substring(0, 4), "10 20 30 40 50",
					"3.1415926" + d.substring(0, 3), "Art. 4711-" + d.substring(0, 4), "timestamp 17" + d,
					"2 + 2 = 4, 12 - 5 = 7", "von 9-12 und 14-18 Uhr", "1 234 567 visiteurs", "36 x 24 x 18 cm",
					"Room 12-345-67", "€ 12 345 678", "2019/2020/2021"));
		}
		return new Vectors("PHONE", with, without);
	}

	private static String pairs(String d) {
		return d.substring(0, 2) + " " + d.substring(2, 4) + " " + d.substring(4, 6) + " " + d.substring(6, 8);
	}

	private Vectors address() {
		List<String> with = new ArrayList<>();
		List<String> without = new ArrayList<>();
		for (int i = 0; i < MANY; i++) {
			String h = of(HEX, 3);
			String address = pick(i, "2001:db8::" + (i + 1), "fe80::" + h + ":1", "fe80::1ff:fe23:4567:890a",
					"2001:db8:0:0:1::1", "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "2a02:8108::" + h,
					"fd12:3456:789a:1::1", "2606:4700:4700::1111", "2001:DB8::8A2E:370:7334", "fe80::1",
					"2a00:1450:4001:82a::200e", "2001:db8:1:2:3:4:5::", "::ffff:192.0.2." + (i + 10), "2003:e5:2f00::");
			with.add(pick(any(), "«" + address + "»", "My IP is «" + address + "».",
					"Server «" + address + "», Port 443", "o IP «" + address + "» foi bloqueado",
					"http://[«" + address + "»]:8080/", "adresse «" + address + "» bloquée", "ping «" + address + "»",
					"inet6 «" + address + "»/64 scope link"));
			without.add(pick(i, "um 12:30:45 Uhr", "std::vector<int> v1", "00:1B:44:11:3A:B7", "a::b::c1", "Foo::Bar2",
					"u8::MAX", "10:15:30:22", "1::2", "face::book1", "::before", "abc::def3::ghi", "ratio 1:2:3",
					"Rust: i32::from(5)", "12:34:56:78:90:12:34", "http://localhost:8080", "John 3:16", "Add::Add1",
					"de:ad", "score 3:2, 1:0", "0::", "dead::beef"));
		}
		return new Vectors("IP_ADDRESS", with, without);
	}

	/**
	 * Strings as shops, parcels and machines have them, one form after the other.
	 * @param forms number of characters by class: A an upper-case letter, D a digit, X
	 * either, H a hexadecimal digit in lower case, K one in upper case, all else itself
	 */
	List<String> serials(int count, String... forms) {
		List<String> serials = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			StringBuilder serial = new StringBuilder();
			for (char c : forms[i % forms.length].toCharArray()) {
				serial.append(switch (c) {
					case 'A' -> of(LETTERS, 1);
					case 'D' -> of(DIGITS, 1);
					case 'X' -> of(ALNUM, 1);
					case 'H' -> of(HEX, 1);
					case 'K' -> of(HEX, 1).toUpperCase(java.util.Locale.ROOT);
					default -> String.valueOf(c);
				});
			}
			serials.add(serial.toString());
		}
		return serials;
	}

	private static final String DIGITS = "0123456789";

	private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	private static final String ALNUM = DIGITS + LETTERS;

	private static final String HEX = "0123456789abcdef";

	private static final String BASE64 = LETTERS + "abcdefghijklmnopqrstuvwxyz" + DIGITS + "+/";

	private static final String URL64 = LETTERS + "abcdefghijklmnopqrstuvwxyz" + DIGITS + "-_";

	private String of(String alphabet, int count) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < count; i++) {
			text.append(alphabet.charAt(this.random.nextInt(alphabet.length())));
		}
		return text.toString();
	}

	private int any() {
		return this.random.nextInt(1 << 16);
	}

	private static String base64(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	private static String two(int number) {
		return (number < 10) ? "0" + number : String.valueOf(number);
	}

	private static String pick(int i, String... texts) {
		return texts[i % texts.length];
	}

}
