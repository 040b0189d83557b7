package io.github.llamaspring.boot.vr;

import java.util.Objects;

/**
 * Who a player talks to. Written by the application's authors, so trusted.
 *
 * @param id its name in the application
 * @param name what the character is called
 * @param persona who the character is and how it speaks
 */
public record VrCharacter(String id, String name, String persona) {

	public VrCharacter {
		Objects.requireNonNull(id, "id");
		Objects.requireNonNull(name, "name");
		Objects.requireNonNull(persona, "persona");
	}

}
