package io.github.llamaspring.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Writes the kernels for packed weights: for each vector width, and for each way to reach
 * memory, one class. Run by the build; the formulas stand in {@link IntegerKernel},
 * {@link FloatKernel}, {@link UnpackKernel} and {@link TileKernel}, each once.
 */
final class KernelGenerator {

	private static final String PACKAGE = "io.github.llamaspring.core.vector";

	private static final int[] WIDTHS = { 512, 256, 128 };

	private KernelGenerator() {
	}

	public static void main(String[] arguments) throws IOException {
		Path folder = Path.of(arguments[0]).resolve(PACKAGE.replace('.', '/'));
		Files.createDirectories(folder);
		writeIfChanged(folder.resolve("PackedFormat.java"), formats());
		List<Format> all = Format.all();
		for (int bits : WIDTHS) {
			for (Memory memory : Memory.values()) {
				String name = name(bits, memory);
				writeIfChanged(folder.resolve(name + ".java"), source(name, bits, memory, all));
				for (Format format : all) {
					String owner = name + format.name();
					writeIfChanged(folder.resolve(owner + ".java"), source(owner, bits, memory, format));
				}
			}
		}
	}

	/** What the rest of the room needs to know of the formats. */
	private static String formats() {
		Code code = new Code();
		code.line("package %s;", PACKAGE).line("");
		code.line(
				"/** Formats of packed weights; written by KernelGenerator from its Format, which says what is where. */");
		code.line("enum PackedFormat {").line("");
		List<Format> all = Format.all();
		for (Format format : all) {
			code.line("%s(%d, %d, %d, %d, %b, %b, %b, %d)%s", format.name(), format.scales().ofSuperBlock() ? 256 : 32,
					format.linesOf32(), format.low(), format.high(), format.scales().hasMinimum(),
					format.scales().perHalf(), format.isInteger(),
					shapes(format).stream().mapToInt(Shape::groups).max().orElseThrow(),
					(format == all.getLast()) ? ";" : ",")
				.line("");
		}
		String[][] fields = { { "int", "blockElements", "Weights of a row that share a block." },
				{ "int", "linesOf32", "Lines that hold 32 weights of each row, without scales." },
				{ "int", "low", "Bits of the low plane." }, { "int", "high", "Bits of the high plane, or 0." },
				{ "boolean", "hasMinimum", "Whether weights have a minimum beside the scale." },
				{ "boolean", "scalesPerHalf", "Whether 16 weights share a scale, and not 32." },
				{ "boolean", "integer", "Whether activations are rounded to whole numbers for it." },
				{ "int", "groups", "Groups of 32 rows that a kernel takes at once, at most." } };
		for (String[] field : fields) {
			code.line("private final %s %s;", field[0], field[1]).line("");
		}
		code.line("PackedFormat(%s) {",
				String.join(", ", Arrays.stream(fields).map((f) -> f[0] + " " + f[1]).toList()));
		for (String[] field : fields) {
			code.line("this.%s = %s;", field[1], field[1]);
		}
		code.line("}").line("");
		for (String[] field : fields) {
			code.line("/** %s */", field[2]).line("%s %s() {", field[0], field[1]);
			code.line("return this.%s;", field[1]).line("}").line("");
		}
		code.line("/** Lines of a block, scales included. */").line("int lines() {");
		code.line("int factors = this.hasMinimum ? 2 : 1;");
		code.line("return (this.blockElements == 32) ? this.linesOf32 + factors : 8 * (this.linesOf32 + 1) + factors;");
		code.line("}").line("");
		code.line("/** Groups that share a stream, where so many are wished for. */");
		code.line("int interleave(int wished) {");
		code.line("return Math.min(wished, this.groups);");
		code.line("}").line("").line("}");
		return code.toString();
	}

	/** An unchanged file keeps its time, so that nothing is compiled again. */
	private static void writeIfChanged(Path file, String text) throws IOException {
		if (!Files.exists(file) || !Files.readString(file).equals(text)) {
			Files.writeString(file, text);
		}
	}

	private static String name(int bits, Memory memory) {
		return (memory == Memory.ADDRESS) ? "Address" + bits : "Segment" + bits;
	}

	private static Code head(String name, String superclass, int bits, String... imports) {
		Code code = new Code();
		code.line("package %s;", PACKAGE).line("");
		code.line("import java.lang.foreign.MemorySegment;");
		for (String type : imports) {
			code.line(type.isEmpty() ? "" : "import " + type + ";");
		}
		code.line("").line("/** Kernels of %d bits; written by KernelGenerator. */", bits);
		code.line("final class %s%s {", name, superclass).line("");
		constants(code, bits);
		return code;
	}

