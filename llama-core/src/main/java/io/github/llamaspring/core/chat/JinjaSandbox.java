package io.github.llamaspring.core.chat;

import java.io.IOException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaObjectUnwrapper;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.objects.date.StrftimeFormatter;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import io.github.llamaspring.core.error.ChatTemplateException;
import jinjava.javax.el.ExpressionFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs templates of strangers. In go maps, lists, texts and numbers; what a template may
 * name (tags, filters, functions, methods) is listed here and in {@link SandboxResolver};
 * size, depth and time are limited. Thread-safe. Set up on first use.
 */
final class JinjaSandbox {

	private static final int MAX_TEMPLATE = 1 << 18;

	private static final int MAX_OUTPUT = 1 << 20;

	private static final int MAX_ELEMENTS = 20_000;

	private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(2);

	/** Of wall time: several times the processor time, for a machine that is busy. */
	private static final long MAX_WAIT_MILLIS = 10_000;

	private static final long STACK = 4 << 20;

	private static final Set<String> TAGS = Set.of("for", "if", "elif", "else", "set", "macro", "raw", "break",
			"continue", "endfor", "endif", "endmacro", "endraw", "endset");

	static final Set<String> FILTERS = Set.of("abs", "capitalize", "count", "d", "default", "e", "escape", "first",
			"float", "indent", "int", "items", "join", "last", "length", "list", "lower", "map", "reject", "rejectattr",
			"replace", "reverse", "safe", "select", "selectattr", "sort", "string", "sum", "title", "tojson", "trim",
			"unique", "upper");

	static final Set<String> TESTS = Set.of("boolean", "defined", "divisibleby", "eq", "equalto", "even", "false",
			"float", "ge", "gt", "in", "integer", "iterable", "le", "lower", "lt", "mapping", "ne", "none", "number",
			"odd", "sameas", "sequence", "string", "true", "undefined", "upper");

	private static final Set<String> FUNCTIONS = Set.of(":range", ":namespace", ":raise_exception", ":strftime_now");

	private final Jinjava jinjava;

	private final Map<Library, Set<String>> disabled = new EnumMap<>(Library.class);

	/** For conversations of up to 1 Mi characters. */
	private final JinjavaConfig usual;

	private JinjaSandbox() {
		ExpressionFactory expressions = SandboxSyntax.expressions(FILTERS, TESTS);
		this.jinjava = new Jinjava(config(MAX_OUTPUT)) {
			@Override
			public ExpressionFactory getExpressionFactory() {
				return expressions;
			}
		};
		this.jinjava.setResourceLocator((name, charset, interpreter) -> {
			throw new IOException("no files here");
		});
		this.jinjava.registerFilter(new TrimFilter());
		registerFilter("tojson", PythonText::json);
		registerFilter("string", PythonText::str);
		registerFilter("safe", PythonText::str);
		registerFilter("escape", PythonText::escape);
		registerFilter("e", PythonText::escape);
		registerFilter("first", (value) -> PythonMethods.end(value, true));
		registerFilter("last", (value) -> PythonMethods.end(value, false));
		registerFilter("items", (value) -> PythonMethods.items((value instanceof Map<?, ?> map) ? map : Map.of()));
		this.jinjava.getGlobalContext().registerExpTest(new IterableTest());
		registerFunction("raise_exception", Object.class);
		registerFunction("strftime_now", Object.class);
		Context context = this.jinjava.getGlobalContext();
		disable(Library.TAG, context.getAllTags(), TAGS);
		disable(Library.FILTER, context.getAllFilters(), FILTERS);
		disable(Library.FUNCTION, context.getAllFunctions(), FUNCTIONS);
		this.usual = config(3 * MAX_OUTPUT);
	}

	static JinjaSandbox shared() {
		return Holder.SANDBOX;
	}

	private void registerFilter(String name, Function<@Nullable Object, @Nullable Object> function) {
		this.jinjava.registerFilter(new NamedFilter(name, function));
	}

