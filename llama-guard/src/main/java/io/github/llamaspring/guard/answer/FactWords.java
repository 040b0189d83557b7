package io.github.llamaspring.guard.answer;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.guard.text.Folding;

/**
 * Words of five languages that numbers, dates and names are made of; folded.
 */
final class FactWords {

	/** What may follow a number without a blank. */
	static final Set<String> SUFFIXES = Set.of("st", "nd", "rd", "th", "er", "ere", "re", "e", "eme", "o", "a", "am",
			"pm", "h", "k");

	private static final Map<String, Unit> UNITS = new HashMap<>();

	private static final Map<String, Integer> MONTHS = new HashMap<>();

	private static final Map<String, Double> NUMBERS = new HashMap<>();

	private static final Map<String, Double> SCALES = new HashMap<>();

	/** They may stand between the words of a name. */
	static final Set<String> LINKS = words("von van der den de da do dos das del la le du di of and und y e et zu zur");

	static final Set<String> TITLES = words(
			"herr herrn frau dr prof mr mrs ms senhor senhora sr sra monsieur madame mme "
					+ "doctor professor doutor doutora docteur professeur");

	/** Capitalised for other reasons than being a name. */
	static final Set<String> NO_NAMES = words(
			"i sie ihr ihre ihrem ihren ihrer ihres ihnen du dein deine uhr ok internet "
					+ "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag "
					+ "sonntag sonnabend vormittag nachmittag morgen abend nacht mittag anfang mitte ende euro prozent faq pdf "
					+ "segunda terca quarta quinta sexta sabado domingo lunes martes miercoles jueves viernes lundi mardi mercredi "
					+ "jeudi vendredi samedi dimanche christmas easter weihnachten ostern natal navidad noel internet email mail "
					+ "bitte danke thanks obrigado gracias merci god please yes no");

	static {
		unit("percent", 1, "% percent prozent porcento pct");
		unit("eur", 1, "€ eur euro euros");
		unit("usd", 1, "$ usd dollar dollars dolar dolares dollares us$");
		unit("gbp", 1, "£ gbp pound pounds pfund libras livres");
		unit("brl", 1, "r$ brl real reais reales");
		unit("chf", 1, "chf franken francs");
		unit("cent", 1, "cent cents centimes centavos centimos ct");
		unit("hours", 1 / 60.0, "min minute minutes minuten minuto minutos");
		unit("hours", 1, "h hour hours hr hrs stunde stunden std hora horas heure heures");
		unit("hours", 24, "day days tag tage tagen dia dias jour jours werktag werktage werktagen workday workdays");
		unit("hours", 168, "week weeks woche wochen semana semanas semaine semaines");
		unit("months", 1, "month months monat monate monaten monats mes meses mois");
		unit("months", 12, "year years jahr jahre jahren jahres ano anos an ans annee annees");
		unit("seconds", 1, "sec second seconds sekunde sekunden segundo segundos seconde secondes");
		unit("metres", 0.001, "mm");
		unit("metres", 0.01, "cm");
		unit("metres", 1, "m metre metres meter metern metro metros");
		unit("metres", 1000, "km kilometer kilometers kilometres kilometern quilometros kilometros kilometre");
		unit("grams", 1, "g gram grams gramm gramas gramos grammes");
		unit("grams", 1000, "kg kilo kilos kilogram kilograms kilogramm kilogrammes quilo quilos");
		unit("litres", 1, "l liter liters litre litres litern litro litros");
		unit("bytes", 1e6, "mb");
		unit("bytes", 1e9, "gb");
		unit("bytes", 1e12, "tb");
		String[] months = { "january jan januar jaenner janeiro enero janvier",
				"february feb februar fevereiro febrero fevrier", "march mar maerz mrz marco marzo mars",
				"april apr abril avril", "may mai maio mayo", "june jun juni junho junio juin",
				"july jul juli julho julio juillet", "august aug agosto aout",
				"september sep sept setembro septiembre septembre", "october oct oktober okt outubro octubre octobre",
				"november nov novembro noviembre novembre", "december dec dezember dez dezembro diciembre decembre" };
		for (int i = 0; i < months.length; i++) {
			for (String word : months[i].split(" ")) {
				MONTHS.put(word, i + 1);
			}
		}
		numbers(0,
				"zero|one,ein,eins,eine,einen,einem,einer,um,uma,un,una,uno,une|two,zwei,dois,duas,dos,deux|three,drei,tres,trois|"
						+ "four,vier,quatro,cuatro,quatre|five,fuenf,cinco,cinq|six,sechs,seis|seven,sieben,sete,siete,sept|"
						+ "eight,acht,oito,ocho,huit|nine,neun,nove,nueve,neuf|ten,zehn,dez,diez,dix|eleven,elf,onze,once|"
						+ "twelve,zwoelf,doze,doce,douze|thirteen,dreizehn,treze,trece,treize|"
						+ "fourteen,vierzehn,catorze,quatorze,catorce|fifteen,fuenfzehn,quinze,quince|"
						+ "sixteen,sechzehn,dezesseis,dezasseis,dieciseis,seize|seventeen,siebzehn,dezessete,diecisiete|"
						+ "eighteen,achtzehn,dezoito,dieciocho|nineteen,neunzehn,dezenove,diecinueve|twenty,zwanzig,vinte,veinte,vingt");
		tens("thirty,dreissig,trinta,treinta,trente|forty,vierzig,quarenta,cuarenta,quarante|"
				+ "fifty,fuenfzig,cinquenta,cincuenta,cinquante|sixty,sechzig,sessenta,sesenta,soixante|"
				+ "seventy,siebzig,setenta|eighty,achtzig,oitenta,ochenta|ninety,neunzig,noventa|hundred,hundert,cem,cien,cent");
		scale(1e3, "thousand tausend mil mille");
		scale(1e6, "million millions millionen mio milhao milhoes millon millones");
		scale(1e9, "billion billions milliarde milliarden mrd milliard milliards bilhao bilhoes");
	}

