package io.github.llamaspring.guard.pii;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Numbers are the published examples of the issuing bodies and of test suites.
 */
class CheckDigitsTests {

	@Test
	void knowsPublishedNumbers() {
		assertThat(CheckDigits.luhn("4111111111111111")).isTrue();
		assertThat(CheckDigits.luhn("4111111111111112")).isFalse();
		assertThat(CheckDigits.iban("DE89370400440532013000")).isTrue();
		assertThat(CheckDigits.iban("GB29NWBK60161331926819")).isTrue();
		assertThat(CheckDigits.iban("DE89370400440532013001")).isFalse();
		assertThat(CheckDigits.germanTaxId("86095742719")).isTrue();
		assertThat(CheckDigits.germanTaxId("86095742718")).isFalse();
		assertThat(CheckDigits.germanTaxId("12345678903")).isTrue();
		assertThat(CheckDigits.germanTaxId("98765432106")).isTrue();
		assertThat(CheckDigits.germanTaxId("12345678901")).isFalse();
		assertThat(CheckDigits.germanTaxId("01234567894")).isFalse();
		assertThat(CheckDigits.germanTaxId("11112345678")).isFalse();
		assertThat(CheckDigits.germanPensionNumber("15070649C103")).isTrue();
		assertThat(CheckDigits.germanPensionNumber("15070649C104")).isFalse();
		assertThat(CheckDigits.documentNumber("T220001293")).isTrue();
		assertThat(CheckDigits.cpf("52998224725")).isTrue();
		assertThat(CheckDigits.cpf("52998224724")).isFalse();
		assertThat(CheckDigits.cpf("11111111111")).isFalse();
		assertThat(CheckDigits.cnpj("11222333000181")).isTrue();
		assertThat(CheckDigits.cnpj("12ABC34501DE35")).isTrue();
		assertThat(CheckDigits.cnpj("12ABC34501DE36")).isFalse();
		assertThat(CheckDigits.portugueseNif("123456789")).isTrue();
		assertThat(CheckDigits.portugueseNif("123456788")).isFalse();
		assertThat(CheckDigits.spanishId("12345678Z")).isTrue();
		assertThat(CheckDigits.spanishId("X1234567L")).isTrue();
		assertThat(CheckDigits.spanishId("12345678A")).isFalse();
		assertThat(CheckDigits.frenchNir("255081416802538")).isTrue();
		assertThat(CheckDigits.frenchNir("255081416802539")).isFalse();
		assertThat(CheckDigits.usSocialSecurity("666123456")).isFalse();
	}

}
