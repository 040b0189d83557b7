package io.github.llamaspring.core.kernel;

/**
 * The Gaussian error linear unit (Hendrycks and Gimpel 2016), with the error function as
 * a quotient of polynomials in its square: within 1e-7, and 1 beyond 4 (as TensorFlow and
 * Eigen have it).
 */
public final class Gelu {

	/** Beyond, the error function is 1 in floats. */
	public static final float MOST = 4;

	public static final float A0 = -1.60960333262415e-02f;

	public static final float A1 = -2.95459980854025e-03f;

	public static final float A2 = -7.34990630326855e-04f;

	public static final float A3 = -5.69250639462346e-05f;

	public static final float A4 = -2.10102402082508e-06f;

	public static final float A5 = 2.77068142495902e-08f;

	public static final float A6 = -2.72614225801306e-10f;

	public static final float B0 = -1.42647390514189e-02f;

	public static final float B1 = -7.37332916720468e-03f;

	public static final float B2 = -1.68282697438203e-03f;

	public static final float B3 = -2.13374055278905e-04f;

	public static final float B4 = -1.45660718464996e-05f;

	public static final float SQRT_HALF = 0.70710678f;

	private Gelu() {
	}

	/** {@code x / 2 * (1 + erf(x / sqrt(2)))}. */
	public static float of(float x) {
		double z = Math.clamp(x * Math.sqrt(0.5), -MOST, MOST);
		double q = z * z;
		double above = (((((A6 * q + A5) * q + A4) * q + A3) * q + A2) * q + A1) * q + A0;
		double below = (((B4 * q + B3) * q + B2) * q + B1) * q + B0;
		return (float) (0.5 * x * (1 + z * above / below));
	}

}