	private FactWords() {
	}

	private static Set<String> words(String words) {
		return Set.of(java.util.Arrays.stream(words.split(" ")).distinct().toArray(String[]::new));
	}

	private static void unit(String dimension, double factor, String words) {
		for (String word : words.split(" ")) {
			UNITS.put(word, new Unit(dimension, factor));
		}
	}

	private static void scale(double factor, String words) {
		for (String word : words.split(" ")) {
			SCALES.put(word, factor);
		}
	}

	private static void numbers(int first, String lists) {
		int value = first;
		for (String list : lists.split("\\|")) {
			for (String word : list.split(",")) {
				NUMBERS.put(word, (double) value);
			}
			value++;
		}
	}

	private static void tens(String lists) {
		int value = 30;
		for (String list : lists.split("\\|")) {
			for (String word : list.split(",")) {
				NUMBERS.put(word, (double) value);
			}
			value += 10;
		}
	}

	static @Nullable Unit unit(String word) {
		Unit signed = UNITS.get(word.toLowerCase(Locale.ROOT));
		return (signed != null) ? signed : UNITS.get(Folding.fold(word));
	}

	/** 1 to 12, or 0. English has two that are words besides: they need a capital. */
	static int month(Token token) {
		String folded = token.folded();
		boolean doubtful = (folded.equals("may") || folded.equals("march") || folded.equals("mar"))
				&& !token.isCapitalised();
		return (token.isWord() && !doubtful) ? MONTHS.getOrDefault(folded, 0) : 0;
	}

	/** The number a word stands for, or null. */
	static @Nullable Double number(String folded) {
		return NUMBERS.get(folded);
	}

	/** What a word multiplies the number before it by, or 1. */
	static double scale(String folded) {
		return SCALES.getOrDefault(folded, 1.0);
	}

	/**
	 * A unit: so many of what its dimension is counted in.
	 */
	record Unit(String dimension, double factor) {
	}

}
