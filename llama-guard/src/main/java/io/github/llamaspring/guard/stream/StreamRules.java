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
	 * What stands in place of a redacted part that is too long to be known as a whole.
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
