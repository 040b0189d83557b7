package io.github.llamaspring.guard.pii;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Words before a number that say what it is.
 */
final class ContextWords {

	/** Characters before a number that are looked at. */
	static final int REACH = 64;

	static final Pattern PHONE = words("phone|tel\\.?|telephone|telefon\\w*|telefone|teléfono|téléphone|handy\\w*"
			+ "|mobil\\w*|mobile|móvil|portable|celular|telemóvel|whatsapp|fax|call|ring|text me|reach me|ruf\\w*"
			+ "|anruf\\w*|rückruf\\w*|erreich\\w*|ligue?|ligar|liguem?|llam\\w+|appel\\w*|joindre|número de contacto"
			+ "|contato|contacto|answer(?:s|ing)? at|cell|festnetz\\w*|hotline|durchwahl|nummer lautet|rufnummer|(?:my|your|contact) number"
			+ "|(?:meine|deine|ihre) nummer|(?:meu|seu) número|mi número|(?:mon|votre) numéro");

	/** Words right behind a phone number. */
	static final List<String> PHONE_LABELS = List.of("office", "fax", "mobile", "cell", "home", "work", "phone", "tel",
			"büro", "mobil", "privat", "dienstlich", "geschäftlich", "celular", "escritório", "trabalho", "telemóvel",
			"móvil", "oficina", "trabajo", "portable", "bureau", "domicile");

	static final Pattern TAX_DE = words("steuer\\w*|tax|idnr|tin|identifikationsnummer|steuerid|finanzamt");

	static final Pattern PENSION_DE = words(
			"sozialversicherung\\w*|rentenversicherung\\w*|versicherungsnummer|svnr|rvnr"
					+ "|sv-nummer|social security|insurance|sozialversicherungsausweis");

	static final Pattern ID_DE = words("personalausweis\\w*|ausweis\\w*|perso|reisepass\\w*|passnummer|pass-nr|pass"
			+ "|passport|passaporte|pasaporte|passeport|id card|identity card|dokumentennummer|seriennummer");

	static final Pattern CPF = words("cpf|contribuinte|cadastro de pessoa\\w*|documento|tax");

	static final Pattern CNPJ = words("cnpj|empresa|company");

	static final Pattern NIF = words("nif|nipc|contribuinte|fiscal|finanças|tax|vat|iva|ust-id\\w*");

	static final Pattern SSN = words("ssn|social security|social sec\\w*|socials?");

	static final Pattern IP = words("ip|ips|ipv4|ipv6|server|servidor|serveur|address|adresse|endereço|dirección|host"
			+ "|ping|dns|gateway|router|login|logged in|vpn|client");

	static final Pattern VERSION = words("version|versión|versão|release|firmware|build|update|v");

	private ContextWords() {
	}

	private static Pattern words(String alternatives) {
		return Pattern.compile("(?<![\\p{L}\\p{N}])(?:" + alternatives + ")(?![\\p{L}\\p{N}])");
	}

	/**
	 * Whether one of the words stands shortly before.
	 */
	static boolean precede(Pattern words, String text, int start) {
		String before = text.substring(Math.max(0, start - REACH), start).toLowerCase(Locale.ROOT);
		Matcher matcher = words.matcher(before).useTransparentBounds(true);
		for (int i = 0; i < before.length(); i++) {
			// Where no word starts the pattern need not be tried.
			boolean starts = Character.isLetter(before.charAt(i)) && (i == 0 || !isPlain(before.charAt(i - 1)));
			if (starts && matcher.region(i, before.length()).lookingAt()) {
				return true;
			}
		}
		return false;
	}

	private static boolean isPlain(char c) {
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
	}

}
