"""Vectors as SQL keeps them: float16, little-endian, row after row."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 384
_BYTES = 2 * DIMENSIONS


def packed(vectors: NDArray[np.floating]) -> bytes:
    """Pack vectors of shape (d,) or (n, d)."""
    return np.ascontiguousarray(vectors, dtype="<f2").tobytes()


def unpacked(data: bytes) -> NDArray[np.float16]:
    """Unpack to shape (n, d), read-only."""
    return np.frombuffer(data, dtype="<f2").reshape(-1, DIMENSIONS)


def unit_rows(vectors: NDArray[np.float16]) -> NDArray[np.float32]:
    """Widen to float32 and give each row length 1 again, which rounding has changed a little."""
    wide = vectors.astype(np.float32)
    lengths: NDArray[np.float32] = np.sqrt(np.einsum("ij,ij->i", wide, wide))
    wide /= np.maximum(lengths, np.float32(1e-12))[:, None]
    return wide


def unit_arrays(packed_arrays: Sequence[bytes]) -> list[NDArray[np.float32]]:
    """Unpack several arrays to unit rows with one conversion for all of them.

    Args:
        packed_arrays: Each one or more vectors.

    Returns:
        For each its vectors, shape (n, 384): views of one array.
    """
    rows = unit_rows(unpacked(b"".join(packed_arrays)))
    ends = np.cumsum([len(data) // _BYTES for data in packed_arrays]).tolist()
    return [rows[start:end] for start, end in zip([0, *ends], ends, strict=False)]
