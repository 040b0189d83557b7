package io.github.llamaspring.boot.vr;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What a session is about.
 *
 * @param character who speaks
 * @param scene where and when, trusted; null for nowhere
 * @param language ISO 639-1 code of the player's language, for messages; null lets the
 * guard decide
 */
public record VrSessionSpec(VrCharacter character, @Nullable String scene, @Nullable String language) {

	public VrSessionSpec {
		Objects.requireNonNull(character, "character");
	}

	public static VrSessionSpec of(VrCharacter character) {
		return new VrSessionSpec(character, null, null);
	}

	public VrSessionSpec withScene(@Nullable String value) {
		return new VrSessionSpec(this.character, value, this.language);
	}

	public VrSessionSpec withLanguage(@Nullable String value) {
		return new VrSessionSpec(this.character, this.scene, value);
	}

}
