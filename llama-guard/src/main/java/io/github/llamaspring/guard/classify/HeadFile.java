package io.github.llamaspring.guard.classify;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * The files of the models, big-endian:
 *
 * <pre>
 * int   magic "LGHD"
 * int   version 1
 * UTF   name: harm, injection, toxicity, or a class table's
 * -- a head                              -- a class table
 * float scale, float bias                int  classes, UTF each
 * int   calibrations, each:
 *   UTF language, float slope, offset, grey, hit
 * -- both
 * int   CRC-32 of all before and of the weights
 * byte  weights: 2^18 of a head, 2^13 times classes of a table; nothing after
 * </pre>
 */
final class HeadFile {

	private static final int MAGIC = 0x4C474844;

	private static final int VERSION = 1;

	private static final int MOST_CLASSES = 64;

	private HeadFile() {
	}

	static byte[] write(LinearHead head) {
		return write(head.head().name(), head.weights(), (out) -> {
			out.writeFloat(head.scale());
			out.writeFloat(head.bias());
			out.writeInt(head.calibrations().size());
			for (Map.Entry<String, Calibration> entry : head.calibrations().entrySet()) {
				out.writeUTF(entry.getKey());
				out.writeFloat(entry.getValue().slope());
				out.writeFloat(entry.getValue().offset());
				out.writeFloat(entry.getValue().grey());
				out.writeFloat(entry.getValue().hit());
			}
		});
	}

	static byte[] write(String name, ClassTable table) {
		return write(name, table.weights(), (out) -> {
			out.writeInt(table.classes().size());
			for (String one : table.classes()) {
				out.writeUTF(one);
			}
		});
	}

	private static byte[] write(String name, byte[] weights, Body body) {
		try {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream(weights.length + 512);
			DataOutputStream out = new DataOutputStream(bytes);
			out.writeInt(MAGIC);
			out.writeInt(VERSION);
			out.writeUTF(name);
			body.write(out);
			out.writeInt(checksum(bytes.toByteArray(), bytes.size(), weights));
			out.write(weights);
			return bytes.toByteArray();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static int checksum(byte[] header, int length, byte[] weights) {
		CRC32 crc = new CRC32();
		crc.update(header, 0, length);
		crc.update(weights);
		return (int) crc.getValue();
	}

	/**
	 * Reads a head.
	 * @param file its name, for messages
	 */
	static LinearHead readHead(String file, byte[] bytes, Head head) {
		return read(file, bytes, head.name(), (in) -> {
			float scale = finite(file, "scale", in.readFloat());
			float bias = finite(file, "bias", in.readFloat());
			int count = in.readInt();
			if (count < 1 || count > MOST_CLASSES) {
				throw damaged(file, "it has " + count + " calibrations");
			}
			SortedMap<String, Calibration> calibrations = new TreeMap<>();
			for (int i = 0; i < count; i++) {
				String language = in.readUTF();
				Calibration calibration = new Calibration(finite(file, "slope", in.readFloat()),
						finite(file, "offset", in.readFloat()), finite(file, "grey", in.readFloat()),
						finite(file, "hit", in.readFloat()));
				if (calibration.hit() <= calibration.grey()) {
					throw damaged(file, "its thresholds for " + language + " are not in order");
				}
				calibrations.put(language, calibration);
			}
			if (!calibrations.containsKey(LinearHead.ANY)) {
				throw damaged(file, "it has no calibration for languages of no name (" + LinearHead.ANY + ")");
			}
			return new LinearHead(head, weights(file, bytes, in, HashedFeatures.BUCKETS), scale, bias, calibrations);
		});
	}

	/**
	 * Reads a class table.
	 */
	static ClassTable readTable(String file, byte[] bytes, String name) {
		return read(file, bytes, name, (in) -> {
			int count = in.readInt();
			if (count < 1 || count > MOST_CLASSES) {
				throw damaged(file, "it has " + count + " classes");
			}
			List<String> classes = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				classes.add(in.readUTF());
			}
			return new ClassTable(List.copyOf(classes), weights(file, bytes, in, ClassTable.BUCKETS * count));
		});
	}

	private static <T> T read(String file, byte[] bytes, String name, Reader<T> reader) {
		try {
			DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
			if (in.readInt() != MAGIC) {
				throw new HeadFormatException(file + " is no model of llama-guard (wrong first four bytes)");
			}
			int version = in.readInt();
			if (version != VERSION) {
				throw new HeadFormatException(file + " has version " + version + ", but this llama-guard reads version "
						+ VERSION + "; train it again with GuardCli train");
			}
			String found = in.readUTF();
			if (!found.equals(name)) {
				throw damaged(file, "it holds the model " + found + " and not " + name);
			}
			return reader.read(in);
		}
		catch (EOFException ex) {
			throw new HeadFormatException(file + " is cut off after " + bytes.length + " bytes; copy or train it again",
					ex);
		}
		catch (IOException ex) {
			throw new HeadFormatException(file + " is damaged: " + ex.getMessage() + "; copy or train it again", ex);
		}
	}

	private static byte[] weights(String file, byte[] bytes, DataInputStream in, int size) throws IOException {
		int header = bytes.length - in.available();
		int expected = in.readInt();
		byte[] weights = new byte[size];
		in.readFully(weights);
		if (in.available() > 0) {
			throw damaged(file, "it has " + in.available() + " bytes too many");
		}
		if (checksum(bytes, header, weights) != expected) {
			throw damaged(file, "its checksum is wrong");
		}
		return weights;
	}

	private static float finite(String file, String field, float value) {
		if (!Float.isFinite(value)) {
			throw damaged(file, "its " + field + " is " + value);
		}
		return value;
	}

	private static HeadFormatException damaged(String file, String what) {
		return new HeadFormatException(file + " is damaged: " + what + "; copy or train it again");
	}

	private interface Body {

		void write(DataOutputStream out) throws IOException;

	}

	private interface Reader<T> {

		T read(DataInputStream in) throws IOException;

	}

}
