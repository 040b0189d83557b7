package io.github.llamaspring.core.store;

/**
 * How far the fetching of a model is. Rate and time left are for the listener to derive.
 *
 * @param phase what is being done
 * @param model the file's name
 * @param bytes how many bytes are done in this phase
 * @param total how many there will be; -1 where that is not known
 */
public record FetchProgress(Phase phase, String model, long bytes, long total) {

	/** What is being done. */
	public enum Phase {

		/** Looking into the cache. */
		CHECKING_CACHE("checking the cache"),

		/** Asking a server for the file. */
		CONNECTING("connecting"),

		/** Another process or thread is fetching the same file. */
		WAITING("waiting for another process that fetches it"),

		/** Bytes are coming in. */
		DOWNLOADING("downloading"),

		/** Taking the model out of the package it came in. */
		UNPACKING("unpacking"),

		/** Computing the SHA-256. */
		VERIFYING("verifying"),

		/** The file is there. */
		READY("ready");

		private final String text;

		Phase(String text) {
			this.text = text;
		}

		/**
		 * The phase in English words, for a progress line.
		 */
		public String text() {
			return this.text;
		}

	}

}
