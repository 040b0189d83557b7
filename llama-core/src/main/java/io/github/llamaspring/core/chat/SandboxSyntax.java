package io.github.llamaspring.core.chat;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.Set;

import com.hubspot.jinjava.el.ExtendedSyntaxBuilder;
import com.hubspot.jinjava.el.TruthyTypeConverter;
import com.hubspot.jinjava.el.ext.AdditionOperator;
import com.hubspot.jinjava.el.ext.ExtendedParser;
import jinjava.de.odysseus.el.ExpressionFactoryImpl;
import jinjava.de.odysseus.el.misc.TypeConverter;
import jinjava.de.odysseus.el.tree.Bindings;
import jinjava.de.odysseus.el.tree.TreeStore;
import jinjava.de.odysseus.el.tree.impl.Cache;
import jinjava.de.odysseus.el.tree.impl.Parser;
import jinjava.de.odysseus.el.tree.impl.Scanner.ScanException;
import jinjava.de.odysseus.el.tree.impl.Scanner.Symbol;
import jinjava.de.odysseus.el.tree.impl.ast.AstBinary;
import jinjava.de.odysseus.el.tree.impl.ast.AstIdentifier;
import jinjava.de.odysseus.el.tree.impl.ast.AstNode;
import jinjava.de.odysseus.el.tree.impl.ast.AstUnary;
import jinjava.javax.el.ELContext;
import org.jspecify.annotations.Nullable;

/**
 * Expressions as Jinja2 reads them where Jinjava reads them otherwise: {@code not} binds
 * weaker than a comparison, {@code and} gives one of its values, texts are not numbers,
 * undefined is no text, and an unknown filter or test is an error.
 */
final class SandboxSyntax extends ExtendedSyntaxBuilder {

	private static final long serialVersionUID = 1L;

	private static final int CACHED_EXPRESSIONS = 500;

	private final transient Set<String> filters;

	private final transient Set<String> tests;

	private SandboxSyntax(Set<String> filters, Set<String> tests) {
		super(Feature.METHOD_INVOCATIONS, Feature.VARARGS);
		this.filters = filters;
		this.tests = tests;
	}

	static ExpressionFactoryImpl expressions(Set<String> filters, Set<String> tests) {
		return new ExpressionFactoryImpl(
				new TreeStore(new SandboxSyntax(filters, tests), new Cache(CACHED_EXPRESSIONS)),
				new TruthyTypeConverter());
	}

	@Override
	protected Parser createParser(String expression) {
		return new SandboxParser(expression);
	}

	private final class SandboxParser extends ExtendedParser {

		SandboxParser(String expression) {
			super(SandboxSyntax.this, expression);
		}

		@Override
		protected @Nullable AstNode eq(boolean required) throws ScanException, ParseException {
			if (getToken().getSymbol() == Symbol.NOT) {
				consumeToken();
				return createAstUnary(Objects.requireNonNull(eq(true)), AstUnary.NOT);
			}
			return super.eq(required);
		}

		@Override
		protected AstBinary createAstBinary(AstNode left, AstNode right, AstBinary.Operator operator) {
			AstBinary.Operator python = operator;
			if (operator == AdditionOperator.OP) {
				python = new Addition();
			}
			else if (operator == AstBinary.AND) {
				python = SandboxSyntax::and;
			}
			else if (operator == AstBinary.EQ || operator == AstBinary.NE) {
				python = new Equality(operator == AstBinary.EQ);
			}
			else if (operator == AstBinary.MOD) {
				python = new Modulo();
			}
			return super.createAstBinary(left, right, python);
		}

		@Override
		protected AstIdentifier createAstIdentifier(String name, int index) {
			require(name, FILTER_PREFIX, SandboxSyntax.this.filters, "filter");
			require(name, EXPTEST_PREFIX, SandboxSyntax.this.tests, "test");
			return super.createAstIdentifier(name, index);
		}

		private static void require(String name, String prefix, Set<String> known, String kind) {
			if (name.startsWith(prefix) && !known.contains(name.substring(prefix.length()))) {
				throw new RenderBudget.Stop("uses the %s '%s', which is not allowed or not known".formatted(kind,
						name.substring(prefix.length())));
			}
		}

	}

	private static @Nullable Object and(Bindings bindings, ELContext context, AstNode left, AstNode right) {
		Object value = left.eval(bindings, context);
		return bindings.convert(value, Boolean.class) ? right.eval(bindings, context) : value;
	}

	private static final class Addition extends AdditionOperator {

		@Override
		protected Object apply(TypeConverter converter, @Nullable Object left, @Nullable Object right) {
			if (left == null || right == null) {
				throw new RenderBudget.Stop("adds something undefined");
			}
			if (left instanceof String != right instanceof String) {
				throw new RenderBudget.Stop("adds a text and something else; '~' would join them");
			}
			return super.apply(converter, left, right);
		}

	}

	private static final class Equality extends AstBinary.SimpleOperator {

		private final boolean expected;

		Equality(boolean expected) {
			this.expected = expected;
		}

		@Override
		protected Object apply(TypeConverter converter, @Nullable Object left, @Nullable Object right) {
			BigDecimal leftNumber = number(left);
			BigDecimal rightNumber = number(right);
			boolean equal = (leftNumber != null && rightNumber != null) ? leftNumber.compareTo(rightNumber) == 0
					: Objects.equals(left, right);
			return equal == this.expected;
		}

		private static @Nullable BigDecimal number(@Nullable Object value) {
			return switch (value) {
				case Boolean truth -> truth ? BigDecimal.ONE : BigDecimal.ZERO;
				case Number number -> new BigDecimal(number.toString());
				case null, default -> null;
			};
		}

		@Override
		public String toString() {
			return this.expected ? "==" : "!=";
		}

	}

	private static final class Modulo extends AstBinary.SimpleOperator {

		@Override
		protected Object apply(TypeConverter converter, @Nullable Object left, @Nullable Object right) {
			if (left instanceof Number dividend && right instanceof Number divisor && whole(dividend) && whole(divisor)
					&& divisor.longValue() != 0) {
				return Math.floorMod(dividend.longValue(), divisor.longValue());
			}
			throw new RenderBudget.Stop("uses % on something other than whole numbers");
		}

		private static boolean whole(Number number) {
			return number instanceof Long || number instanceof Integer;
		}

		@Override
		public String toString() {
			return "%";
		}

	}

}
