package io.github.llamaspring.examples.supportchat.web;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

import io.github.llamaspring.examples.supportchat.SupportChatProperties;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Keeps foreign web pages and oversized requests out, and tells browsers what this
 * application's own pages may do.
 * <ul>
 * <li>The {@code Host} must be a known name: a foreign page whose domain name suddenly
 * points to 127.0.0.1 (DNS rebinding) is refused.</li>
 * <li>A request that changes or computes something must come from our own page or from no
 * page at all ({@code Sec-Fetch-Site}, {@code Origin}).</li>
 * <li>A body is read up to its limit before anything parses it.</li>
 * </ul>
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class BrowserSafetyFilter extends OncePerRequestFilter {

	private static final String POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; "
			+ "frame-ancestors 'none'; object-src 'none'";

	private static final int JSON_LIMIT = 64 * 1024;

	/** A character takes at most this many bytes in JSON: an escape such as \u00e4. */
	private static final int BYTES_PER_ESCAPED_CHARACTER = 6;

	private static final int BYTES_PER_CHARACTER = 4;

	private final Set<String> hosts = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));

	private final int predictLimit;

	private final int summaryLimit;

	BrowserSafetyFilter(SupportChatProperties properties) {
		properties.allowedHosts().forEach((host) -> this.hosts.add(host.toLowerCase(Locale.ROOT)));
		this.predictLimit = BYTES_PER_CHARACTER * properties.predictLimit();
		this.summaryLimit = BYTES_PER_ESCAPED_CHARACTER * properties.summaryLimit() + JSON_LIMIT;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		writeHeaders(request, response);
		if (!this.hosts.contains(host(request))) {
			refuse(response, HttpStatus.MISDIRECTED_REQUEST, "unknown_host",
					"This host name is not served here. Add it to support-chat.allowed-hosts if it should be.");
		}
		else if (isSafe(request)) {
			chain.doFilter(request, response);
		}
		else if (!comesFromOurselves(request)) {
			refuse(response, HttpStatus.FORBIDDEN, "cross_origin", "Requests from other sites are not accepted.");
		}
		else {
			byte[] body = request.getInputStream().readNBytes(limit(request) + 1);
			if (body.length > limit(request)) {
				refuse(response, HttpStatus.CONTENT_TOO_LARGE, "too_large",
						"The request is larger than " + limit(request) + " bytes.");
			}
			else {
				chain.doFilter(new ReadRequest(request, body), response);
			}
		}
	}

	private static void writeHeaders(HttpServletRequest request, HttpServletResponse response) {
		response.setHeader("Content-Security-Policy", POLICY);
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setHeader("X-Frame-Options", "DENY");
		response.setHeader("Referrer-Policy", "no-referrer");
		response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
		response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
		response.setHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
		boolean page = isSafe(request) && !request.getRequestURI().startsWith("/api/");
		response.setHeader(HttpHeaders.CACHE_CONTROL, page ? "no-cache" : "no-store");
	}

	private int limit(HttpServletRequest request) {
		return switch (request.getRequestURI()) {
			case "/predict" -> this.predictLimit;
			case "/api/summary" -> this.summaryLimit;
			default -> JSON_LIMIT;
		};
	}

	private static boolean isSafe(HttpServletRequest request) {
		String method = request.getMethod();
		return method.equals(HttpMethod.GET.name()) || method.equals(HttpMethod.HEAD.name());
	}

	private static boolean comesFromOurselves(HttpServletRequest request) {
		String site = request.getHeader("Sec-Fetch-Site");
		if (site != null && !site.equals("same-origin") && !site.equals("none")) {
			return false;
		}
		String origin = request.getHeader(HttpHeaders.ORIGIN);
		return origin == null || sameAuthority(origin, request.getHeader(HttpHeaders.HOST));
	}

	private static boolean sameAuthority(String origin, @Nullable String host) {
		try {
			// "null" is the origin of sandboxed and file pages; it has no authority
			String authority = URI.create(origin).getAuthority();
			return authority != null && authority.equalsIgnoreCase(host);
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static String host(HttpServletRequest request) {
		String host = request.getHeader(HttpHeaders.HOST);
		if (host == null) {
			return "";
		}
		int colon = host.lastIndexOf(':');
		boolean port = colon > host.lastIndexOf(']');
		return (port ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
	}

	private static void refuse(HttpServletResponse response, HttpStatus status, String code, String message)
			throws IOException {
		response.setStatus(status.value());
		response.setContentType(MediaType.APPLICATION_JSON_VALUE);
		String json = "{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}";
		response.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
	}

}
