package io.github.llamaspring.core.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.llamaspring.core.store.FetchProgress.Phase;
import io.github.llamaspring.core.store.HttpSource.Answer;
import io.github.llamaspring.core.store.ModelReference.Remote;

/**
 * Fetches one file over HTTP. A broken download is continued where it stopped
 * ({@code Range} with {@code If-Range}, RFC 9110), some times in a row at once and after
 * that at the next start. The caller holds the file's {@link CacheLock}.
 */
final class HttpDownload {

	/** A retry that got this much counts as a success: the retries start anew. */
	private static final long REAL_PROGRESS = 1 << 20;

	/** A file of unknown SHA-256 must at least begin like a model. */
	private static final byte[] MAGIC = { 'G', 'G', 'U', 'F' };

	private static final long CANNOT_CONTINUE = -2;

	private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (?:(\\d{1,18})-\\d{1,18}|\\*)/(\\d{1,18})");

	private final HttpSettings settings;

	private final HttpSource source;

	private final Remote remote;

	private final long expectedBytes;

	private final PartFile part;

	private final Progress progress;

	private @Nullable String sha256;

	private HttpDownload(HttpSettings settings, HttpSource source, Remote remote, long expectedBytes, Path target,
			Progress progress) {
		this.settings = settings;
		this.source = source;
		this.remote = remote;
		this.expectedBytes = expectedBytes;
		this.part = new PartFile(target);
		this.progress = progress;
		this.sha256 = remote.sha256();
	}

	/**
	 * Fetches, checks and puts the file in its place.
	 * @param expectedBytes its exact length, or -1
	 * @return its SHA-256 if one was known and checked, or null
	 */
	static @Nullable String fetch(HttpSettings settings, StoreEnvironment environment, Remote remote,
			long expectedBytes, Path target, Progress progress) throws FetchException, InterruptedException {
		try (HttpSource source = new HttpSource(settings, environment)) {
			return new HttpDownload(settings, source, remote, expectedBytes, target, progress).fetch();
		}
	}

	private @Nullable String fetch() throws FetchException, InterruptedException {
		boolean continued = this.part.version(this.remote.uri()) != null;
		fetchPart();
		if (!isAsExpected()) {
			this.part.delete();
			if (continued) { // its start may stem from another version: once more
				fetchPart();
			}
			if (!continued || !isAsExpected()) {
				this.part.delete();
				throw FetchException.last(HttpAddress.shown(this.remote.uri()) + " is not the expected file: "
						+ ((this.sha256 != null) ? "its SHA-256 is not " + this.sha256
								: "it does not start with GGUF (perhaps it is a web page: check the address)")
						+ "; nothing was kept");
			}
		}
		this.part.complete();
		return this.sha256;
	}

	private boolean isAsExpected() throws FetchException, InterruptedException {
		try {
			if (this.sha256 != null) {
				return Checksums.sha256(this.part.path(), this.progress).equals(this.sha256);
			}
			try (InputStream in = Files.newInputStream(this.part.path())) {
				return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
			}
		}
		catch (ClosedByInterruptException ex) {
			throw new InterruptedException();
		}
		catch (IOException ex) {
			throw PartFile.disk(this.part.path(), ex);
		}
	}

	private void fetchPart() throws FetchException, InterruptedException {
		int failures = 0;
		boolean gotBytes = false;
		while (true) {
			long before = this.part.size();
			try {
				attempt();
				return;
			}
			catch (FetchException ex) {
				long gained = this.part.size() - before;
				gotBytes |= gained > 0;
				failures = (gained >= REAL_PROGRESS) ? 1 : failures + 1;
				boolean hopeless = !ex.isWorthRetrying() || !(this.settings.patient() || gotBytes);
				if (hopeless || failures > this.settings.retries()) {
					throw ex;
				}
				Thread.sleep(this.settings.pause().toMillis() << Math.min(failures - 1, 5));
			}
		}
	}

	private void attempt() throws FetchException, InterruptedException {
		this.progress.phase(Phase.CONNECTING, this.part.size(), this.expectedBytes);
		String version = this.part.version(this.remote.uri());
		Map<String, String> headers = (version != null)
				? Map.of("Range", "bytes=" + this.part.size() + "-", "If-Range", version) : Map.of();
		Answer answer = this.source.get(this.remote.uri(), this.remote.huggingFace(), headers);
		try (ChunkSubscriber body = answer.response().body()) {
			if (this.sha256 == null) {
				this.sha256 = answer.sha256();
			}
			long total = accept(answer, version != null);
			if (total != CANNOT_CONTINUE) {
				if (total != this.part.size() || total < 0) {
					read(body, total);
				}
				return;
			}
		}
		this.part.delete(); // so that this happens once
		attempt();
	}

