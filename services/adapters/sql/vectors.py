"""Vectors as SQL keeps them: float16, little-endian, row after row."""

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 384


def packed(vectors: NDArray[np.floating]) -> bytes:
    """Pack vectors of shape (d,) or (n, d)."""
    return np.ascontiguousarray(vectors, dtype="<f2").tobytes()


def unpacked(data: bytes) -> NDArray[np.float16]:
    """Unpack to shape (n, d), read-only."""
    return np.frombuffer(data, dtype="<f2").reshape(-1, DIMENSIONS)


def unit_rows(vectors: NDArray[np.float16]) -> NDArray[np.float32]:
    """Widen to float32 and give each row length 1 again, which rounding has changed a little."""
    wide = vectors.astype(np.float32)
    lengths: NDArray[np.float32] = np.linalg.norm(wide, axis=-1, keepdims=True)
    return np.divide(wide, np.maximum(lengths, np.float32(1e-12)), dtype=np.float32)