	private void registerFunction(String name, Class<?>... types) {
		this.jinjava.registerFunction(new ELFunctionDefinition("", name, JinjaSandbox.class, name, types));
	}

	private void disable(Library library, Collection<? extends com.hubspot.jinjava.lib.Importable> all,
			Set<String> allowed) {
		Set<String> names = new HashSet<>();
		all.forEach((item) -> names.add(item.getName()));
		names.removeAll(allowed);
		this.disabled.put(library, names);
	}

	static String raise_exception(@Nullable Object message) {
		RenderBudget.raise(PythonText.str(message));
		return "";
	}

	static String strftime_now(@Nullable Object format) {
		return StrftimeFormatter.format(LocalDateTime.now().atZone(ZoneOffset.UTC), PythonText.str(format));
	}

	private JinjavaConfig config(long size) {
		return JinjavaConfig.newBuilder()
			.withTrimBlocks(true)
			// JinjaText has done it: Jinjava does it in the middle of a line, too.
			.withLstripBlocks(false)
			.withLegacyOverrides(LegacyOverrides.newBuilder()
				.withEvaluateMapKeys(true)
				.withIterateOverMapKeys(true)
				.withUseSnakeCasePropertyNaming(true)
				.withUseNaturalOperatorPrecedence(true)
				.withParseWhitespaceControlStrictly(true)
				.withAllowAdjacentTextNodes(true)
				.withUseTrimmingForNotesAndExpressions(true)
				.withKeepNullableLoopValues(true)
				.withHandleBackslashInQuotesOnly(true)
				.build())
			// Jinja2 drops a line end of the template, not of the result.
			.withKeepTrailingNewline(true)
			// Otherwise braces in a message would run as a template.
			.withNestedInterpretationEnabled(false)
			.withElResolver(new SandboxResolver())
			.withInterperterFactory(SandboxInterpreter.FACTORY)
			.withProcessors(
					JinjavaProcessors.newBuilder().withNodePreProcessor((node, interpreter) -> check(node)).build())
			.withObjectUnwrapper(new JinjavaObjectUnwrapper())
			.withDisabled(this.disabled)
			.withMaxOutputSize(size)
			.withMaxStringLength(size)
			.withMaxListSize(MAX_ELEMENTS)
			.withMaxMapSize(MAX_ELEMENTS)
			.withRangeLimit(MAX_ELEMENTS)
			.withMaxRenderDepth(10)
			.withEnableRecursiveMacroCalls(false)
			.build();
	}

	/**
	 * Renders a template, on one thread with one budget, once for each set of variables.
	 * @param template as {@link JinjaText} has adapted it
	 * @param content how many characters of content a set of variables holds; the text
	 * may be larger than they by 1 Mi
	 * @throws ChatTemplateException if the template fails, raises or exceeds a limit
	 */
	List<String> render(String template, List<Map<String, @Nullable Object>> variables, long content) {
		if (template.length() > MAX_TEMPLATE) {
			throw new ChatTemplateException("The chat template has %d characters; at most %d are rendered"
				.formatted(template.length(), MAX_TEMPLATE));
		}
		RenderBudget budget = new RenderBudget(MAX_NANOS);
		AtomicReference<@Nullable Object> outcome = new AtomicReference<>();
		Thread thread = new Thread(null, () -> {
			budget.begin();
			try {
				JinjavaConfig config = (content <= MAX_OUTPUT) ? this.usual : config(MAX_OUTPUT + 2 * content);
				List<RenderResult> results = new ArrayList<>();
				for (Map<String, @Nullable Object> set : variables) {
					results.add(this.jinjava.renderForResult(template, set, config));
				}
				outcome.set(results);
			}
			catch (Throwable ex) {
				outcome.set(ex);
			}
		}, "chat-template", STACK);
		thread.setDaemon(true);
		thread.start();
		await(thread);
		return texts(outcome.get(), budget);
	}

