package io.github.llamaspring.generator;

/**
 * Java source under construction, indented by its braces.
 */
final class Code {

	private final StringBuilder text = new StringBuilder();

	private int depth;

	/** Adds a line; each {@code %s} and {@code %d} is replaced as in a format. */
	Code line(String format, Object... arguments) {
		String line = (arguments.length == 0) ? format : format.formatted(arguments);
		if (line.startsWith("}")) {
			this.depth--;
		}
		this.text.append("\t".repeat(line.isEmpty() ? 0 : this.depth)).append(line).append('\n');
		if (line.endsWith("{")) {
			this.depth++;
		}
		return this;
	}

	/**
	 * Leaves a method that has nothing to do, before any vector is made: calls that only
	 * count for the JVM's compilers cost next to nothing.
	 */
	Code leaveWithout(String count) {
		return line("if (%s == 0) {", count).line("return;").line("}");
	}

	/**
	 * Keeps loads in their order, which the JVM's compiler mixes where it can: lines that
	 * are read in another order than the memory's come more slowly, by up to a third.
	 * Costs no instruction.
	 */
	Code inOrder() {
		return line("VarHandle.loadLoadFence();");
	}

	@Override
	public String toString() {
		return this.text.toString();
	}

}
