package io.github.llamaspring.boot.guard;

import org.jspecify.annotations.Nullable;

/**
 * Says for which tenant a text is checked, so that the tenant's part of the policy holds.
 * Asked on the thread that checks a text or begins an answer, which need not be the one
 * of the web request where answers are streamed: what it reads must be there, too.
 */
@FunctionalInterface
public interface TenantResolver {

	/** The same policy for everybody. */
	TenantResolver NONE = () -> null;

	/**
	 * The name under {@code tenants:} in the policy; null, or one that is not there, gets
	 * what everybody gets.
	 */
	@Nullable String tenant();

}
