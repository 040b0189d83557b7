package io.github.llamaspring.core.encoder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Builds the table that SentencePiece looks its rules up in (Darts-clone's units), in the
 * simplest way: children go to the first place that is free for all.
 */
final class DoubleArray {

	private int[] units = new int[1 << 12];

	private final BitSet used = new BitSet();

	private final List<byte[]> keys;

	private final List<Integer> values;

	private int free = 1;

	private DoubleArray(SortedMap<byte[], Integer> rules) {
		this.keys = new ArrayList<>(rules.keySet());
		this.values = new ArrayList<>(rules.values());
	}

	/** The units' bytes. */
	static byte[] of(SortedMap<byte[], Integer> rules) {
		DoubleArray array = new DoubleArray(rules);
		array.used.set(0);
		array.children(0, 0, array.keys.size(), 0);
		int size = (array.used.length() | 0xff) + 1;
		ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
		bytes.asIntBuffer().put(Arrays.copyOf(array.units, size));
		return bytes.array();
	}

	/** Places the children of a node, which are keys alike up to a depth. */
	private void children(int node, int from, int to, int depth) {
		Map<Integer, int[]> ranges = new TreeMap<>();
		for (int i = from; i < to; i++) {
			byte[] key = this.keys.get(i);
			int label = (key.length == depth) ? 0 : key[depth] & 0xff;
			int index = i;
			ranges.computeIfAbsent(label, (it) -> new int[] { index, index })[1] = i + 1;
		}
		int base = base(node, ranges);
		int offset = node ^ base;
		this.units[node] |= (offset < 1 << 21) ? offset << 10 : offset >>> 8 << 10 | 1 << 9;
		ranges.keySet().forEach((label) -> {
			reserve(base ^ label);
			this.used.set(base ^ label);
		});
		ranges.forEach((label, range) -> {
			int child = base ^ label;
			if (label == 0) {
				this.units[node] |= 1 << 8;
				this.units[child] = this.values.get(range[0]) | 1 << 31;
			}
			else {
				this.units[child] |= label;
				children(child, range[0], range[1], depth + 1);
			}
		});
	}

	private int base(int node, Map<Integer, int[]> ranges) {
		this.free = this.used.nextClearBit(this.free);
		for (int place = this.free;; place = this.used.nextClearBit(place + 1)) {
			int base = place ^ ranges.keySet().iterator().next();
			boolean fits = ranges.keySet().stream().noneMatch((label) -> this.used.get(base ^ label));
			int offset = node ^ base;
			if (fits && base > 0 && (offset < 1 << 21 || (offset & 0xff) == 0)) {
				return base;
			}
		}
	}

	private void reserve(int unit) {
		if (unit >= this.units.length) {
			this.units = Arrays.copyOf(this.units, Math.max(2 * this.units.length, unit + 1));
		}
	}

}
