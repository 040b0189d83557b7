package io.github.llamaspring.guard;

/**
 * Where a text comes from.
 */
public enum Stage {

	/** What a person wrote. */
	INPUT,
	/** Retrieved text: untrusted. */
	CONTEXT,
	/** Arguments of a tool call. */
	TOOL_CALL,
	/** What a tool returned: untrusted. */
	TOOL_RESULT,
	/** What the model wrote. */
	OUTPUT

}
