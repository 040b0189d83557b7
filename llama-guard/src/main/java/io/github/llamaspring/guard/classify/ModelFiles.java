package io.github.llamaspring.guard.classify;

import io.github.llamaspring.guard.digest.Sha256;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the files of models are: in the jar or in a folder.
 */
final class ModelFiles {

	private final Source source;

	private ModelFiles(Source source) {
		this.source = source;
	}

	static ModelFiles inJar() {
		return new ModelFiles((name) -> {
			try (InputStream in = ModelFiles.class.getResourceAsStream(name)) {
				if (in == null) {
					throw new HeadFormatException("the jar of llama-guard lacks classify/" + name);
				}
				return in.readAllBytes();
			}
		});
	}

	static ModelFiles in(Path folder) {
		return new ModelFiles((name) -> Files.readAllBytes(folder.resolve(name)));
	}

	byte[] bytes(String name) {
		try {
			return this.source.bytes(name);
		}
		catch (IOException ex) {
			throw new HeadFormatException("the model file " + name + " can't be read: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Writes files into a folder, which is made where it is missing.
	 */
	static void write(Path folder, Map<String, byte[]> files) throws IOException {
		Files.createDirectories(folder);
		for (Map.Entry<String, byte[]> file : files.entrySet()) {
			Files.write(folder.resolve(file.getKey()), file.getValue());
		}
	}

	/** SHA-256 of files in their order. */
	static String digest(Map<String, byte[]> files) {
		return Sha256.hex(files.values());
	}

	private interface Source {

		byte[] bytes(String name) throws IOException;

	}

}
