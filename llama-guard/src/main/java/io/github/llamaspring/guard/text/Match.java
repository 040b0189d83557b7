package io.github.llamaspring.guard.text;

/**
 * One thing a detector saw. Offsets are UTF-16 units of the raw text.
 *
 * @param rule id of the rule
 * @param category item of the policy or kind of personal data
 * @param score how sure, 0 to 1
 * @param start first unit
 * @param end unit after the last
 */
public record Match(String rule, String category, double score, int start, int end) {

	/**
	 * The same match in a text that has {@code offset} more units before.
	 */
	public Match shifted(int offset) {
		return new Match(this.rule, this.category, this.score, this.start + offset, this.end + offset);
	}

	public int length() {
		return this.end - this.start;
	}

}
