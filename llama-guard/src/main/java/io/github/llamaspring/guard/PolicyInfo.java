package io.github.llamaspring.guard;

/**
 * Names a policy.
 *
 * @param id its name
 * @param version its version
 * @param hash of its whole content, what it extends included
 */
public record PolicyInfo(String id, String version, String hash) {
}
