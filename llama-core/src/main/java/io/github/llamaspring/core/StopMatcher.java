package io.github.llamaspring.core;

import java.util.List;

/**
 * Finds the first stop string in a text that arrives in pieces. Text that may still turn
 * out to be the start of a stop string is held back. Used by one thread at a time.
 */
final class StopMatcher {

	private final List<String> stops;

	private final StringBuilder held = new StringBuilder();

	private boolean found;

	StopMatcher(List<String> stops) {
		this.stops = stops;
	}

	/**
	 * Takes a piece and gives what can be shown; after a stop string was found, nothing
	 * more.
	 */
	String append(String piece) {
		if (this.found) {
			return "";
		}
		if (this.stops.isEmpty()) {
			return piece;
		}
		this.held.append(piece);
		int first = firstStop();
		if (first >= 0) {
			this.found = true;
			return this.held.substring(0, first);
		}
		return release(this.held.length() - possibleStart());
	}

	/**
	 * Whether a stop string appeared.
	 */
	boolean found() {
		return this.found;
	}

	/**
	 * What is still held when the text ends.
	 */
	String end() {
		return this.found ? "" : release(this.held.length());
	}

	private String release(int length) {
		String released = this.held.substring(0, length);
		this.held.delete(0, length);
		return released;
	}

	private int firstStop() {
		int first = -1;
		for (String stop : this.stops) {
			int at = this.held.indexOf(stop);
			if (at >= 0 && (first < 0 || at < first)) {
				first = at;
			}
		}
		return first;
	}

	/**
	 * Length of the longest end of the text that is the start of a stop string.
	 */
	private int possibleStart() {
		int longest = 0;
		for (String stop : this.stops) {
			for (int length = Math.min(stop.length() - 1, this.held.length()); length > longest; length--) {
				if (stop.startsWith(this.held.substring(this.held.length() - length))) {
					longest = length;
				}
			}
		}
		return longest;
	}

}
