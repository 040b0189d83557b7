package io.github.llamaspring.core.cli;

/**
 * What went wrong, in one line.
 */
final class Failures {

	private Failures() {
	}

	static String describe(Throwable failure) {
		String message = (failure.getMessage() != null) ? oneLine(failure.getMessage()) : "";
		return switch (failure) {
			case OutOfMemoryError error -> "not enough memory (" + message + "): give the JVM more with -Xmx";
			case StackOverflowError error -> "nested too deeply for the stack of the JVM";
			// A page of a mapped file that is no longer there.
			case InternalError error ->
				"the JVM failed (" + message + "): was the model file changed or cut while in use?";
			case Error error -> error.getClass().getSimpleName() + ": " + message;
			default -> message.isEmpty() ? failure.getClass().getSimpleName() : message;
		};
	}

	static String oneLine(String message) {
		return message.replaceAll("\\s*[\\r\\n]+\\s*", " ").strip();
	}

}
