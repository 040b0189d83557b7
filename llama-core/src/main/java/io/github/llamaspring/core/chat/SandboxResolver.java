package io.github.llamaspring.core.chat;

import java.beans.FeatureDescriptor;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.util.ForLoop;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import org.jspecify.annotations.Nullable;

/**
 * What {@code a.b}, {@code a[b]} and {@code a.b(c)} mean in a template. It stands in the
 * place of Jinjava's own resolver, which reads Java properties and calls Java methods by
 * reflection: here there are maps, lists, texts, the loop variable, filters and tests,
 * and nothing else.
 */
final class SandboxResolver extends ELResolver {

	private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

	@Override
	public @Nullable Object getValue(ELContext context, @Nullable Object base, Object property) {
		context.setPropertyResolved(true);
		RenderBudget.step();
		String name = String.valueOf(property);
		return switch (base) {
			case Map<?, ?> map -> map.get(name);
			case List<?> list -> {
				int index = index(name, list.size());
				yield (index >= 0) ? list.get(index) : null;
			}
			case String text -> {
				int index = index(name, text.length());
				yield (index >= 0) ? text.substring(index, index + 1) : null;
			}
			case ForLoop loop -> loopVariable(loop, name);
			case null, default -> null;
		};
	}

	private static int index(String name, int size) {
		try {
			int index = Integer.parseInt(name);
			index += (index < 0) ? size : 0;
			return (index < size) ? index : -1;
		}
		catch (NumberFormatException ex) {
			return -1;
		}
	}

	private static @Nullable Object loopVariable(ForLoop loop, String name) {
		return switch (name) {
			case "index" -> loop.getIndex();
			case "index0" -> loop.getIndex() - 1;
			case "revindex" -> loop.getLength() - loop.getIndex() + 1;
			case "revindex0" -> loop.getLength() - loop.getIndex();
			case "first" -> loop.getIndex() == 1;
			case "last" -> loop.getIndex() == loop.getLength();
			case "length" -> loop.getLength();
			case "depth" -> loop.getDepth();
			default -> throw new RenderBudget.Stop("uses loop.%s, which is not allowed or not known".formatted(name));
		};
	}

	@Override
	public @Nullable Object invoke(ELContext context, @Nullable Object base, @Nullable Object method,
			Class<?> @Nullable [] types, @Nullable Object @Nullable [] parameters) {
		context.setPropertyResolved(true);
		RenderBudget.step();
		@Nullable Object[] arguments = (parameters != null) ? parameters : new Object[0];
		String name = String.valueOf(method);
		return switch (base) {
			case Filter filter -> RenderBudget.checked(filter(filter, name, arguments));
			case ExpTest test -> test(test, name, arguments);
			case null, default -> RenderBudget.checked(PythonMethods.call(base, name, arguments));
		};
	}

	@SuppressWarnings("unchecked")
	private static @Nullable Object filter(Filter filter, String method, @Nullable Object[] arguments) {
		if (method.equals("filter") && arguments.length == 4 && arguments[1] instanceof JinjavaInterpreter interpreter
				&& arguments[2] instanceof Object[] positional && arguments[3] instanceof Map<?, ?> named) {
			checkArguments(filter.getName(), positional, named);
			return filter.filter(arguments[0], interpreter, positional, (Map<String, Object>) named);
		}
		throw new RenderBudget.Stop("calls a filter's ." + method + "()");
	}

	/**
	 * Jinjava passes over filters, tests and options it does not know.
	 */
	private static void checkArguments(String filter, @Nullable Object[] positional, Map<?, ?> named) {
		boolean known = switch (filter) {
			case "map" -> positional.length == 0 || JinjaSandbox.FILTERS.contains(String.valueOf(positional[0]));
			case "select", "reject" -> positional.length == 0 || isTest(positional[0]);
			case "selectattr", "rejectattr" -> positional.length < 2 || isTest(positional[1]);
			case "sort" -> !named.containsKey("attribute");
			default -> true;
		};
		if (!known) {
			throw new RenderBudget.Stop(
					"gives the filter '%s' an option that is not allowed or not known".formatted(filter));
		}
	}

	private static boolean isTest(@Nullable Object name) {
		return JinjaSandbox.TESTS.contains(String.valueOf(name)) || COMPARISONS.contains(String.valueOf(name));
	}

	private static Object test(ExpTest test, String method, @Nullable Object[] arguments) {
		if (arguments.length >= 2 && arguments[1] instanceof JinjavaInterpreter interpreter) {
			Object[] rest = new Object[arguments.length - 2];
			System.arraycopy(arguments, 2, rest, 0, rest.length);
			if (method.equals("evaluate")) {
				return test.evaluate(arguments[0], interpreter, rest);
			}
			if (method.equals("evaluateNegated")) {
				return test.evaluateNegated(arguments[0], interpreter, rest);
			}
		}
		throw new RenderBudget.Stop("calls a test's ." + method + "()");
	}

	@Override
	public Class<?> getType(ELContext context, @Nullable Object base, Object property) {
		context.setPropertyResolved(true);
		return Object.class;
	}

	@Override
	public void setValue(ELContext context, @Nullable Object base, Object property, @Nullable Object value) {
		throw new RenderBudget.Stop("sets '%s'".formatted(Objects.toString(property)));
	}

	@Override
	public boolean isReadOnly(ELContext context, @Nullable Object base, Object property) {
		context.setPropertyResolved(true);
		return true;
	}

	@Override
	public @Nullable Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, @Nullable Object base) {
		return null;
	}

	@Override
	public @Nullable Class<?> getCommonPropertyType(ELContext context, @Nullable Object base) {
		return null;
	}

}
