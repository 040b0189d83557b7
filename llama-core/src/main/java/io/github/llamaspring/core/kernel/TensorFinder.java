package io.github.llamaspring.core.kernel;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

import io.github.llamaspring.core.error.GgufFormatException;
import io.github.llamaspring.core.gguf.GgufFile;
import io.github.llamaspring.core.gguf.GgufTensor;

/**
 * Looks the tensors of a network up in a file and remembers which were used. Used by one
 * thread.
 */
public final class TensorFinder {

	private final GgufFile file;

	private final Kernels kernels;

	private final String architecture;

	private final Set<String> used = new HashSet<>();

	/**
	 * A finder that has found nothing yet.
	 * @param kernels to turn vectors into floats
	 * @param architecture what people call the network, for messages
	 */
	public TensorFinder(GgufFile file, Kernels kernels, String architecture) {
		this.file = file;
		this.kernels = kernels;
		this.architecture = architecture;
	}

	public boolean has(String name) {
		return this.file.tensor(name) != null;
	}

	/**
	 * A matrix as the file holds it.
	 * @throws GgufFormatException if it is missing or has another shape
	 */
	public WeightMatrix matrix(String name, int rows, int cols) {
		GgufTensor tensor = tensor(name, cols, rows);
		return new WeightMatrix(tensor.type(), tensor.data(), rows, cols);
	}

	/**
	 * A vector as floats.
	 * @throws GgufFormatException if it is missing or has another shape
	 */
	public float[] vector(String name, int length) {
		GgufTensor tensor = tensor(name, length);
		return floats(new WeightMatrix(tensor.type(), tensor.data(), 1, length));
	}

	/**
	 * The rows of a matrix as floats, one behind the other.
	 */
	public float[] floats(WeightMatrix matrix) {
		float[] values = new float[Math.multiplyExact(matrix.rows(), matrix.cols())];
		for (int row = 0; row < matrix.rows(); row++) {
			this.kernels.row(matrix, row, values, row * matrix.cols());
		}
		return values;
	}

	private GgufTensor tensor(String name, long... shape) {
		GgufTensor tensor = this.file.tensor(name);
		if (tensor == null) {
			throw new GgufFormatException("%s: tensor '%s' is missing".formatted(this.file.describe(), name));
		}
		if (!Arrays.equals(tensor.shape(), shape)) {
			throw new GgufFormatException("%s: tensor '%s' has shape %s where the metadata ask for %s"
				.formatted(this.file.describe(), name, Arrays.toString(tensor.shape()), Arrays.toString(shape)));
		}
		this.used.add(name);
		return tensor;
	}

	/**
	 * Checks that nothing of the file would be left out.
	 * @throws GgufFormatException if a tensor was not looked up
	 */
	public void requireAllUsed() {
		for (GgufTensor tensor : this.file.tensors()) {
			if (!this.used.contains(tensor.name())) {
				throw new GgufFormatException(
						"%s: tensor '%s' is not part of the %s architecture as this engine computes it".formatted(
								this.file.describe(), tensor.name().replaceAll("[^\\x20-\\x7e]", "?"),
								this.architecture));
			}
		}
	}

}
