package io.github.llamaspring.guard.policy;

/**
 * Whether a policy acts.
 */
public enum Mode {

	/** Its actions are carried out. */
	ENFORCE,
	/** It judges, but every text passes on unchanged. */
	SHADOW

}
