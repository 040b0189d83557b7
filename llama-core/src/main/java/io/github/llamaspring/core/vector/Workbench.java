package io.github.llamaspring.core.vector;

import io.github.llamaspring.core.kernel.RowProjection;

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

	Workbench(int threads) {
		this.values = new float[threads][0];
		this.panels = new Panel[threads];
		this.scratch = new Panel.Scratch[threads];
		for (int i = 0; i < threads; i++) {
			this.panels[i] = new Panel();
			this.scratch[i] = new Panel.Scratch();
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
	}

}
