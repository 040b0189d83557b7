package io.github.llamaspring.core.chat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The methods a template may call: those of Python's strings, lists and dictionaries that
 * read. There is no way from here to a Java method.
 */
final class PythonMethods {

	private static final Pattern WHITE_SPACE = Pattern.compile("[\\s\\p{Z}\\x1c-\\x1f\\x85]+");

	private PythonMethods() {
	}

	static @Nullable Object call(@Nullable Object target, String method, @Nullable Object[] arguments) {
		return switch (target) {
			case String text -> onText(text, method, arguments);
			case Map<?, ?> map -> onMap(map, method, arguments);
			case List<?> list -> onList(list, method, arguments);
			case null, default -> throw unknown(method);
		};
	}

	private static @Nullable Object onText(String text, String method, @Nullable Object[] arguments) {
		return switch (method) {
			case "strip" -> PythonText.strip(text, string(arguments, 0), true, true);
			case "lstrip" -> PythonText.strip(text, string(arguments, 0), true, false);
			case "rstrip" -> PythonText.strip(text, string(arguments, 0), false, true);
			case "startswith" -> any(arguments, text::startsWith);
			case "endswith" -> any(arguments, text::endsWith);
			case "upper" -> text.toUpperCase(Locale.ROOT);
			case "lower" -> text.toLowerCase(Locale.ROOT);
			case "capitalize" -> capitalize(text);
			case "title" -> title(text);
			case "split" -> split(text, string(arguments, 0), number(arguments, 1));
			case "rsplit" -> rsplit(text, required(arguments, 0), number(arguments, 1));
			case "splitlines" -> text.isEmpty() ? List.of() : text.lines().toList();
			case "replace" -> {
				if (arguments.length != 2) {
					throw new RenderBudget.Stop("calls .replace() with a count, which is not supported");
				}
				yield replace(text, required(arguments, 0), required(arguments, 1));
			}
			case "find" -> (long) text.indexOf(required(arguments, 0));
			case "count" -> (long) split(text, required(arguments, 0), -1).size() - 1;
			case "isdigit" -> !text.isEmpty() && text.chars().allMatch(Character::isDigit);
			case "join" -> join(text, arguments);
			case "removeprefix" ->
				text.startsWith(required(arguments, 0)) ? text.substring(required(arguments, 0).length()) : text;
			default -> throw unknown(method);
		};
	}

	private static @Nullable Object onMap(Map<?, ?> map, String method, @Nullable Object[] arguments) {
		return switch (method) {
			case "get" -> {
				Object value = map.get(required(arguments, 0));
				yield (value != null || arguments.length < 2) ? value : arguments[1];
			}
			case "keys" -> new ArrayList<Object>(map.keySet());
			case "values" -> new ArrayList<@Nullable Object>(map.values());
			case "items" -> items(map);
			default -> throw unknown(method);
		};
	}

	static List<List<@Nullable Object>> items(Map<?, ?> map) {
		List<List<@Nullable Object>> items = new ArrayList<>();
		map.forEach((key, value) -> items.add(Arrays.asList(key, value)));
		return items;
	}

	private static Object onList(List<?> list, String method, @Nullable Object[] arguments) {
		return switch (method) {
			case "index" -> (long) list.indexOf(arguments[0]);
			case "count" -> list.stream().filter((element) -> element.equals(arguments[0])).count();
			default -> throw unknown(method);
		};
	}

	private static boolean any(@Nullable Object[] arguments, Predicate<String> test) {
		if (arguments.length == 1 && arguments[0] instanceof List<?> list) {
			return list.stream().map(PythonText::str).anyMatch(test);
		}
		return test.test(required(arguments, 0));
	}

	/**
	 * The first or last element or character; null if there is none.
	 */
	static @Nullable Object end(@Nullable Object value, boolean first) {
		return switch (value) {
			case String text when !text.isEmpty() -> String.valueOf(text.charAt(first ? 0 : text.length() - 1));
			case List<?> list when !list.isEmpty() -> first ? list.getFirst() : list.getLast();
			case Collection<?> collection when !collection.isEmpty() && first -> collection.iterator().next();
			case String text -> null;
			case Collection<?> collection when collection.isEmpty() -> null;
			case null, default -> throw new RenderBudget.Stop("takes an end of something other than a list or a text");
		};
	}

	private static RenderBudget.Stop unknown(String method) {
		return new RenderBudget.Stop("calls .%s(), which is not allowed or not known".formatted(method));
	}

	private static @Nullable String string(@Nullable Object[] arguments, int index) {
		Object argument = (index < arguments.length) ? arguments[index] : null;
		return (argument != null) ? argument.toString() : null;
	}

	private static String required(@Nullable Object[] arguments, int index) {
		String argument = string(arguments, index);
		if (argument == null) {
			throw new RenderBudget.Stop("calls a method with too few arguments");
		}
		return argument;
	}

	private static int number(@Nullable Object[] arguments, int index) {
		return (index < arguments.length && arguments[index] instanceof Number number) ? number.intValue() : -1;
	}

	private static String capitalize(String text) {
		return text.isEmpty() ? text
				: text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1).toLowerCase(Locale.ROOT);
	}

	private static String title(String text) {
		StringBuilder out = new StringBuilder(text.length());
		boolean inside = false;
		for (int i = 0; i < text.length(); i++) {
			char unit = text.charAt(i);
			out.append(inside ? Character.toLowerCase(unit) : Character.toTitleCase(unit));
			inside = Character.isLetter(unit);
		}
		return out.toString();
	}

	private static List<String> split(String text, @Nullable String separator, int limit) {
		if (separator == null) {
			String stripped = PythonText.strip(text, null, true, true);
			return stripped.isEmpty() ? List.of() : List.of(WHITE_SPACE.split(stripped, (limit >= 0) ? limit + 1 : 0));
		}
		if (separator.isEmpty()) {
			throw new RenderBudget.Stop("splits by an empty text");
		}
		return new ArrayList<>(
				Arrays.asList(Pattern.compile(separator, Pattern.LITERAL).split(text, (limit >= 0) ? limit + 1 : -1)));
	}

	private static List<String> rsplit(String text, String separator, int limit) {
		List<String> parts = split(text, separator, -1);
		int joined = parts.size() - limit;
		if (limit < 0 || joined <= 1) {
			return parts;
		}
		List<String> result = new ArrayList<>();
		result.add(String.join(separator, parts.subList(0, joined)));
		result.addAll(parts.subList(joined, parts.size()));
		return result;
	}

	private static String replace(String text, String old, String replacement) {
		if (old.isEmpty() || (long) text.length() / old.length() * replacement.length() > (1 << 26)) {
			throw new RenderBudget.Stop("replaces too much");
		}
		return text.replace(old, replacement);
	}

	private static String join(String separator, @Nullable Object[] arguments) {
		if (!(arguments.length == 1 && arguments[0] instanceof List<?> list)) {
			throw new RenderBudget.Stop("joins something other than a list");
		}
		return String.join(separator, list.stream().map(PythonText::str).toList());
	}

}
