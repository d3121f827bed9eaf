"""The trained heads as files: small, quantised, without pickles."""

from collections.abc import Callable
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.errors import NotFoundError
from services.moderation.text.detecting import Detector, Heads
from services.moderation.text.lexicon import Vocabulary
from services.moderation.text.linear import Calibration, LinearModel

NAMES: Final = ("toxicity_ru", "toxicity_en", "spam")
_VOCABULARY: Final = "vocabulary.npz"
_LEVELS: Final = 127
_PACKAGE: Final = "services.adapters.moderation.weights"


class _Numbers(msgspec.Struct, frozen=True):
    """What of a head is no table."""

    largest: float
    counted: tuple[float, ...]
    bias: float
    threshold: float
    slope: float
    unsure_from: float


def packaged_detector() -> Detector:
    """Make the detector from the weights that come with the code."""
    folder = files(_PACKAGE)
    return Detector(_loaded(lambda name: folder.joinpath(name).read_bytes()))


def saved_detector(folder: Path) -> Detector:
    """Make a detector from a folder that ``save`` wrote.

    Raises:
        NotFoundError: A file is missing.
    """
    try:
        return Detector(_loaded(lambda name: (folder / name).read_bytes()))
    except FileNotFoundError as error:
        raise NotFoundError(f"{folder} holds no trained weights") from error


def save(heads: Heads, folder: Path) -> None:
    """Write all heads; each weight becomes one byte."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = heads.vocabulary
    np.savez_compressed(
        folder / _VOCABULARY,
        rude=np.frombuffer("\n".join(vocabulary.rude).encode(), dtype=np.uint8),
        ordinary=np.array(sorted(vocabulary.ordinary), dtype=np.uint32),
    )
    for name, model in zip(NAMES, (heads.russian, heads.english, heads.spam), strict=True):
        codes, largest = _quantised(model.weights)
        set_to = model.calibration
        numbers = _Numbers(largest, model.counted, model.bias, set_to.threshold, set_to.slope,
                           set_to.unsure_from)  # fmt: skip
        np.savez_compressed(
            folder / f"{name}.npz", codes=codes,
            numbers=np.frombuffer(msgspec.json.encode(numbers), dtype=np.uint8),
        )  # fmt: skip


def _quantised(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], float]:
    """Write weights as signed square roots: small ones, of which there are most, stay exact."""
    largest = float(np.abs(weights).max()) or 1.0
    roots = np.sqrt(np.abs(weights) / largest) * np.sign(weights)
    return np.rint(roots * _LEVELS).astype(np.int8), largest


def _weights(codes: NDArray[np.int8], largest: float) -> NDArray[np.float32]:
    roots = codes.astype(np.float32) / np.float32(_LEVELS)
    return np.asarray(roots * np.abs(roots) * np.float32(largest), dtype=np.float32)


def _loaded(read: Callable[[str], bytes]) -> Heads:
    words = np.load(BytesIO(read(_VOCABULARY)), allow_pickle=False)
    rude = bytes(words["rude"]).decode()
    russian, english, spam = (_model(read(f"{name}.npz")) for name in NAMES)
    return Heads(
        vocabulary=Vocabulary(tuple(rude.split("\n")), frozenset(words["ordinary"].tolist())),
        russian=russian, english=english, spam=spam,
    )  # fmt: skip


def _model(content: bytes) -> LinearModel:
    stored = np.load(BytesIO(content), allow_pickle=False)
    numbers = msgspec.json.decode(bytes(stored["numbers"]), type=_Numbers)
    return LinearModel(
        weights=_weights(stored["codes"], numbers.largest),
        counted=numbers.counted, bias=numbers.bias,
        calibration=Calibration(threshold=numbers.threshold, slope=numbers.slope,
                                unsure_from=numbers.unsure_from),
    )  # fmt: skip
