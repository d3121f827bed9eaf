import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from services.errors import InvalidInputError
from services.workers.packaged.e5_tokens import Segmenter
from services.workers.packaged.e5_weights import E5File, Vocabulary, dequantize

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁при", "вет", "▁", "п", "р", "и", "▁hi"]
SCORES = [0.0, 0.0, 0.0, 0.0, -2.0, -2.0, -3.0, -6.0, -6.0, -6.0, -1.5]


def _block(scale: float, nibbles: list[int]) -> bytes:
    return np.float16(scale).tobytes() + bytes(nibbles)


def _file(block_size: int = 32) -> bytes:
    letters = "".join(PIECES).encode()
    starts = np.cumsum([0] + [len(piece.encode()) for piece in PIECES])
    body = b"E5S1" + struct.pack("<I7ifi", 1, 32, 1, 1, 32, 11, 4, 1, 1e-12, block_size)
    body += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(letters))
    body += starts.astype("<u4").tobytes() + np.array(SCORES, "<f4").tobytes() + letters
    table = struct.pack("<IBI", ord("\n"), 1, ord(" ")) + struct.pack("<IB", 0x200B, 0)
    body += struct.pack("<iI", 2, len(table)) + table
    floats, matrix = np.array([1.5, -2.0], "<f4").tobytes(), _block(0.5, [0xF0] * 16)
    names = [b"emb.type", b"emb.word"]
    data_at = len(body) + 4 + sum(2 + len(name) + 21 for name in names)
    body += struct.pack("<i", 2)
    for name, kind, count, start, size in (
        (names[0], 0, 2, data_at, len(floats)),
        (names[1], 1, 32, data_at + len(floats), len(matrix)),
    ):
        body += struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", kind, count, start, size)
    return body + floats + matrix


def test_low_nibbles_are_the_first_half_of_a_block_and_eight_is_zero() -> None:
    data = _block(0.5, [0x80, 0x1F, 0x08, *[0x88] * 13])
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
    expected = np.zeros(32)
    expected[:2] = [-4.0, 3.5]
    expected[17:19] = [-3.5, -4.0]
    np.testing.assert_array_equal(dequantize(blocks), expected[None, :])


def test_reads_sizes_vocabulary_and_tensors(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(_file())
    file = E5File(path)
    assert (file.sizes.hidden, file.sizes.vocabulary, file.sizes.positions) == (32, 11, 4)
    assert file.vocabulary.pieces == PIECES
    assert file.vocabulary.scores == SCORES
    assert file.vocabulary.replacements == {ord("\n"): " ", 0x200B: ""}
    np.testing.assert_array_equal(file.vector("emb.type"), [1.5, -2.0])
    np.testing.assert_array_equal(dequantize(file.blocks("emb.word")), [[-4.0] * 16 + [3.5] * 16])


@pytest.mark.parametrize("content", [b"GGUF" + bytes(200), _file(block_size=64)])
def test_refuses_another_format(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(content)
    with pytest.raises(InvalidInputError, match=r"weights\.bin"):
        E5File(path)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("привет", ["▁при", "вет"]),
        ("hi  \n при\u200bвет", ["▁hi", "▁при", "вет"]),
        ("рвет", ["▁", "р", "вет"]),
        ("hi🦄", ["▁hi", "<unk>"]),
        ("hi ", ["▁hi", "▁"]),
    ],
)
def test_segments_by_the_greatest_sum_of_scores(text: str, pieces: list[str]) -> None:
    segmenter = Segmenter(
        Vocabulary(
            pieces=PIECES, scores=SCORES, begin=0, end=2, unknown=3,
            replacements={ord("\n"): " ", 0x200B: ""},
        )
    )  # fmt: skip
    assert [PIECES[number] for number in segmenter.ids(text)] == pieces


def test_long_texts_without_a_space_do_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(_file())
    segmenter = Segmenter(E5File(path).vocabulary)
    tracemalloc.start()
    try:
        for number in range(40):
            segmenter.ids("при" * 1000 + "и" * number)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 200_000
