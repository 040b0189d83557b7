package io.github.llamaspring.guard.policy;

/**
 * Whether a policy asks for the semantic tier.
 */
public enum Semantic {

	/** It takes part where there is a sentence encoder. */
	AUTO,
	/** There is no guard without a sentence encoder. */
	REQUIRED,
	/** The words alone decide. */
	OFF

}
