package io.github.llamaspring.core.vector;

import io.github.llamaspring.core.kernel.RowProjection;
import org.jspecify.annotations.Nullable;

/**
 * Scratch memory that the projections of one network share.
 */
final class Workbench {

	/** Activations of one token for each thread, normalised. */
	final float[][] values;

	/** The same, made ready. */
	final Panel[] panels;

	final Panel.Scratch[] scratch;

	/** Activations of several tokens, made ready. */
	final Panel shared = new Panel();

	/** What all projections have in common. */
	final RowProjection.Scratch rows = new RowProjection.Scratch();

	/** For long prompts, if there is one. */
	final @Nullable Accelerator accelerator;

	private int projections;

	Workbench(int threads, @Nullable Accelerator accelerator) {
		this.accelerator = accelerator;
		this.values = new float[threads][0];
		this.panels = new Panel[threads];
		this.scratch = new Panel.Scratch[threads];
		for (int i = 0; i < threads; i++) {
			this.panels[i] = new Panel();
			this.scratch[i] = new Panel.Scratch();
		}
	}

	/** Called once by each projection. */
	void join() {
		this.projections++;
	}

	/** Called by each projection that is closed; the last one ends the accelerator. */
	void leave() {
		if (--this.projections == 0 && this.accelerator != null) {
			this.accelerator.close();
		}
	}

	void reserve(int columns, int tokens, Panel.Need need) {
		for (int i = 0; i < this.values.length; i++) {
			if (this.values[i].length < columns) {
				this.values[i] = new float[columns];
			}
			this.panels[i].reserve(columns, 1, need);
		}
		this.shared.reserve(columns, tokens, need.withTiles());
		if (this.accelerator != null && need.isSome()) {
			this.accelerator.reserve(columns, tokens);
		}
	}

}
