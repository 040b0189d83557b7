package io.github.llamaspring.guard.text;

/**
 * Looks for one family of things. Stateless and thread-safe.
 */
public interface Detector {

	/**
	 * Its name, such as {@code pii}; the policy's settings of that name apply to what it
	 * finds.
	 */
	String family();

	/**
	 * Reports all matches, and in an open text what may still become one.
	 */
	void detect(NormText text, MatchSink sink);

	/**
	 * Whether it also looks at what is encoded in a text.
	 */
	default boolean readsEncoded() {
		return true;
	}

}
