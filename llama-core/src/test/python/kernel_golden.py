"""Writes the golden file of GoldenBlocksTest: stored weights and the floats they stand for.

    pip install gguf numpy
    python kernel_golden.py ../resources/io/github/llamaspring/core/kernel/blocks.bin.gz

The floats come from gguf.quants.dequantize, the decoder that llama.cpp's project maintains in Python.
Scales include 0, -0, negative, subnormal and the largest half. For each type: id, elements, bytes
(int32, little-endian), the bytes, the floats.
"""

import gzip
import sys

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType as T
from gguf.quants import dequantize

HALFS = [0x2000, 0xA3C5, 0x0000, 0x8000, 0x0001, 0x83FF, 0x7BFF, 0xFBFF]
SCALES = {T.Q4_1: (0, 2), T.Q5_1: (0, 2), T.Q4_K: (0, 2), T.Q5_K: (0, 2), T.Q2_K: (80, 82), T.Q3_K: (108,), T.Q6_K: (208,)}
QUANTISED = (T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1, T.Q8_0, T.Q2_K, T.Q3_K, T.Q4_K, T.Q5_K, T.Q6_K, T.IQ4_NL, T.IQ4_XS)


def main(path):
    rng = np.random.default_rng(20261122)
    out = bytearray()
    for t in QUANTISED:
        elements, size = GGML_QUANT_SIZES[t]
        blocks = rng.integers(0, 256, (len(HALFS), size), dtype=np.uint8)
        blocks[0, :] = 0xFF
        blocks[1, :] = 0x80
        for at in SCALES.get(t, (0,)):
            for i, half in enumerate(HALFS):
                blocks[i, at:at + 2] = np.frombuffer(np.uint16(HALFS[(i + at // 2) % len(HALFS)]).tobytes(), np.uint8)
        write(out, t, blocks.reshape(-1), len(HALFS) * elements)
    halfs = np.arange(0, 0x10000, 61, dtype=np.uint16)
    write(out, T.F16, halfs[np.isfinite(halfs.view(np.float16))].view(np.uint8), None)
    write(out, T.BF16, rng.integers(0, 0x7F80, 301, dtype=np.uint16).view(np.uint8), None)
    write(out, T.F32, rng.standard_normal(77).astype(np.float32).view(np.uint8), None)
    with open(path, "wb") as f:
        f.write(gzip.compress(bytes(out), 9, mtime=0))


def write(out, t, data, elements):
    with np.errstate(all="ignore"):
        floats = dequantize(data.reshape(1, -1), t).reshape(-1).astype(np.float32)
    assert np.isfinite(floats).all() and elements in (None, floats.size), t
    for v in (int(t), floats.size, data.size):
        out += int(v).to_bytes(4, "little")
    out += data.tobytes() + floats.astype("<f4").tobytes()


if __name__ == "__main__":
    main(sys.argv[1])
