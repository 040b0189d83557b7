package io.github.llamaspring.guard.stream;

import java.util.List;

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
	 * What stands in place of a redacted part that is not known as a whole: it is too
	 * long, or was not decided in time.
	 */
	String placeholder(String category);

	/**
	 * What stands in place of a part. Asked once for each part, in the order of the text.
	 * @param overlapping all hits in it that replace it
	 */
	Replacement replacement(List<Scan.Hit> overlapping, String value);

	/**
	 * What stands in place of a part.
	 *
	 * @param category of the part
	 */
	record Replacement(String text, String category) {
	}

	/**
	 * What happens to the text.
	 */
	enum Effect {

		NONE, NOTE, REPLACE, STOP

	}

}
