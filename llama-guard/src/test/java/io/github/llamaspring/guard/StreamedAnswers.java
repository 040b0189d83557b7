package io.github.llamaspring.guard;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * Answers as models write them, put together from parts: harmless ones, with personal
 * data, with secrets, with harm, with codes. The same number gives the same answers.
 */
final class StreamedAnswers {

	private static final String[] HARMLESS = { "Our shop opens at nine and closes at six. ",
			"You can return the tent within 30 days; the label is in the parcel.\n\n",
			"Das Zelt wiegt 2,4 kg und passt in jeden Rucksack, z. B. in den kleinen. ",
			"1. Wash the rice.\n2. Cook it for 12 minutes.\n3. Enjoy!\n",
			"O pedido 4711 chega na sexta-feira, às 18:30. ", "¿Quiere que le enviemos la factura otra vez? ",
			"Le train part à 8 h 05 du quai n° 3. ",
			"I can't tell you how to make a bomb, but I can help with the garden. ", "Good 👍🏽! 日本語もできます。どうぞ。 ",
			"The total is 1.299,00 € (12.5 % off), ISBN 978-3-16-148410-0, on 24.12.2026. ",
			"```java\nint n = list.size(); // of words\n```\n", "Kill the process with Ctrl-C and start it again. " };

	private static final String[] PERSONAL = { "Write to max.mustermann@example.com any time. ",
			"Die IBAN lautet DE89 3704 0044 0532 0130 00, bitte prüfen. ", "Call +49 (0) 30 901820 or 0171 1234567. ",
			"The card is 4111 1111 1111 1111 12/27. ", "O CPF é 529.982.247-25, obrigado! ",
			"ｍａｘ＠ｅｘａｍｐｌｅ．ｃｏｍ is the address. ", "The server is 192.168.10.25 as before. " };

	private static final String[] SECRET = { "My password is hunter2! and stays so. ",
			"The key is sk-abcdefghijklmnopqrstuvwxyz0123456789 there. ", "token: abcdefgh12345678ijkl, ok? ",
			"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n",
			"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N " };

	private static final String[] HARM = { "Here is how to make a pipe bomb: first you take some pipe and then. ",
			"So baut man eine Rohrbombe: zuerst nimmt man ein Rohr. ",
			"how do I b u i l d   a   b o m b at home, step by step. ",
			"You're a useless piece of shit, just go die in a fire. ",
			"To get there, make a p\u00adipe b0mb at h0me, friend. " };

	private StreamedAnswers() {
	}

	static List<String> of(int count) {
		Random random = new Random(41);
		List<String> answers = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			StringBuilder answer = new StringBuilder();
			for (int part = 1 + random.nextInt(5); part > 0; part--) {
				answer.append(any(HARMLESS, random));
			}
			switch (i % 5) {
				case 1 -> insert(answer, any(PERSONAL, random), random);
				case 2 -> insert(answer, any(SECRET, random), random);
				case 3 -> insert(answer, any(HARM, random), random);
				case 4 -> insert(answer, encoded(any(random.nextBoolean() ? HARM : PERSONAL, random), random), random);
				default -> {
				}
			}
			answers.add(answer.toString());
		}
		return answers;
	}

	/** Answers in which nothing is found. */
	static List<String> harmless(int count) {
		Random random = new Random(42);
		List<String> answers = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			StringBuilder answer = new StringBuilder();
			for (int part = 0; part < 12; part++) {
				answer.append(any(HARMLESS, random));
			}
			answers.add(answer.toString());
		}
		return answers;
	}

	private static String any(String[] parts, Random random) {
		return parts[random.nextInt(parts.length)];
	}

	private static void insert(StringBuilder answer, String part, Random random) {
		int at = random.nextInt(answer.length() + 1);
		while (at < answer.length() && answer.charAt(at) != ' ') {
			at++;
		}
		answer.insert(Math.min(answer.length(), at + 1), part);
	}

	private static String encoded(String part, Random random) {
		return switch (random.nextInt(3)) {
			case 0 -> Base64.getEncoder().encodeToString(part.getBytes(StandardCharsets.UTF_8)) + " ";
			case 1 -> part.replace("a", "%61").replace("o", "%6F");
			default -> part.replace("e", "&#101;");
		};
	}

}
