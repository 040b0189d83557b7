package io.github.llamaspring.core.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * oneDNN's C functions, as far as they are used (dnnl.h of oneDNN 3). Constants are the
 * header's enumerators, which stay the same within a major version; formats are named by
 * string, because their numbers do not.
 * <p>
 * The library runs on OpenMP. Primitives are built for as many threads as OpenMP would
 * use at that moment, and then insist on that number, with barriers between them: so
 * every thread that builds or executes one first asks for {@link #oneThread() one}.
 */
@SuppressWarnings("restricted")
final class Dnnl {

	static final int BF16 = 2;

	static final int F32 = 3;

	static final int FORMAT_ANY = 1;

	static final int ARG_FROM = 1;

	static final int ARG_SOURCE = 1;

	static final int ARG_TO = 17;

	static final int ARG_DESTINATION = 17;

	static final int ARG_WEIGHTS = 33;

	static final int ARG_SCRATCHPAD = 80;

	static final int QUERY_WEIGHTS = 131;

	static final int QUERY_SCRATCHPAD = 136;

	static final int QUERY_INNER_BLOCK_COUNT = 263;

	static final int QUERY_INNER_BLOCKS = 264;

	static final int QUERY_INNER_INDICES = 265;

	private static final int MAJOR = 3;

	/**
	 * dnnl_version_t: major, minor, patch, padding, hash (a pointer), CPU's runtime,
	 * GPU's.
	 */
	private static final long VERSION_BYTES = 32;

	private static final long CPU_RUNTIME = 24;

	private static final int RUNTIME_OPENMP = 2;

	/** avx512_core_bf16: below, bf16 is emulated, and our own kernels are faster. */
	private static final int ISA_BF16 = 0xe7;

	private static final int CPU = 1;

	private static final int STREAM_IN_ORDER = 1;

	private static final int SCRATCHPAD_USER = 1;

	private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

	private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

	private static final MemoryLayout POINTER = ValueLayout.ADDRESS;

	/** An argument of a primitive: its number, padding, the memory object. */
	private static final long ARGUMENT_BYTES = 16;

	private final SymbolLookup library;

	/** Linking takes longer than calling. */
	private final Map<String, MethodHandle> cold = new ConcurrentHashMap<>();

	private final String version;

	private final MethodHandle execute;

	private final MethodHandle setDataHandle;

	private final MethodHandle setThreads;

	private final MethodHandle getThreads;

	private final MemorySegment engine;

	/**
	 * Loads the library for as long as the JVM lives.
	 * @throws OneDnnException if it is another than we know, or the CPU is too small
	 */
	Dnnl(Path file) {
		this.library = SymbolLookup.libraryLookup(file, Arena.global());
		this.version = checkedVersion();
		// Looked up through oneDNN: so it is the runtime that oneDNN itself is bound to.
		this.setThreads = link("omp_set_num_threads", FunctionDescriptor.ofVoid(INT));
		this.getThreads = link("omp_get_max_threads", FunctionDescriptor.of(INT));
		this.execute = link("dnnl_primitive_execute", FunctionDescriptor.of(INT, POINTER, POINTER, INT, POINTER));
		this.setDataHandle = link("dnnl_memory_set_data_handle", FunctionDescriptor.of(INT, POINTER, POINTER));
		oneThread();
		this.engine = create("dnnl_engine_create", CPU, 0L);
	}

	private String checkedVersion() {
		MemorySegment version = ((MemorySegment) cold("dnnl_version", FunctionDescriptor.of(POINTER)))
			.reinterpret(VERSION_BYTES);
		int major = version.getAtIndex(INT, 0);
		int minor = version.getAtIndex(INT, 1);
		int patch = version.getAtIndex(INT, 2);
		String name = major + "." + minor + "." + patch;
		if (major != MAJOR) {
			throw new OneDnnException("it is version " + name + ", not " + MAJOR);
		}
		if (version.get(INT, CPU_RUNTIME) != RUNTIME_OPENMP) {
			throw new OneDnnException("it is built for another threading runtime than OpenMP");
		}
		int isa = (int) cold("dnnl_get_effective_cpu_isa", FunctionDescriptor.of(INT));
		if ((isa & ISA_BF16) != ISA_BF16) {
			throw new OneDnnException("the CPU has no bfloat16 arithmetic of 512 bits");
		}
		return name;
	}

	/**
	 * Such as {@code 3.13.0}.
	 */
	String version() {
		return this.version;
	}

	/**
	 * Makes the calling thread do all the work itself that it gives the library.
	 */
	void oneThread() {
		try {
			this.setThreads.invokeExact(1);
			if ((int) this.getThreads.invokeExact() != 1) {
				throw new OneDnnException("OpenMP does not do with one thread");
			}
		}
		catch (Throwable ex) {
			throw failure("omp_set_num_threads", ex);
		}
	}

	MemorySegment stream() {
		return create("dnnl_stream_create", this.engine, STREAM_IN_ORDER);
	}

	/** A dense matrix, rows {@code stride} elements apart. */
	MemorySegment plain(long rows, long columns, int type, long stride) {
		try (Arena arena = Arena.ofConfined()) {
			return create("dnnl_memory_desc_create_with_strides", 2, arena.allocateFrom(LONG, rows, columns), type,
					arena.allocateFrom(LONG, stride, 1));
		}
	}

	/** A matrix in whatever format the library likes best. */
	MemorySegment any(long rows, long columns, int type) {
		try (Arena arena = Arena.ofConfined()) {
			return create("dnnl_memory_desc_create_with_tag", 2, arena.allocateFrom(LONG, rows, columns), type,
					FORMAT_ANY);
		}
	}

	/** A matrix in the format of that name. */
	MemorySegment named(long rows, long columns, int type, String format) {
		try (Arena arena = Arena.ofConfined()) {
			return create("dnnl_memory_desc_create_with_string_tag", 2, arena.allocateFrom(LONG, rows, columns), type,
					arena.allocateFrom(format));
		}
	}

	/** For primitives whose scratchpad the caller brings. */
	MemorySegment userScratchpad() {
		MemorySegment attributes = create("dnnl_primitive_attr_create");
		check("dnnl_primitive_attr_set_scratchpad_mode", attributes, SCRATCHPAD_USER);
		return attributes;
	}

	MemorySegment matmul(MemorySegment source, MemorySegment weights, MemorySegment destination,
			MemorySegment attributes) {
		return create("dnnl_matmul_primitive_desc_create", this.engine, source, weights, MemorySegment.NULL,
				destination, attributes);
	}

	MemorySegment reorder(MemorySegment from, MemorySegment to, MemorySegment attributes) {
		return create("dnnl_reorder_primitive_desc_create", from, this.engine, to, this.engine, attributes);
	}

	MemorySegment primitive(MemorySegment description) {
		return create("dnnl_primitive_create", description);
	}

	/** A memory object without memory: {@link #point} gives it some. */
	MemorySegment memory(MemorySegment description) {
		return create("dnnl_memory_create", description, this.engine, MemorySegment.NULL);
	}

	/** The description belongs to the primitive's. */
	MemorySegment query(MemorySegment primitiveDescription, int what) {
		return (MemorySegment) cold("dnnl_primitive_desc_query_md", FunctionDescriptor.of(POINTER, POINTER, INT, INT),
				primitiveDescription, what, 0);
	}

	long bytes(MemorySegment description) {
		return (long) cold("dnnl_memory_desc_get_size", FunctionDescriptor.of(LONG, POINTER), description);
	}

	boolean equal(MemorySegment a, MemorySegment b) {
		return (int) cold("dnnl_memory_desc_equal", FunctionDescriptor.of(INT, POINTER, POINTER), a, b) == 1;
	}

	/** Sizes and dimensions of the innermost blocks: {size, dimension, size, ...}. */
	long[] innerBlocks(MemorySegment description) {
		try (Arena arena = Arena.ofConfined()) {
			MemorySegment out = arena.allocate(LONG);
			check("dnnl_memory_desc_query", description, QUERY_INNER_BLOCK_COUNT, out);
			int count = out.get(INT, 0);
			long[] blocks = new long[2 * count];
			for (int i = 0; i < 2; i++) {
				check("dnnl_memory_desc_query", description, (i == 0) ? QUERY_INNER_BLOCKS : QUERY_INNER_INDICES, out);
				MemorySegment values = out.get(ValueLayout.ADDRESS, 0).reinterpret((long) count * Long.BYTES);
				for (int b = 0; b < count; b++) {
					blocks[2 * b + i] = values.getAtIndex(LONG, b);
				}
			}
			return blocks;
		}
	}

	/** Arguments of a primitive: pairs of number and memory object. */
	static MemorySegment arguments(Arena arena, int[] numbers, MemorySegment[] memories) {
		MemorySegment arguments = arena.allocate(ARGUMENT_BYTES * numbers.length, Long.BYTES);
		for (int i = 0; i < numbers.length; i++) {
			arguments.set(INT, i * ARGUMENT_BYTES, numbers[i]);
			arguments.set(ValueLayout.ADDRESS, i * ARGUMENT_BYTES + Long.BYTES, memories[i]);
		}
		return arguments;
	}

	void point(MemorySegment memory, MemorySegment data) {
		try {
			checkStatus("dnnl_memory_set_data_handle", (int) this.setDataHandle.invokeExact(memory, data));
		}
		catch (Throwable ex) {
			throw failure("dnnl_memory_set_data_handle", ex);
		}
	}

	/** Runs to its end: with one OpenMP thread, a CPU stream does nothing later. */
	void execute(MemorySegment primitive, MemorySegment stream, MemorySegment arguments) {
		int count = (int) (arguments.byteSize() / ARGUMENT_BYTES);
		try {
			checkStatus("dnnl_primitive_execute", (int) this.execute.invokeExact(primitive, stream, count, arguments));
		}
		catch (Throwable ex) {
			throw failure("dnnl_primitive_execute", ex);
		}
	}

	void destroyPrimitive(@Nullable MemorySegment primitive) {
		destroy("dnnl_primitive_destroy", primitive);
	}

	void destroyPrimitiveDescription(@Nullable MemorySegment description) {
		destroy("dnnl_primitive_desc_destroy", description);
	}

	void destroyAttributes(@Nullable MemorySegment attributes) {
		destroy("dnnl_primitive_attr_destroy", attributes);
	}

	void destroyDescription(@Nullable MemorySegment description) {
		destroy("dnnl_memory_desc_destroy", description);
	}

	void destroyMemory(@Nullable MemorySegment memory) {
		destroy("dnnl_memory_destroy", memory);
	}

	void destroyStream(@Nullable MemorySegment stream) {
		destroy("dnnl_stream_destroy", stream);
	}

	private void destroy(String function, @Nullable MemorySegment object) {
		if (object != null) {
			check(function, object);
		}
	}

	/** Calls a function whose first argument is where it puts what it makes. */
	private MemorySegment create(String function, Object... arguments) {
		try (Arena arena = Arena.ofConfined()) {
			MemorySegment out = arena.allocate(POINTER);
			Object[] all = new Object[arguments.length + 1];
			all[0] = out;
			System.arraycopy(arguments, 0, all, 1, arguments.length);
			check(function, all);
			return out.get(ValueLayout.ADDRESS, 0);
		}
	}

	private void check(String function, Object... arguments) {
		MemoryLayout[] layouts = new MemoryLayout[arguments.length];
		for (int i = 0; i < arguments.length; i++) {
			layouts[i] = switch (arguments[i]) {
				case Integer _ -> INT;
				case Long _ -> LONG;
				default -> POINTER;
			};
		}
		checkStatus(function, (int) cold(function, FunctionDescriptor.of(INT, layouts), arguments));
	}

	private static void checkStatus(String function, int status) {
		if (status != 0) {
			throw new OneDnnException(function + " fails with status " + status);
		}
	}

	/** For what is called rarely: takes and gives objects. */
	private Object cold(String function, FunctionDescriptor descriptor, Object... arguments) {
		MethodHandle handle = this.cold.computeIfAbsent(function,
				(name) -> link(name, descriptor).asSpreader(Object[].class, arguments.length)
					.asType(MethodType.methodType(Object.class, Object[].class)));
		try {
			return handle.invokeExact(arguments);
		}
		catch (Throwable ex) {
			throw failure(function, ex);
		}
	}

	private MethodHandle link(String function, FunctionDescriptor descriptor) {
		MemorySegment symbol = this.library.find(function)
			.orElseThrow(() -> new OneDnnException("the library has no function " + function));
		return Linker.nativeLinker().downcallHandle(symbol, descriptor);
	}

	private static RuntimeException failure(String function, Throwable thrown) {
		if (thrown instanceof Error error) {
			throw error;
		}
		return (thrown instanceof RuntimeException known) ? known
				: new OneDnnException("cannot call " + function, thrown);
	}

}
