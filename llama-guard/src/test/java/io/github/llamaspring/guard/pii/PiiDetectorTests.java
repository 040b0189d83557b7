package io.github.llamaspring.guard.pii;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.llamaspring.guard.text.Match;
import io.github.llamaspring.guard.text.MatchSink;
import io.github.llamaspring.guard.text.NormText;

import static org.assertj.core.api.Assertions.assertThat;

class PiiDetectorTests {

	private static List<String> found(String text) {
		List<String> found = new ArrayList<>();
		new PiiDetector().detect(NormText.whole(text), new MatchSink() {
			@Override
			public void match(Match match) {
				found.add(match.category() + "=" + text.substring(match.start(), match.end()));
			}

			@Override
			public void undecided(int start) {
				throw new AssertionError("a whole text has no open end");
			}
		});
		return found;
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			Write to anna-lena.o'neil+shop@mail.example.co.uk. | EMAIL=anna-lena.o'neil+shop@mail.example.co.uk
			Meine Steuer-ID lautet 86095742719. | DE_TAX_ID=86095742719
			Steuer-ID: 86 095 742 719 | DE_TAX_ID=86 095 742 719
			Rentenversicherungsnummer 15 070649 C 103 | DE_SOCIAL_SECURITY=15 070649 C 103
			Mein Personalausweis: T220001293 | DE_ID_CARD=T220001293
			Konto 98765432106 | DE_TAX_ID=98765432106
			hier: L01X00T44 | DE_ID_CARD=L01X00T44
			(CPF: 529.982.247-25 | BR_CPF=529.982.247-25
			Ana (529.982.247-25) | BR_CPF=529.982.247-25
			VAT PT123456789 | PT_NIF=PT123456789
			fe80::1 | IP_ADDRESS=fe80::1
			::ffff:192.0.2.10 | IP_ADDRESS=::ffff:192.0.2.10
			Das Passwort für das WLAN ist ILoveYou2! | PASSWORD=ILoveYou2!
			user anna, pass: hunter2 | PASSWORD=hunter2
			Pass: C01X00T47 | DE_ID_CARD=C01X00T47
			CPF 529.982.247-25 | BR_CPF=529.982.247-25
			meu cpf é 52998224725 | BR_CPF=52998224725
			CNPJ 11.222.333/0001-81 | BR_CNPJ=11.222.333/0001-81
			CNPJ 12.ABC.345/01DE-35 | BR_CNPJ=12.ABC.345/01DE-35
			O meu NIF é 123456789 | PT_NIF=123456789
			DNI 12345678Z | ES_DNI=12345678Z
			NIE X-1234567-L | ES_NIE=X-1234567-L
			NIR 2 55 08 14 168 025 38 | FR_NIR=2 55 08 14 168 025 38
			My SSN is 219-09-9999 | US_SSN=219-09-9999
			card 4111-1111-1111-1111 exp 12/27 | CREDIT_CARD=4111-1111-1111-1111
			paid with 3782 822463 10005 | CREDIT_CARD=3782 822463 10005
			the server is 10.0.0.12 | IP_ADDRESS=10.0.0.12
			2001:db8:85a3::8a2e:370:7334 | IP_ADDRESS=2001:db8:85a3::8a2e:370:7334
			Rufen Sie mich an: 0171 1234567 | PHONE=0171 1234567
			+49 (0)30 901820 | PHONE=+49 (0)30 901820
			ligue para (11) 98765-4321 | PHONE=(11) 98765-4321
			Telemóvel 912 345 678 | PHONE=912 345 678
			call (202) 555-0143 | PHONE=(202) 555-0143
			call (202)555-0143x818 now | PHONE=(202)555-0143x818
			(790)091-7442 | PHONE=(790)091-7442
			202-555-0143 ext. 12 | PHONE=202-555-0143 ext. 12
			166-684-7899 fax | PHONE=166-684-7899
			30 4711 22-Büro | PHONE=30 4711 22
			not answering at 785 8949 | PHONE=785 8949
			Tel. 04236-240 | PHONE=04236-240
			4111 1111 1111 1111 ext 5 | CREDIT_CARD=4111 1111 1111 1111
			Passwort: Geheim!23 | PASSWORD=Geheim!23
			my password is hunter2. | PASSWORD=hunter2
			A minha senha é gatinho99 | PASSWORD=gatinho99
			AKIAIOSFODNN7EXAMPLE | API_KEY=AKIAIOSFODNN7EXAMPLE
			api_key = 'a1b2c3d4e5f6g7h8i9j0' | API_KEY=a1b2c3d4e5f6g7h8i9j0
			""")
	void finds(String text, String expected) {
		assertThat(found(text)).containsExactly(expected);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "Order 100200300400", "am 24.12.2026 um 18:30", "12.345.678,90 €", "ISBN 978-3-16-148410-0",
					"EAN 4006381333931", "1Z999AA10123456784", "JJD000390007827493021", "version 10.0.19041.1",
					"3-2 won, 12-10", "my password is wrong", "Passwort vergessen", "Mindestens 8 Zeichen", "a @ b",
					"@handle and #tag", "16:9", "std::string and a::b", "Artikelnummer 4711-0815-99",
					"Número do pedido 1234-5678", "2020-2021-2022", "1,234,567.89", "4111 1111 1111 1112",
					"Rua Bresser 1313, 04236-240 São Paulo", "4006381333931x2", "12-34-5678 faxes", "2x 100200300",
					"user@localhost", "PLZ 10115 Berlin", "1/2/2024 - 3/4/2024", "F12345671", "T220001293", "12 ABC345",
					"Artikel PT123456789", "a::b1", "::1", "made from passwords (PBKDF2)", "password: ${DB_PASSWORD}",
					"password = input('Password: ')", "my password is wrong!", "86095742719", "529.982.247-24" })
	void leavesAlone(String text) {
		assertThat(found(text)).isEmpty();
	}

}
