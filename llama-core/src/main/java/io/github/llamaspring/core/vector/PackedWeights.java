package io.github.llamaspring.core.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

import io.github.llamaspring.core.kernel.PackCache;
import io.github.llamaspring.core.kernel.WeightMatrix;
import io.github.llamaspring.core.kernel.WorkerPool;
import org.jspecify.annotations.Nullable;

/**
 * The packed weights of one network: from the side file if there is one, else packed into
 * memory, and into a side file afterwards if there is to be one. Used by one thread.
 */
final class PackedWeights implements AutoCloseable {

	private static final int GROUP = PackedMatrix.GROUP;

	private final WorkerPool pool;

	private final @Nullable PackCache cache;

	private final @Nullable PackFile file;

	private final int interleave;

	private final PackedMemory memory = new PackedMemory();

	private boolean fromFile;

	/** All of them, if a file is to be written. */
	private final List<Packed> all = new ArrayList<>();

	/** For each of them, what of its progress is still to be told. */
	private final List<Long> unwritten = new ArrayList<>();

	/**
	 * Looks for a side file.
	 * @param interleave of matrices that are packed anew; the side file's are as they
	 * were found best when it was written
	 */
	PackedWeights(WorkerPool pool, int interleave, @Nullable PackCache cache) {
		this.pool = pool;
		this.cache = cache;
		this.file = (cache != null) ? PackFile.open(cache) : null;
		this.fromFile = this.file != null;
		this.interleave = (this.file != null) ? this.file.interleave() : interleave;
	}

	/** Whether there is a side file that fits, so far. */
	boolean isFromFile() {
		return this.fromFile;
	}

	/** Takes the next matrix over. */
	Packed next(WeightMatrix source, PackedFormat format, LongConsumer loaded) {
		long bytes = source.data().byteSize();
		Packed packed = (this.file != null && this.fromFile) ? this.file.next(source, format, this.pool) : null;
		this.fromFile = packed != null;
		long told = (this.cache == null || this.fromFile) ? bytes : bytes / 2;
		if (packed == null) {
			packed = pack(source, format);
		}
		if (this.cache != null) {
			this.all.add(packed);
			this.unwritten.add(bytes - told);
		}
		loaded.accept(told);
		return packed;
	}

	private Packed pack(WeightMatrix source, PackedFormat format) {
		int interleave = format.interleave(this.interleave);
		NativeMemory.Region region = this.memory
			.allocate(PackedMatrix.bytes(format, source.rows(), source.cols(), interleave));
		int sample = Packed.sample(source.data());
		Packer packer = Packer.of(source, format, interleave, region.segment());
		pack(packer, source);
		if (packer.overflowed()) {
			packer = packer.forLargeScales();
			pack(packer, source);
		}
		NativeMemory.discard(source.data());
		PackedMatrix matrix = new PackedMatrix(format, source.rows(), source.cols(), interleave, packer.factor(),
				region.segment(), region.start());
		return new Packed(matrix, region, source.type(), sample);
	}

	private void pack(Packer packer, WeightMatrix source) {
		this.pool.run(Math.ceilDiv(source.rows(), GROUP), (group, worker) -> packer.group(group));
	}

	/** Writes the side file, if it is to be written. */
	void complete(LongConsumer loaded) {
		if (this.cache != null && !this.fromFile && !this.all.isEmpty()) {
			new PackFileWriter(this.cache, this.interleave).write(this.all,
					(index) -> loaded.accept(this.unwritten.get(index)));
		}
		this.all.clear();
		this.unwritten.clear();
	}

	/** To be called when nobody uses the matrices any more. */
	@Override
	public void close() {
		this.memory.close();
		if (this.file != null) {
			this.file.close();
		}
	}

}
