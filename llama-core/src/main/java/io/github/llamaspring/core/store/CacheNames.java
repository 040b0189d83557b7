package io.github.llamaspring.core.store;

import java.nio.file.Path;

import io.github.llamaspring.core.store.ModelReference.Remote;

/**
 * Where in the cache a file from a server is: in a folder named after the hash of the
 * address without its last part (so that the parts of a split file lie side by side),
 * under its own name made harmless.
 */
final class CacheNames {

	private static final int MAX_NAME = 120;

	private CacheNames() {
	}

	static Path of(Path cacheFolder, Remote remote) {
		String address = remote.uri().toString();
		String path = remote.uri().getRawPath();
		String query = (remote.uri().getRawQuery() != null) ? "?" + remote.uri().getRawQuery() : "";
		String folder = address.substring(0, address.length() - query.length());
		folder = folder.substring(0, folder.length() - (path.length() - path.lastIndexOf('/') - 1)) + query;
		return cacheFolder.resolve(Checksums.sha256(folder).substring(0, 16)).resolve(harmless(remote.fileName()));
	}

	/**
	 * Letters, digits, dot, hyphen and underscore; a name that had to be changed gets a
	 * hash, so that no two become one.
	 */
	static String harmless(String name) {
		String safe = name.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^[.-]+", "_");
		safe = (safe.length() > MAX_NAME) ? safe.substring(safe.length() - MAX_NAME).replaceFirst("^[.-]+", "_") : safe;
		// Windows: no names of devices, no dot at the end
		boolean device = safe.matches("(?i)(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?") || safe.endsWith(".");
		return (safe.equals(name) && !device) ? safe
				: Checksums.sha256(name).substring(0, 8) + "-" + safe + (safe.endsWith(".") ? "_" : "");
	}

}
