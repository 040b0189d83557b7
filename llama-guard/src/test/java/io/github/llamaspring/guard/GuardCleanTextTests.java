package io.github.llamaspring.guard;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever a writing system or a technical text needs is no trick.
 */
class GuardCleanTextTests {

	private static final Guard GUARD = Guard.builtIn();

	static List<String> clean() {
		return """
				Schönes Wochenende 👩‍👩‍👧‍👦 und viel Spaß!
				Heute 🏳️‍🌈 und morgen 🏴‍☠️, dann ☕️ und 🥐.
				England 🏴󠁧󠁢󠁥󠁮󠁧󠁿, Scotland 🏴󠁧󠁢󠁳󠁣󠁴󠁿 and Wales 🏴󠁧󠁢󠁷󠁬󠁳󠁿 play on Sunday.
				Flags: 🇩🇪 🇵🇹 🇧🇷 🇪🇸 🇫🇷 🇬🇧
				👍🏽👏🏿🙌🏻 Great, thank you so much!
				❤️‍🔥 Love it ❤️‍🩹 1️⃣2️⃣3️⃣
				Meine Blutgruppe ist 🅰️, seine 🅱️ oder 🆎.
				Donau\u00addampf\u00adschiff\u00adfahrts\u00adgesell\u00adschaft
				Die Ver\u00adsand\u00adkosten\u00adpauschale ent\u00adfällt ab 50 Euro.
				Rechts\u00adschutz\u00adversicherungs\u00adgesellschaften antworten nicht.
				می‌خواهم یک کتاب بخرم، لطفاً راهنمایی کنید.
				نمی‌دانم کدام اندازه برای من مناسب است.
				این کتاب‌ها را چه‌قدر می‌فروشید؟
				क्‍या आप मुझे ऑर्डर की स्थिति बता सकते हैं?
				धन्यवाद, पार्सल कल आ गया था।
				বাংলাদেশে ডেলিভারি কি সম্ভব? র‍্যাব
				ශ්‍රී ලංකාවට යවන්න පුළුවන්ද?
				மிக்க நன்றி, நாளை சந்திப்போம்.
				ಧನ್ಯವಾದಗಳು, ನನ್ನ ಆದೇಶ ಬಂದಿದೆ.
				Мне нужна помощь с заказом, пожалуйста.
				Здравствуйте, когда придёт моя посылка из Берлина?
				Я хочу вернуть рубашку, она мне мала.
				Купил новый iPhone, а SMSка с кодом не приходит.
				Сон, рост, вес и возраст – всё в норме.
				Доброго дня! Чи можна змінити адресу доставки?
				Дякую, ґрунт і насіння вже приїхали, все гаразд.
				Честит рожден ден и много здраве!
				Καλημέρα, πότε θα έρθει το δέμα μου;
				Θέλω να αλλάξω το μέγεθος, ευχαριστώ πολύ.
				Η τιμή είναι 12,90 € με τα μεταφορικά;
				请问我的包裹什么时候到？谢谢！
				我想退货，这件衬衫太小了。
				請問有沒有其他顏色？
				配送はいつになりますか。よろしくお願いします。
				コーヒーを二つと、サンドイッチを一つください。
				주문한 상품은 언제 도착하나요? 감사합니다.
				مرحباً، متى تصل الطلبية؟ شكراً جزيلاً.
				أريد إرجاع القميص لأنه صغير جداً.
				السعر هو \u206712.90 €\u2069 مع الشحن.
				שלום, מתי תגיע החבילה שלי? תודה רבה.
				אני רוצה להחליף מידה, בבקשה.
				\u200fהזמנה מספר 4711\u200f הגיעה.
				สวัสดีค่ะ พัสดุจะมาถึงเมื่อไหร่คะ
				ขอบคุณมากครับ สินค้าดีมาก
				Xin chào, khi nào đơn hàng của tôi sẽ đến? Cảm ơn rất nhiều.
				Tôi muốn đổi cỡ áo này, áo hơi chật một chút.
				Merhaba, siparişim ne zaman gelecek? Çok teşekkür ederim.
				Dzień dobry, kiedy przyjdzie moja paczka? Chciałbym zwrócić koszulę.
				Dobrý den, chtěl bych vrátit zboží, je příliš malé.
				Jó napot, mikor érkezik meg a csomagom? Köszönöm szépen.
				Hyvää päivää, milloin pakettini saapuu? Kiitos paljon.
				Labdien, kad pienāks mans sūtījums? Paldies!
				Bonjour, où est mon colis ? J'ai déjà réglé la facture, merci d'avance.
				Olá, gostaria de trocar a camisa; não coube. Obrigação é obrigação.
				¡Hola! ¿Cuándo llega mi pedido? Mañana estaré en casa.
				Ich hätte gern drei große Stücke Käse, möglichst würzig, für übermorgen.
				data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
				commit 9fceb02d0ae598e95dc970b74767f19372d61af8 fixes the basket
				sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
				id 550e8400-e29b-41d4-a716-446655440000 is not in the list
				color: #ff8800; background: #1a2b3c; border: 1px solid #DEADBEEF
				https://de.wikipedia.org/wiki/Bl%C3%BCten%C3%B6kologie#Best%C3%A4ubung
				https://shop.example/search?q=gr%C3%B6%C3%9Fe%20XL%20hemd%2C%20blau&sort=price%3Aasc
				https://ru.wikipedia.org/wiki/%D0%9C%D0%BE%D1%81%D0%BA%D0%B2%D0%B0
				https://example.org/?text=100%25%20cotton%20%26%20linen
				Fish &amp; chips &lt;b&gt;today&lt;/b&gt; for &#8364;&nbsp;12.90
				{"title":"Gr\\u00f6\\u00dfentabelle","text":"Zeile 1\\nZeile 2"}
				SGVsbG8sIEkgd291bGQgbGlrZSB0byBvcmRlciB0d28gYm9va3Mu is hello in base64
				48 65 6c 6c 6f 2c 20 77 6f 72 6c 64 is hello in hex
				Uryyb, V jbhyq yvxr gb beqre gjb obbxf sbe zl qnhtugre.
				MAC 00:1A:2B:3C:4D:5E of the printer, mask ff:ff:ff:00
				ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKYKh4J9zSxX5Y5u3gJ1pQb3k7lZb1gq8hYv0yT2nD
				src/main/java/io/github/llamaspring/guard/text/EncodedRuns.java
				getElementsByClassName and HttpServletRequestWrapper2 are long names
				U.S.A., z. B., d. h., i. d. R., a.m. and p.m. are short forms
				Typen A B C D und E F G sind ab Werk lieferbar
				mp3 and mp4 files, 4k video, h264, usb3 and wifi6 with 5 ports
				"""
			.lines()
			.toList();
	}

