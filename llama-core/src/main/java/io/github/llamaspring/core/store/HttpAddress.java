package io.github.llamaspring.core.store;

import java.net.URI;
import java.util.Locale;

/**
 * Rules about addresses: {@code https:} everywhere, {@code http:} only to this machine.
 */
final class HttpAddress {

	private HttpAddress() {
	}

	/**
	 * Refuses what the store does not talk to.
	 */
	static URI check(URI uri) throws FetchException {
		String scheme = scheme(uri);
		if (uri.getHost() == null || uri.getHost().isEmpty()) {
			throw FetchException.last("the address " + shown(uri) + " names no host");
		}
		if (uri.getRawUserInfo() != null) {
			throw FetchException.last("the address " + shown(uri)
					+ " holds a user name or password, which is not supported; use HF_TOKEN for Hugging Face");
		}
		if (!scheme.equals("https") && !(scheme.equals("http") && isLoopback(uri.getHost()))) {
			throw FetchException.last(
					"the address " + shown(uri) + " is not safe: only https: is allowed (http: only to this machine)");
		}
		return uri;
	}

	/**
	 * The next address after a redirect.
	 */
	static URI redirect(URI from, String location) throws FetchException {
		URI to;
		try {
			to = from.resolve(new URI(location));
		}
		catch (java.net.URISyntaxException ex) {
			throw FetchException.last(shown(from) + " redirects to something that is not an address");
		}
		if (scheme(from).equals("https") && !scheme(to).equals("https")) {
			throw FetchException.last(shown(from) + " redirects from https: to " + scheme(to) + ":, which is refused");
		}
		return check(to);
	}

	static boolean sameOrigin(URI a, URI b) {
		return scheme(a).equals(scheme(b)) && a.getHost().equalsIgnoreCase(b.getHost()) && port(a) == port(b);
	}

	/**
	 * By name or number only: asking a name server would let it decide.
	 */
	static boolean isLoopback(String host) {
		return host.equalsIgnoreCase("localhost") || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}")
				|| host.equals("[::1]") || host.equals("::1");
	}

	/**
	 * For messages: without a query, which may hold a signature.
	 */
	static String shown(URI uri) {
		String path = (uri.getRawPath() != null) ? uri.getRawPath() : "";
		String port = (uri.getPort() >= 0) ? ":" + uri.getPort() : "";
		return scheme(uri) + "://" + uri.getHost() + port + path;
	}

	private static String scheme(URI uri) {
		return (uri.getScheme() != null) ? uri.getScheme().toLowerCase(Locale.ROOT) : "";
	}

	private static int port(URI uri) {
		return (uri.getPort() >= 0) ? uri.getPort() : (scheme(uri).equals("https") ? 443 : 80);
	}

}
