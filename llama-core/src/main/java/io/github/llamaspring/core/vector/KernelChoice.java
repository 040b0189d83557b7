package io.github.llamaspring.core.vector;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Which layout and kernels are used on this machine. Thread-safe.
 */
final class KernelChoice {

	private static final Split INTEGER = new Split(2, 1);

	private static final Split FLOAT = new Split(4, 2, 1);

	/** Where oneDNN overtakes the integer kernels on Zen 5. */
	private static final int ACCELERATED_FROM = 48;

	private final PackedKernels kernels;

	private final int interleave;

	private final int groups;

	private final int tilesFrom;

	private final Split tileSplit;

	private final PackedKernels.TileProduct[] tileProducts;

	/** {@code [format][tokens][groups]} */
	private final PackedKernels.@Nullable Product[][][] products = new PackedKernels.Product[PackedFormat
		.values().length][5][3];

	/**
	 * Fixes a choice.
	 * @param interleave groups of rows that share one stream of memory
	 * @param groups groups that one token is multiplied with at once
	 * @param tilesFrom tokens from which on weights are turned into floats first
	 */
	KernelChoice(PackedKernels kernels, int interleave, int groups, int tilesFrom) {
		this.kernels = kernels;
		this.interleave = interleave;
		this.groups = groups;
		this.tilesFrom = tilesFrom;
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
		return this.interleave;
	}

	int groups() {
		return this.groups;
	}

	boolean tiles(int tokens) {
		return tokens >= this.tilesFrom;
	}

	/** Whether so many tokens are worth an accelerator, where there is one. */
	boolean accelerates(int tokens) {
		return tokens >= ACCELERATED_FROM;
	}

	/** How several tokens are shared out where weights stay packed. */
	Split split(PackedFormat format) {
		return format.integer() ? INTEGER : FLOAT;
	}

	Split integerSplit() {
		return INTEGER;
	}

	Split floatSplit() {
		return FLOAT;
	}

	Split tileSplit() {
		return this.tileSplit;
	}

	/** Groups that the kernel for some tokens takes at most. */
	int groups(PackedFormat format, int tokens) {
		return (this.products[format.ordinal()][tokens][2] != null) ? 2 : 1;
	}

	PackedKernels.Product product(PackedFormat format, int tokens, int groups) {
		return Objects.requireNonNull(this.products[format.ordinal()][tokens][groups]);
	}

	PackedKernels.TileProduct tileProduct(int tokens) {
		return this.tileProducts[tokens];
	}

}