	@ParameterizedTest
	@MethodSource("clean")
	void findsNothing(String text) {
		for (Stage stage : List.of(Stage.INPUT, Stage.CONTEXT, Stage.OUTPUT)) {
			Verdict verdict = GUARD.check(text, GuardContext.of(stage));
			assertThat(verdict.findings()).as(text).isEmpty();
			assertThat(verdict.text()).isSameAs(text);
		}
	}

	@ParameterizedTest
	@MethodSource("clean")
	void streamsUnchanged(String text) {
		GuardStream stream = GUARD.stream(GuardContext.of(Stage.OUTPUT));
		StringBuilder out = new StringBuilder();
		for (int i = 0; i < text.length(); i++) {
			out.append(stream.feed(text.substring(i, i + 1)).text());
		}
		assertThat(out.append(stream.finish().text()).toString()).isEqualTo(text);
	}

	@Test
	void findsNothingInEncodedCleanTexts() {
		for (String text : clean()) {
			String code = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
			assertThat(GUARD.check(code, GuardContext.of(Stage.INPUT)).findings()).as(text).isEmpty();
		}
	}

	@Test
	void findsNothingInRandomBytes() {
		Random random = new Random(3);
		for (int i = 0; i < 300; i++) {
			byte[] bytes = new byte[8 + random.nextInt(120)];
			random.nextBytes(bytes);
			String code = Base64.getEncoder().encodeToString(bytes);
			assertThat(GUARD.check(code, GuardContext.of(Stage.INPUT)).findings()).as(code).isEmpty();
		}
	}

	@Test
	void keepsAWebTokenOneSecret() {
		String token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
				+ Base64.getUrlEncoder()
					.withoutPadding()
					.encodeToString("{\"sub\":\"4711\",\"email\":\"max@example.com\"}".getBytes(StandardCharsets.UTF_8))
				+ ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
		Verdict verdict = GUARD.check("Token " + token + " here", GuardContext.of(Stage.INPUT));
		assertThat(verdict.text()).isEqualTo("Token [JWT] here");
		assertThat(verdict.findings()).hasSize(1);
	}

}