	/**
	 * Kernels of one format: a class of its own, so that the JVM reads only those it
	 * needs.
	 */
	private static String source(String name, int bits, Memory memory, Format format) {
		Code code = head(name, "", bits, "java.lang.invoke.VarHandle", "java.nio.ByteOrder", "",
				"jdk.incubator.vector.FloatVector", "jdk.incubator.vector.IntVector",
				"jdk.incubator.vector.ShortVector", "jdk.incubator.vector.VectorOperators",
				"jdk.incubator.vector.VectorSpecies");
		if (format.isTable()) {
			Lookup.declare(code, bits);
		}
		code.line("private %s() {", name).line("}").line("");
		for (Shape shape : shapes(format)) {
			for (boolean ahead : memory.asksAhead(shape) ? new boolean[] { false, true } : new boolean[] { false }) {
				if (format.isInteger()) {
					new IntegerKernel(format, shape, ahead).emit(code, memory, bits);
				}
				else {
					new FloatKernel(format, shape, ahead).emit(code, memory, bits);
				}
			}
		}
		new UnpackKernel(format, false).emit(code, memory, bits);
		if (memory == Memory.ADDRESS) {
			// For native libraries, which need native access as addresses do.
			new UnpackKernel(format, true).emit(code, memory, bits);
		}
		return code.line("}").toString();
	}

	private static List<Shape> shapes(Format format) {
		return format.isInteger() ? IntegerKernel.shapes(format) : FloatKernel.shapes(format);
	}

	/** Tiles, and the way to the others. */
	private static String source(String name, int bits, Memory memory, List<Format> formats) {
		Code code = head(name, " extends PackedKernels", bits, "java.nio.ByteOrder", "",
				"jdk.incubator.vector.FloatVector", "jdk.incubator.vector.IntVector",
				"jdk.incubator.vector.ShortVector", "jdk.incubator.vector.VectorOperators",
				"jdk.incubator.vector.VectorSpecies", "org.jspecify.annotations.Nullable");
		List<String> tiles = new ArrayList<>();
		for (int tokens : TileKernel.tokens(bits)) {
			TileKernel kernel = new TileKernel(tokens);
			tiles.add("case %d -> %s::%s;".formatted(tokens, name, kernel.name()));
			kernel.emit(code, memory);
		}
		products(code, "product(PackedFormat format, int tokens, int groups)", "tokens * 10 + groups", name, formats,
				false, (shape) -> shape.tokens() * 10 + shape.groups());
		if (memory == Memory.ADDRESS) {
			products(code, "productAhead(PackedFormat format, int groups)", "groups", name, formats, true,
					Shape::groups);
		}
		else {
			code.line("@Override").line("@Nullable Product productAhead(PackedFormat format, int groups) {");
			code.line("return null;").line("}").line("");
		}
		chooser(code, "Unpacker unpacker(PackedFormat format)", "format", unpackers(name, formats, false), null);
		if (memory == Memory.ADDRESS) {
			chooser(code, "Unpacker pairUnpacker(PackedFormat format)", "format", unpackers(name, formats, true), null);
		}
		else {
			code.line("@Override").line("@Nullable Unpacker pairUnpacker(PackedFormat format) {");
			code.line("return null;").line("}").line("");
		}
		chooser(code, "TileProduct tileProduct(int tokens)", "tokens", tiles,
				"throw new IllegalArgumentException(\"no kernel for \" + tokens)");
		code.line("@Override").line("int[] tileTokens() {");
		code.line("return new int[] { %s };",
				String.join(", ", Arrays.stream(TileKernel.tokens(bits)).mapToObj(String::valueOf).toList()));
		code.line("}").line("");
		code.line("@Override").line("int bits() {").line("return %d;", bits).line("}").line("").line("}");
		return code.toString();
	}

	private static void products(Code code, String signature, String selector, String name, List<Format> formats,
			boolean ahead, ToIntFunction<Shape> number) {
		code.line("@Override").line("@Nullable Product %s {", signature);
		code.line("return switch (format) {");
		for (Format format : formats) {
			code.line("case %s -> switch (%s) {", format.name(), selector);
			for (Shape shape : shapes(format)) {
				if (!ahead || Memory.ADDRESS.asksAhead(shape)) {
					code.line("case %d -> %s%s::%s;", number.applyAsInt(shape), name, format.name(),
							shape.name(format, ahead));
				}
			}
			code.line("default -> null;").line("};");
		}
		code.line("};").line("}").line("");
	}

	private static void constants(Code code, int bits) {
		code.line("private static final VectorSpecies<Short> S = ShortVector.SPECIES_%d;", bits).line("");
		code.line("private static final VectorSpecies<Integer> I = IntVector.SPECIES_%d;", bits).line("");
		code.line("private static final VectorSpecies<Float> F = FloatVector.SPECIES_%d;", bits).line("");
		code.line("private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;").line("");
		for (String operator : List.of("LSHL", "LSHR", "ASHR")) {
			code.line("private static final VectorOperators.Binary %s = VectorOperators.%s;", operator, operator)
				.line("");
		}
		code.line("private static final VectorOperators.Conversion<Integer, Float> I2F = VectorOperators.I2F;")
			.line("");
		if (bits == 128) {
			code.line("private static final VectorOperators.Comparison NE = VectorOperators.NE;").line("");
		}
	}

	private static List<String> unpackers(String name, List<Format> formats, boolean pairs) {
		return formats.stream()
			.map((format) -> "case %s -> %s%s::%s;".formatted(format.name(), name, format.name(),
					new UnpackKernel(format, pairs).name()))
			.toList();
	}

	private static void chooser(Code code, String signature, String selector, List<String> cases, String other) {
		code.line("@Override").line(signature + " {");
		code.line("return switch (" + selector + ") {");
		for (String one : cases) {
			code.line("%s", one);
		}
		if (other != null) {
			code.line("default -> %s;", other);
		}
		code.line("};").line("}").line("");
	}

}
