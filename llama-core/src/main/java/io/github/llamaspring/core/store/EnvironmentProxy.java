package io.github.llamaspring.core.store;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The proxy that {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} name, in
 * capitals or not; where neither is set, that of the JVM's system properties. This
 * machine is always reached directly.
 */
final class EnvironmentProxy extends ProxySelector {

	private final StoreEnvironment environment;

	EnvironmentProxy(StoreEnvironment environment) {
		this.environment = environment;
	}

	@Override
	public List<Proxy> select(URI uri) {
		URI proxy = proxyFor(uri);
		if (proxy != null) {
			int port = (proxy.getPort() >= 0) ? proxy.getPort() : 80;
			return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port)));
		}
		ProxySelector system = ProxySelector.getDefault();
		return (system == null || variable("HTTPS_PROXY") != null || variable("HTTP_PROXY") != null
				|| HttpAddress.isLoopback(uri.getHost())) ? List.of(Proxy.NO_PROXY) : system.select(uri);
	}

	/**
	 * The proxy's address, or null for a direct connection.
	 * @throws IllegalArgumentException if the variable holds no address of an HTTP proxy
	 */
	@Nullable URI proxyFor(URI uri) {
		String name = "https".equalsIgnoreCase(uri.getScheme()) ? "HTTPS_PROXY" : "HTTP_PROXY";
		String value = variable(name);
		if (value == null || HttpAddress.isLoopback(uri.getHost()) || isExcepted(uri.getHost())) {
			return null;
		}
		URI proxy = parse(value);
		if (proxy == null || proxy.getHost() == null || !"http".equalsIgnoreCase(proxy.getScheme())) {
			throw new IllegalArgumentException(name + " must be of the form http://host:port");
		}
		return proxy;
	}

	private static @Nullable URI parse(String value) {
		try {
			return URI.create(value.contains("://") ? value : "http://" + value);
		}
		catch (IllegalArgumentException ex) {
			return null; // its text may hold a password: not for a message
		}
	}

	private boolean isExcepted(String host) {
		String list = variable("NO_PROXY");
		if (list == null) {
			return false;
		}
		String lower = host.toLowerCase(Locale.ROOT);
		for (String entry : list.toLowerCase(Locale.ROOT).split(",")) {
			String domain = entry.strip().replaceFirst("^\\*?\\.", "").replaceFirst(":\\d+$", "");
			if (domain.equals("*") || (!domain.isEmpty() && (lower.equals(domain) || lower.endsWith("." + domain)))) {
				return true;
			}
		}
		return false;
	}

	private @Nullable String variable(String name) {
		String value = this.environment.get(name.toLowerCase(Locale.ROOT));
		return (value != null) ? value : this.environment.get(name);
	}

	boolean hasPassword() {
		return (String.valueOf(variable("HTTPS_PROXY")) + variable("HTTP_PROXY")).contains("@");
	}

	/**
	 * Answers only the proxy, with the name and password in its variable.
	 */
	Authenticator authenticator() {
		return new Authenticator() {
			@Override
			protected @Nullable PasswordAuthentication getPasswordAuthentication() {
				URI proxy = (getRequestorType() == RequestorType.PROXY && getRequestingURL() != null)
						? proxyFor(URI.create(getRequestingURL().toString())) : null;
				String user = (proxy != null) ? proxy.getRawUserInfo() : null;
				if (user == null || !user.contains(":")) {
					return null;
				}
				String[] parts = user.split(":", 2);
				return new PasswordAuthentication(URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
						URLDecoder.decode(parts[1], StandardCharsets.UTF_8).toCharArray());
			}
		};
	}

	@Override
	public void connectFailed(URI uri, SocketAddress address, IOException cause) {
		// the request fails with its own message
	}

}
