package io.github.llamaspring.guard.stream;

/**
 * What a policy makes of what is seen in a stream.
 */
public interface StreamRules {

	/**
	 * What a hit does to the stream.
	 */
	Effect effect(Scan.Hit hit);

	/**
	 * What the failure of a detector does to the stream; never REPLACE.
	 */
	Effect onFailure(Scan.Failure failure);

	/**
	 * Whether something of this kind that is too long to wait for is redacted; else it is
	 * released.
	 */
	boolean redactsOverlong(String category);

	/**
	 * Whether something that may become this and was not decided in time is redacted;
	 * else it is released.
	 */
	boolean redactsLate(String category);

	/**
	 * What stands in place of a redacted part.
	 */
	String placeholder(String category);

	/**
	 * What happens to the text.
	 */
	enum Effect {

		NONE, NOTE, REPLACE, STOP

	}

}
