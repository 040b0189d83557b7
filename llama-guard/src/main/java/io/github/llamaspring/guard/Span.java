package io.github.llamaspring.guard;

/**
 * A part of a text in UTF-16 units.
 *
 * @param start first unit
 * @param end unit after the last
 */
public record Span(int start, int end) {

	public Span {
		if (start < 0 || end < start) {
			throw new IllegalArgumentException("no span: " + start + " to " + end);
		}
	}

}
