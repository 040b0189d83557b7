package io.github.llamaspring.core.vector;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;

import io.github.llamaspring.core.onednn.TileProducts;
import org.jspecify.annotations.Nullable;

/**
 * Which layout and kernels are used on this machine, as {@link KernelProbe} measured.
 * Thread-safe.
 */
final class KernelChoice {

	/** Tokens from which on nothing changes any more. */
	static final int MOST = 64;

	private static final Split PAIRS = new Split(2, 1);

	private static final Split SINGLES = new Split(1);

	private static final Split FLOATS = new Split(4, 2, 1);

	private final PackedKernels kernels;

	private final Layout layout;

	private final Map<PackedFormat, FormatCosts> costs;

	private final double tile;

	private final double accelerated;

	private final Split tileSplit;

	private final PackedKernels.TileProduct[] tileProducts;

	/** {@code [format][tokens][groups]} */
	private final PackedKernels.@Nullable Product[][][] products = new PackedKernels.Product[PackedFormat
		.values().length][5][3];

	/** Of formats that are prefetched by now: {@code [format * 3 + groups]}. */
	private final AtomicReferenceArray<PackedKernels.@Nullable Product> prefetched = new AtomicReferenceArray<>(
			3 * PackedFormat.values().length);

	/**
	 * Fixes a choice.
	 * @param layout of the weights
	 * @param costs of the formats that were measured
	 * @param tile nanoseconds for a float of a tile times a token
	 * @param accelerated nanoseconds for a bfloat16 times a token by an accelerator
	 */
	KernelChoice(PackedKernels kernels, Layout layout, Map<PackedFormat, FormatCosts> costs, double tile,
			double accelerated) {
		this.kernels = kernels;
		this.layout = layout;
		this.costs = Map.copyOf(costs);
		this.tile = tile;
		this.accelerated = accelerated;
		this.tileSplit = new Split(kernels.tileTokens());
		this.tileProducts = new PackedKernels.TileProduct[kernels.tileTokens()[0] + 1];
		for (int size : kernels.tileTokens()) {
			this.tileProducts[size] = kernels.tileProduct(size);
		}
		for (PackedFormat format : PackedFormat.values()) {
			PackedKernels.@Nullable Product[][] all = this.products[format.ordinal()];
			for (int tokens = 1; tokens < all.length; tokens++) {
				for (int g = 1; g < all[tokens].length; g++) {
					all[tokens][g] = kernels.product(format, tokens, g);
				}
			}
		}
	}

	PackedKernels kernels() {
		return this.kernels;
	}

	int interleave() {
		return this.layout.interleave();
	}

	/** Whether one token's kernels are to ask for memory before they read it. */
	boolean isPrefetched() {
		return this.layout.prefetched();
	}

	/**
	 * Lets one token's kernels do so from now on. They take longer to be compiled than
	 * others, which do their work meanwhile.
	 */
	void prefetch(PackedFormat format) {
		int groups = groups(format);
		this.prefetched.set(3 * format.ordinal() + groups, this.kernels.productAhead(format, groups));
	}

	/** Groups that one token is multiplied with at once. */
	int groups(PackedFormat format) {
		return Math.min(this.layout.groups(), groups(format, 1));
	}

	/** Whole-number activations: in pairs if all formats that get them gain from it. */
	Split integerSplit(List<PackedFormat> formats) {
		boolean pairs = formats.stream()
			.filter(PackedFormat::integer)
			.allMatch((format) -> product(format, 2, 1) != null && costs(format).pairs());
		return pairs ? PAIRS : SINGLES;
	}

	Split floatSplit() {
		return FLOATS;
	}

	Split tileSplit() {
		return this.tileSplit;
	}

	/**
	 * Tokens from which on the weights of some matrices are better turned into floats
	 * first.
	 * @param formats of matrices of equal size, with repetitions
	 */
	int tilesFrom(Collection<PackedFormat> formats) {
		return from((tokens) -> sum(formats, (cost) -> cost.packed(tokens)) > tiles(formats, tokens));
	}

	/**
	 * Tokens from which on an accelerator is worth its while, if there is one; parameters
	 * as above.
	 */
	int acceleratedFrom(Collection<PackedFormat> formats) {
		return from((tokens) -> {
			double own = Math.min(sum(formats, (cost) -> cost.packed(tokens)), tiles(formats, tokens));
			int step = TileProducts.TOKEN_STEP;
			int rounded = Math.ceilDiv(tokens, step) * step;
			return own > sum(formats, (cost) -> cost.narrow() + rounded * this.accelerated);
		});
	}

	private double tiles(Collection<PackedFormat> formats, int tokens) {
		return sum(formats, (cost) -> cost.unpack() + tokens * this.tile);
	}

	private double sum(Collection<PackedFormat> formats, ToDoubleFunction<FormatCosts> cost) {
		return formats.stream().mapToDouble((format) -> cost.applyAsDouble(costs(format))).sum();
	}

	/** From where on it is better throughout. */
	private static int from(IntPredicate better) {
		int from = Integer.MAX_VALUE;
		for (int tokens = MOST; tokens > 1 && better.test(tokens); tokens--) {
			from = tokens;
		}
		return from;
	}

	private FormatCosts costs(PackedFormat format) {
		return Objects.requireNonNull(this.costs.get(format), () -> format + " was not measured");
	}

	/** Groups that the kernel for some tokens takes at most. */
	int groups(PackedFormat format, int tokens) {
		return (product(format, tokens, 2) != null) ? 2 : 1;
	}

	PackedKernels.@Nullable Product product(PackedFormat format, int tokens, int groups) {
		return this.products[format.ordinal()][tokens][groups];
	}

	/** The product for one token alone. */
	PackedKernels.Product single(PackedFormat format, int groups) {
		PackedKernels.Product ahead = this.prefetched.get(3 * format.ordinal() + groups);
		return (ahead != null) ? ahead : Objects.requireNonNull(product(format, 1, groups));
	}

	PackedKernels.TileProduct tileProduct(int tokens) {
		return this.tileProducts[tokens];
	}

	/** Such as {@code 2 groups of rows in one stream}. */
	@Override
	public String toString() {
		return "%d bits, %d x 32 rows at once, %s%s".formatted(this.kernels.bits(), this.layout.groups(),
				(this.layout.interleave() > 1) ? "in one stream" : "in streams of their own",
				this.layout.prefetched() ? ", prefetched" : "");
	}

}
