package io.github.llamaspring.core.store;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * Sends a request and follows redirects by hand: the token goes to Hugging Face only, and
 * never from {@code https:} to {@code http:}.
 */
final class HttpSource implements AutoCloseable {

	private static final int MAX_REDIRECTS = 5;

	private final HttpSettings settings;

	private final StoreEnvironment environment;

	private final HttpClient client;

	HttpSource(HttpSettings settings, StoreEnvironment environment) {
		this.settings = settings;
		this.environment = environment;
		EnvironmentProxy proxy = new EnvironmentProxy(environment);
		HttpClient.Builder builder = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(settings.connect())
			.proxy(proxy);
		if (proxy.hasPassword()) { // else a plain 401 would become an IOException
			builder.authenticator(proxy.authenticator());
		}
		this.client = builder.build();
	}

	/**
	 * The last answer of a chain of redirects.
	 *
	 * @param response the answer; its body is to be closed
	 * @param sha256 what Hugging Face says of the file, or null
	 */
	record Answer(HttpResponse<ChunkSubscriber> response, @Nullable String sha256) {

		@Nullable String header(String name) {
			return this.response.headers().firstValue(name).orElse(null);
		}

		long length(String name) {
			return this.response.headers().firstValueAsLong(name).orElse(-1);
		}

	}

	Answer get(URI start, boolean huggingFace, Map<String, String> headers)
			throws FetchException, InterruptedException {
		URI uri = start;
		boolean trusted = true;
		String sha256 = null;
		for (int i = 0; i <= MAX_REDIRECTS; i++) {
			trusted &= this.environment.takesToken(uri);
			HttpResponse<ChunkSubscriber> response = send(uri, trusted, headers);
			if (huggingFace && trusted) {
				sha256 = response.headers()
					.firstValue("x-linked-etag")
					.map((value) -> value.replace("W/", "").replace("\"", "").toLowerCase(java.util.Locale.ROOT))
					.filter(Checksums::isSha256)
					.orElse(sha256);
			}
			int status = response.statusCode();
			String location = response.headers().firstValue("location").orElse(null);
			if (status < 300 || status >= 400 || status == 304 || location == null) {
				return new Answer(response, sha256);
			}
			response.body().close();
			uri = HttpAddress.redirect(uri, location);
		}
		throw FetchException.last(HttpAddress.shown(start) + " redirects more than " + MAX_REDIRECTS + " times");
	}

	private HttpResponse<ChunkSubscriber> send(URI uri, boolean trusted, Map<String, String> headers)
			throws FetchException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri)
			.timeout(this.settings.answer())
			.header("User-Agent", "llama-spring")
			.header("Accept-Encoding", "identity");
		headers.forEach(request::header);
		String token = this.environment.get("HF_TOKEN");
		if (trusted && token != null) {
			try {
				request.header("Authorization", "Bearer " + token);
			}
			catch (IllegalArgumentException ex) {
				throw FetchException.last("HF_TOKEN holds characters that no token has");
			}
		}
		// asynchronous, as only then the look-up of the name is under the time limit too
		CompletableFuture<HttpResponse<ChunkSubscriber>> answer = this.client.sendAsync(request.build(),
				(info) -> new ChunkSubscriber());
		boolean done = false;
		try {
			HttpResponse<ChunkSubscriber> response = answer.get(this.settings.answer().toMillis() + 500,
					TimeUnit.MILLISECONDS);
			done = true;
			return response;
		}
		catch (ExecutionException ex) {
			throw failure(uri, (ex.getCause() != null) ? ex.getCause() : ex);
		}
		catch (TimeoutException ex) {
			throw failure(uri, new HttpTimeoutException("time-out"));
		}
		finally {
			if (!done) {
				answer.cancel(true);
			}
		}
	}

	private FetchException failure(URI uri, Throwable cause) {
		String host = String.valueOf(uri.getHost());
		for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
			if (inner instanceof UnresolvedAddressException || inner instanceof UnknownHostException) {
				return FetchException.passing(
						"the host " + host + " is not known (is there a network? a proxy to set " + "in HTTPS_PROXY?)");
			}
			if (inner instanceof IllegalArgumentException && inner.getMessage() != null
					&& inner.getMessage().contains("_PROXY")) {
				return FetchException.last(inner.getMessage());
			}
		}
		return switch (cause) {
			case HttpConnectTimeoutException timeout -> FetchException
				.passing("no connection to " + host + " within " + this.settings.connect().toSeconds() + " s");
			case HttpTimeoutException timeout -> FetchException
				.passing("no answer from " + host + " within " + this.settings.answer().toSeconds() + " s");
			case ConnectException refused -> FetchException.passing("cannot connect to " + host);
			case IOException io -> FetchException.passing("the connection to " + host + " broke (" + text(io) + ")");
			default -> FetchException.last("the request to " + host + " failed (" + text(cause) + ")");
		};
	}

	static String text(Throwable cause) {
		String message = cause.getMessage();
		return (message != null) ? message.lines().findFirst().orElse("") : cause.getClass().getSimpleName();
	}

	@Override
	public void close() {
		this.client.shutdownNow();
	}

}
