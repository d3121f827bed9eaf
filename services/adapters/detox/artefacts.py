"""The learnt parts of detox as files: a table of weights and a dictionary."""

from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from services.moderation.detox.dictionary import Dictionary
from services.moderation.detox.editing import EditModel

_EDITING, _DICTIONARY = "editing.npz", "dictionary.json"
_LEVELS: Final = 127
_PACKAGE: Final = "services.adapters.detox.weights"


def save(model: EditModel, dictionary: Dictionary, folder: Path) -> None:
    """Write both; each weight becomes one byte."""
    folder.mkdir(parents=True, exist_ok=True)
    largest = np.abs(model.weights).max(axis=1, keepdims=True)
    roots = np.sqrt(np.abs(model.weights) / largest) * np.sign(model.weights)
    np.savez_compressed(
        folder / _EDITING, codes=np.rint(roots * _LEVELS).astype(np.int8), largest=largest,
        biases=np.array(model.biases),
    )  # fmt: skip
    (folder / _DICTIONARY).write_bytes(msgspec.json.encode(dictionary) + b"\n")


def packaged_parts() -> tuple[EditModel, Dictionary]:
    """Read what comes with the code."""
    folder = files(_PACKAGE)
    stored = np.load(BytesIO(folder.joinpath(_EDITING).read_bytes()), allow_pickle=False)
    roots = stored["codes"].astype(np.float32) / np.float32(_LEVELS)
    weights = np.asarray(roots * np.abs(roots) * stored["largest"], dtype=np.float32)
    content = folder.joinpath(_DICTIONARY).read_bytes()
    left_out, replaced = stored["biases"].tolist()
    return EditModel(weights, (left_out, replaced)), msgspec.json.decode(content, type=Dictionary)
