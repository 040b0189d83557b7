package io.github.llamaspring.guard.text;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a code point counts as when texts are compared: compatibility forms (full width,
 * mathematical letters, ligatures) are plain letters, case and accents are gone, German
 * umlauts are written out. Umlauts decide meaning ("töten", "die Toten"), hence "oe" and
 * not "o"; rules are folded the same way, so that both spellings meet.
 */
public final class Folding {

	private static final int CACHED = 0x600;

	private static final String[] CACHE = new String[CACHED];

	/** What was folded lately of the rest; a race costs no more than folding again. */
	private static final @Nullable Folded[] LATELY = new Folded[1 << 13];

	/** Letters of other scripts that look like Latin ones (from Unicode TR 39). */
	private static final Map<Character, Character> LOOKALIKES = new HashMap<>();

	static {
		String from = "авекмнорстухѕіјԁһӏёԛԝгпьαβεηικνορτυχγѵѡոսց";
		String to = "abekmhopctyxsijdhleqwrnbabenikvoptuxyvwnug";
		for (int i = 0; i < from.length(); i++) {
			LOOKALIKES.put(from.charAt(i), to.charAt(i));
		}
		for (int cp = 0; cp < CACHED; cp++) {
			CACHE[cp] = compute(cp);
		}
	}

	private Folding() {
	}

	/**
	 * The folded form; empty for what is ignored inside words (accents, zero-width
	 * characters).
	 */
	static String fold(int cp) {
		if (cp < CACHED) {
			return CACHE[cp];
		}
		int slot = cp & (LATELY.length - 1);
		Folded known = LATELY[slot];
		if (known == null || known.cp != cp) {
			boolean plain = Character.isIdeographic(cp) || (cp >= 0xAC00 && cp <= 0xD7A3);
			known = new Folded(cp, plain ? Character.toString(cp) : compute(cp));
			LATELY[slot] = known;
		}
		return known.form;
	}

	private static String compute(int cp) {
		switch (cp) {
			case 'ä', 'Ä', 'æ', 'Æ' -> {
				return "ae";
			}
			case 'ö', 'Ö', 'œ', 'Œ' -> {
				return "oe";
			}
			case 'ü', 'Ü' -> {
				return "ue";
			}
			case 'ß', 'ẞ' -> {
				return "ss";
			}
			case 'ø', 'Ø' -> {
				return "o";
			}
			case 'ł', 'Ł' -> {
				return "l";
			}
			case 'ı' -> {
				return "i";
			}
			default -> {
				return stripped(cp);
			}
		}
	}

	private static String stripped(int cp) {
		if (isIgnorable(cp) || isMark(cp)) {
			return "";
		}
		if (cp >= Character.MIN_SURROGATE && cp <= Character.MAX_SURROGATE) {
			return "\uFFFD";
		}
		String decomposed = Normalizer.normalize(Character.toString(cp), Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
		StringBuilder out = new StringBuilder(decomposed.length());
		decomposed.codePoints().filter((c) -> !isMark(c) && !isIgnorable(c)).forEach(out::appendCodePoint);
		return out.toString();
	}

	/**
	 * The folded form of a rule's word.
	 */
	public static String fold(String word) {
		StringBuilder out = new StringBuilder(word.length());
		int[] points = Normalizer.normalize(word, Normalizer.Form.NFC).codePoints().toArray();
		for (int cp : points) {
			out.append(fold(cp));
		}
		return out.toString();
	}

	static boolean isMark(int cp) {
		int type = Character.getType(cp);
		return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK
				|| type == Character.COMBINING_SPACING_MARK;
	}

	/**
	 * Characters nobody sees: zero-width, bidi controls, tags, soft hyphen, variation
	 * selectors, fillers. They are skipped when comparing and never taken for an attack
	 * by themselves: emoji, Persian and hyphenated German need them.
	 */
	static boolean isIgnorable(int cp) {
		if (cp < 0xAD) {
			return false;
		}
		return Character.getType(cp) == Character.FORMAT || (cp >= 0xFE00 && cp <= 0xFE0F)
				|| (cp >= 0xE0000 && cp <= 0xE0FFF) || cp == 0x034F || cp == 0x115F || cp == 0x1160 || cp == 0x3164
				|| cp == 0xFFA0 || (cp >= 0x180B && cp <= 0x180F);
	}

	/**
	 * The Latin letter that a letter of another script looks like, or 0. Greek capitals
	 * look like other letters than small ones do.
	 */
	static char lookalike(int cp) {
		int capital = "ΗΝΡΥΧΖ".indexOf(cp);
		if (capital >= 0) {
			return "hnpyxz".charAt(capital);
		}
		if (cp < 0x250 || cp > 0xFFFF) {
			return 0;
		}
		String folded = fold(cp);
		Character letter = (folded.length() == 1) ? LOOKALIKES.get(folded.charAt(0)) : null;
		return (letter != null) ? letter : 0;
	}

	/**
	 * The folded form with nothing written out: "ä" is an "a".
	 */
	static String bare(int cp) {
		return hasAccent(cp) ? stripped(cp) : fold(cp);
	}

	/**
	 * Whether it is a Latin letter with an accent.
	 */
	static boolean hasAccent(int cp) {
		return (cp >= 0xC0 && cp < 0x250) || (cp >= 0x1E00 && cp < 0x1F00);
	}

	/**
	 * The letter in a circle or square, or 0. Flags are none.
	 */
	static char enclosedLetter(int cp) {
		if (cp >= 0x24B6 && cp <= 0x24E9) {
			return (char) ('a' + (cp - 0x24B6) % 26);
		}
		boolean squared = (cp >= 0x1F130 && cp <= 0x1F149) || (cp >= 0x1F150 && cp <= 0x1F169)
				|| (cp >= 0x1F170 && cp <= 0x1F189);
		return squared ? (char) ('a' + (cp - 0x1F130) % 32) : 0;
	}

	static boolean isLatin(int cp) {
		return (cp < 0x80) || UnicodeScript.of(cp) == UnicodeScript.LATIN;
	}

	/**
	 * The letter a digit or symbol stands for in "l33t" writing, or 0.
	 */
	static char leet(char c, char next) {
		return switch (c) {
			case '0' -> 'o';
			case '1' -> (next == '1') ? 'l' : 'i';
			case '3', '€' -> 'e';
			case '4', '@' -> 'a';
			case '5', '$' -> 's';
			case '7', '+' -> 't';
			case '8' -> 'b';
			case '9' -> 'g';
			case '!', '|' -> 'i';
			default -> 0;
		};
	}

	/**
	 * A code point and its folded form.
	 */
	private record Folded(int cp, String form) {
	}

}