	/**
	 * Looks at the head of the answer and makes the part file ready for its body.
	 * @return the length of the whole file, -1 if unknown, or {@link #CANNOT_CONTINUE}
	 */
	private long accept(Answer answer, boolean continuing) throws FetchException {
		int status = answer.response().statusCode();
		Matcher range = CONTENT_RANGE.matcher(java.util.Objects.requireNonNullElse(answer.header("content-range"), ""));
		if (status == 200) {
			long total = answer.length("content-length");
			checkLength(total);
			this.part.begin(this.remote.uri(), version(answer), total);
			return total;
		}
		if (continuing && status == 206 && range.matches() && String.valueOf(this.part.size()).equals(range.group(1))) {
			long total = Long.parseLong(range.group(2));
			checkLength(total);
			return total;
		}
		if (continuing && status == 416 && range.matches() && Long.parseLong(range.group(2)) == this.part.size()) {
			checkLength(this.part.size());
			return this.part.size();
		}
		if (continuing && (status == 206 || status == 416)) {
			return CANNOT_CONTINUE;
		}
		throw refusal(status);
	}

	private void checkLength(long total) throws FetchException {
		if (total >= 0 && this.expectedBytes >= 0 && total != this.expectedBytes) {
			throw FetchException.last(HttpAddress.shown(this.remote.uri()) + " is not the expected file: it has "
					+ total + " bytes, not " + this.expectedBytes);
		}
	}

	/** A strong version as If-Range demands it, or null. */
	private static @Nullable String version(Answer answer) {
		String etag = answer.header("etag");
		if (etag != null) {
			return (etag.startsWith("\"") && etag.length() < 500) ? etag : null;
		}
		return answer.header("last-modified");
	}

	private FetchException refusal(int status) {
		String shown = HttpAddress.shown(this.remote.uri());
		return switch (status) {
			case 401, 403 -> FetchException.last(shown + " may not be read (HTTP " + status
					+ "); accept the model's licence on its page and set HF_TOKEN to your token");
			case 407 -> FetchException.last("the proxy asks for a name and a password; write them into HTTPS_PROXY "
					+ "(http://name:password@host:port) and start Java with -Djdk.http.auth.tunneling.disabledSchemes=");
			case 404, 410 -> FetchException.last(
					"there is no " + shown + " (HTTP " + status + "); check owner, repository, revision and file name");
			case 408, 425, 429 -> FetchException.passing(shown + " is busy (HTTP " + status + "); try again later");
			default ->
				(status >= 500) ? FetchException.passing("the server of " + shown + " failed (HTTP " + status + ")")
						: FetchException.last(shown + " answered HTTP " + status + ", which is no file");
		};
	}

	private void read(ChunkSubscriber body, long total) throws FetchException, InterruptedException {
		try (FileChannel channel = this.part.open()) {
			long done = channel.size();
			this.progress.phase(Phase.DOWNLOADING, done, total);
			for (List<ByteBuffer> buffers = next(body, done, total); buffers != null; buffers = next(body, done,
					total)) {
				done += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
				long limit = (total >= 0) ? total : this.expectedBytes;
				if (limit >= 0 && done > limit) {
					this.part.delete();
					throw FetchException.last("the server sent more than the " + limit + " bytes of the file");
				}
				this.part.append(channel, buffers);
				this.progress.step(Phase.DOWNLOADING, done, total);
			}
			this.progress.phase(Phase.DOWNLOADING, done, total);
			checkLength(done);
			if (total >= 0 && done != total) {
				throw broken(done, total, "it ended early");
			}
		}
		catch (IOException ex) {
			throw PartFile.disk(this.part.path(), ex);
		}
	}

	private @Nullable List<ByteBuffer> next(ChunkSubscriber body, long done, long total)
			throws FetchException, InterruptedException {
		try {
			return body.next(this.settings.stall());
		}
		catch (HttpTimeoutException ex) {
			throw broken(done, total, HttpSource.text(ex));
		}
		catch (IOException ex) {
			throw broken(done, total, "the connection broke");
		}
	}

	private FetchException broken(long done, long total, String why) {
		return FetchException.passing("the download of " + HttpAddress.shown(this.remote.uri()) + " stopped at "
				+ PartFile.megabytes(done) + ((total >= 0) ? " of " + PartFile.megabytes(total) : "") + " (" + why
				+ "); start it again to continue there");
	}

}