	private static void await(Thread thread) {
		try {
			// The budget ends it first, except inside one long step.
			thread.join(MAX_WAIT_MILLIS);
		}
		catch (InterruptedException ex) {
			thread.interrupt();
			Thread.currentThread().interrupt();
			throw new ChatTemplateException("Interrupted while the chat template was rendered", ex);
		}
		thread.interrupt();
	}

	/**
	 * Asked before each node. Jinjava passes over two forms of loop, which would give a
	 * wrong prompt without a word.
	 */
	private static void check(Node node) {
		RenderBudget.step();
		if (node instanceof TagNode tag && tag.getName().equals("for")) {
			boolean filtered = tag.getHelpers().contains(" if ") && !tag.getHelpers().contains(" else ");
			boolean otherwise = tag.getChildren()
				.stream()
				.anyMatch((child) -> child instanceof TagNode inner && inner.getName().equals("else"));
			if (filtered || otherwise) {
				throw new RenderBudget.Stop("uses for … if or for … else at line %d, which is not supported"
					.formatted(tag.getLineNumber()));
			}
		}
	}

	private static List<String> texts(@Nullable Object outcome, RenderBudget budget) {
		if (budget.raised() != null) {
			throw new ChatTemplateException("The chat template refuses these messages: " + budget.raised());
		}
		return switch (outcome) {
			case null -> throw failure("runs too long", null);
			case RenderBudget.Stop stop -> throw failure(String.valueOf(stop.getMessage()), stop);
			case StackOverflowError error -> throw failure("is nested too deeply", error);
			case Throwable error -> throw failure("failed: " + firstLine(error.toString()), error);
			case List<?> results -> results.stream().map((result) -> text((RenderResult) result)).toList();
			default -> throw new IllegalStateException(outcome.toString());
		};
	}

	private static String text(RenderResult result) {
		for (TemplateError error : result.getErrors()) {
			throw failure("failed at line %d: %s".formatted(error.getLineno(), firstLine(error.getMessage())),
					error.getException());
		}
		return result.getOutput();
	}

	private static String firstLine(@Nullable String message) {
		String text = (message != null) ? message.lines().findFirst().orElse("") : "";
		return (text.length() > 300) ? text.substring(0, 300) + "…" : text;
	}

	private static ChatTemplateException failure(String what, @Nullable Throwable cause) {
		return (cause != null) ? new ChatTemplateException("The chat template " + what, cause)
				: new ChatTemplateException("The chat template " + what);
	}

	private record NamedFilter(String getName,
			Function<@Nullable Object, @Nullable Object> function) implements Filter {

		@Override
		public @Nullable Object filter(@Nullable Object value, JinjavaInterpreter interpreter, Object[] arguments,
				Map<String, Object> named) {
			if (arguments.length > 0 || !named.isEmpty()) {
				throw new RenderBudget.Stop(
						"gives the filter '%s' options, which is not supported".formatted(getName()));
			}
			return this.function.apply(value);
		}

		@Override
		public @Nullable Object filter(@Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
			return filter(value, interpreter, (Object[]) arguments, Map.of());
		}

	}

	private record TrimFilter() implements Filter {

		@Override
		public String getName() {
			return "trim";
		}

		@Override
		public Object filter(@Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
			return PythonText.strip(PythonText.str(value), (arguments.length > 0) ? arguments[0] : null, true, true);
		}

	}

	private record IterableTest() implements ExpTest {

		@Override
		public String getName() {
			return "iterable";
		}

		@Override
		public boolean evaluate(@Nullable Object value, JinjavaInterpreter interpreter, Object... arguments) {
			return value instanceof String || value instanceof Map || value instanceof Iterable;
		}

	}

	private static final class Holder {

		static final JinjaSandbox SANDBOX = new JinjaSandbox();

	}

}
