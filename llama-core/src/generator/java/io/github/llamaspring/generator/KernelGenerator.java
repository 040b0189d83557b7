package io.github.llamaspring.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
		for (int bits : WIDTHS) {
			for (Memory memory : Memory.values()) {
				String name = name(bits, memory);
				writeIfChanged(folder.resolve(name + ".java"), source(name, bits, memory));
			}
		}
	}

	/** What the rest of the room needs to know of the formats. */
	private static String formats() {
		Code code = new Code();
		code.line("package %s;", PACKAGE).line("");
		code.line("/** Formats of packed weights; written by KernelGenerator from its Format, which says what is where. */");
		code.line("enum PackedFormat {").line("");
		List<Format> all = new ArrayList<>(List.of(Format.INTEGER));
		all.addAll(List.of(Format.FLOAT));
		for (Format format : all) {
			code.line("%s(%d, %d, %d, %d, %b, %b, %b)%s", format.name(), format.scales().ofSuperBlock() ? 256 : 32,
					format.linesOf32(), format.low(), format.high(), format.scales().hasMinimum(),
					format.scales().perHalf(), List.of(Format.INTEGER).contains(format),
					(format == all.getLast()) ? ";" : ",")
				.line("");
		}
		String[][] fields = { { "int", "blockElements", "Weights of a row that share a block." },
				{ "int", "linesOf32", "Lines that hold 32 weights of each row, without scales." },
				{ "int", "low", "Bits of the low plane." }, { "int", "high", "Bits of the high plane, or 0." },
				{ "boolean", "hasMinimum", "Whether weights have a minimum beside the scale." },
				{ "boolean", "scalesPerHalf", "Whether 16 weights share a scale, and not 32." },
				{ "boolean", "integer", "Whether activations are rounded to whole numbers for it." } };
		for (String[] field : fields) {
			code.line("private final %s %s;", field[0], field[1]).line("");
		}
		code.line("PackedFormat(%s) {", String.join(", ", Arrays.stream(fields).map((f) -> f[0] + " " + f[1]).toList()));
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

	private static String source(String name, int bits, Memory memory) {
		Code code = new Code();
		code.line("package %s;", PACKAGE).line("");
		for (String type : List.of("java.lang.foreign.MemorySegment", "java.nio.ByteOrder", "",
				"jdk.incubator.vector.FloatVector", "jdk.incubator.vector.IntVector",
				"jdk.incubator.vector.ShortVector", "jdk.incubator.vector.VectorOperators",
				"jdk.incubator.vector.VectorSpecies", "org.jspecify.annotations.Nullable")) {
			code.line(type.isEmpty() ? "" : "import " + type + ";");
		}
		code.line("").line("/** Kernels of %d bits; written by KernelGenerator. */", bits);
		code.line("@SuppressWarnings(\"UnusedVariable\")");
		code.line("final class %s extends PackedKernels {", name).line("");
		constants(code, bits);
		List<String> products = new ArrayList<>();
		List<String> unpackers = new ArrayList<>();
		List<String> pairs = new ArrayList<>();
		for (Format format : Format.INTEGER) {
			for (int[] shape : IntegerKernel.SHAPES) {
				IntegerKernel kernel = new IntegerKernel(format, shape[0], shape[1]);
				products.add(choice(format, shape, name, kernel.name()));
				kernel.emit(code, memory);
			}
			unpackers(code, memory, format, name, bits, unpackers, pairs);
		}
		for (Format format : Format.FLOAT) {
			for (int[] shape : FloatKernel.SHAPES) {
				FloatKernel kernel = new FloatKernel(format, shape[0], shape[1]);
				products.add(choice(format, shape, name, kernel.name()));
				kernel.emit(code, memory, bits);
			}
			unpackers(code, memory, format, name, bits, unpackers, pairs);
		}
		List<String> tiles = new ArrayList<>();
		for (int tokens : TileKernel.tokens(bits)) {
			TileKernel kernel = new TileKernel(tokens);
			tiles.add("case %d -> %s::%s;".formatted(tokens, name, kernel.name()));
			kernel.emit(code, memory);
		}
		chooser(code, "@Nullable Product product(PackedFormat format, int tokens, int groups)",
				"String.format(\"%s_%dx%d\", format, tokens, groups)", products, "null");
		chooser(code, "Unpacker unpacker(PackedFormat format)", "format.name()", unpackers, illegal("format"));
		chooser(code, "@Nullable Unpacker pairUnpacker(PackedFormat format)", "format.name()", pairs, "null");
		chooser(code, "TileProduct tileProduct(int tokens)", "tokens", tiles, illegal("tokens"));
		code.line("@Override").line("int[] tileTokens() {");
		code.line("return new int[] { %s };",
				String.join(", ", Arrays.stream(TileKernel.tokens(bits)).mapToObj(String::valueOf).toList()));
		code.line("}").line("");
		code.line("@Override").line("int bits() {").line("return %d;", bits).line("}").line("").line("}");
		return code.toString();
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
		code.line("private static final VectorOperators.Conversion<Integer, Float> I2F = VectorOperators.I2F;").line("");
		if (bits == 128) {
			code.line("private static final VectorOperators.Comparison NE = VectorOperators.NE;").line("");
		}
		Lookup.declare(code, bits);
	}

	private static String choice(Format format, int[] shape, String owner, String method) {
		return "case \"%s_%dx%d\" -> %s::%s;".formatted(format.name(), shape[0], shape[1], owner, method);
	}

	/** Pairs are for native libraries, which need native access as addresses do. */
	private static void unpackers(Code code, Memory memory, Format format, String owner, int bits, List<String> floats,
			List<String> pairs) {
		for (boolean inPairs : new boolean[] { false, true }) {
			if (!inPairs || memory == Memory.ADDRESS) {
				UnpackKernel kernel = new UnpackKernel(format, inPairs);
				kernel.emit(code, memory, bits);
				(inPairs ? pairs : floats).add("case \"%s\" -> %s::%s;".formatted(format.name(), owner, kernel.name()));
			}
		}
	}

	private static String illegal(String what) {
		return "throw new IllegalArgumentException(\"no kernel for \" + " + what + ")";
	}

	private static void chooser(Code code, String signature, String selector, List<String> cases, String other) {
		code.line("@Override").line(signature + " {");
		code.line("return switch (" + selector + ") {");
		for (String one : cases) {
			code.line("%s", one);
		}
		code.line("default -> %s;", other).line("};").line("}").line("");
	}

}
