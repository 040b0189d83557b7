package io.github.llamaspring.core.onednn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Files out of a jar of our own.
 */
class OneDnnFilesTests {

	@TempDir
	private Path folder;

	private final byte[] content = new byte[100_000];

	private NativeFiles.Source source;

	@BeforeEach
	void makeJar() throws IOException {
		new Random(1).nextBytes(this.content);
		Path jar = this.folder.resolve("natives.jar");
		try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
			out.putNextEntry(new JarEntry("lib.so"));
			out.write(this.content);
		}
		this.source = NativeFiles.Source.of(java.net.URI.create("jar:" + jar.toUri() + "!/lib.so").toURL());
	}

	@Test
	void bringsTheFileOnce() throws IOException {
		Path target = this.folder.resolve("lib.so");
		this.source.bring(target);
		assertThat(target).hasBinaryContent(this.content);
		Object identity = Files.readAttributes(target, "unix:ino").get("ino");
		this.source.bring(target);
		assertThat(Files.readAttributes(target, "unix:ino")).containsEntry("ino", identity);
	}

	@Test
	void replacesHalfAFileAndADamagedOne() throws IOException {
		Path target = this.folder.resolve("lib.so");
		Files.write(target, java.util.Arrays.copyOf(this.content, 50_000));
		this.source.bring(target);
		assertThat(target).hasBinaryContent(this.content);
		byte[] damaged = this.content.clone();
		damaged[99_999] ^= 1;
		Files.write(target, damaged);
		this.source.bring(target);
		assertThat(target).hasBinaryContent(this.content);
	}

	@Test
	void leavesNothingElseBehind() throws IOException {
		Path place = Files.createDirectory(this.folder.resolve("place"));
		this.source.bring(place.resolve("lib.so"));
		try (var files = Files.list(place)) {
			assertThat(files).containsExactly(place.resolve("lib.so"));
		}
	}

	@Test
	void aFolderThatOthersCanWriteToIsNotUsed() throws IOException {
		Path mine = this.folder.resolve("cache/mine");
		assertThat(NativeFiles.privateFolder(mine)).isEqualTo(mine);
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(mine))).isEqualTo("rwx------");
		assertThat(NativeFiles.privateFolder(mine)).isEqualTo(mine);
		Files.setPosixFilePermissions(mine, PosixFilePermissions.fromString("rwxrwxrwx"));
		assertThat(NativeFiles.privateFolder(mine)).isNull();
		Path link = Files.createSymbolicLink(this.folder.resolve("link"), this.folder);
		assertThat(NativeFiles.privateFolder(link)).isNull();
	}

}
