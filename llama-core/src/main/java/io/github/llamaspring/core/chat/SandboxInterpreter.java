package io.github.llamaspring.core.chat;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpreterFactory;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as Python does and asks the budget at every variable.
 */
final class SandboxInterpreter extends JinjavaInterpreter {

	static final InterpreterFactory FACTORY = new InterpreterFactory() {

		@Override
		public JinjavaInterpreter newInstance(JinjavaInterpreter original) {
			return new SandboxInterpreter(original);
		}

		@Override
		public JinjavaInterpreter newInstance(Jinjava application, Context context, JinjavaConfig config) {
			return new SandboxInterpreter(application, context, config);
		}

	};

	private SandboxInterpreter(JinjavaInterpreter original) {
		super(original);
	}

	private SandboxInterpreter(Jinjava application, Context context, JinjavaConfig config) {
		super(application, context, config);
	}

	@Override
	public @Nullable Object retraceVariable(String variable, int line, int position) {
		return RenderBudget.checked(super.retraceVariable(variable, line, position));
	}

	@Override
	public String getAsString(@Nullable Object value) {
		return PythonText.str(RenderBudget.checked(value));
	}

}
