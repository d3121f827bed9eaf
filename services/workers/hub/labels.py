"""Which labels of a classifier mean toxic, and what its numbers then mean; no torch."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.errors import InvalidInputError
from services.workers.hub.files import ModelFiles

Numbers = NDArray[np.float32]

_HARM: Final = re.compile(
    r"toxi|obscen|insult|threat|hate|hatred|attack|abus|offens|profan|harass|sexual|rude|swear"
    r"|токсич|оскорб|угроз|обсцен|непристой|ненавист"
)
_NO_HARM: Final = re.compile(
    r"(non|not|no|un|не)[\W_]*(toxi|obscen|insult|threat|hate|abus|offens|profan|rude|токсич|оскорб)"
    r"|(neutral|ok|okay|safe|clean|normal|none|neither|good|polite|нейтральн\w*|норма\w*)$"
)
_NAMELESS: Final = re.compile(r"label_\d+")
_MANY: Final = "multi_label_classification"
_ONE: Final = "single_label_classification"
_DEFAULT_LABELS: Final = 2


class Reading(StrEnum):
    """What the numbers that a model gives become."""

    EXCLUSIVE = "softmax"
    INDEPENDENT = "sigmoid"
    PLAIN = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToxicLabels:
    """The labels of a classifier, and how toxicity follows from them.

    Attributes:
        names: All labels, in the model's order.
        harmful: Numbers of those that mean toxic.
        harmless: Numbers of those that mean the contrary.
        reading: What the numbers become.
    """

    names: tuple[str, ...]
    harmful: tuple[int, ...]
    harmless: tuple[int, ...]
    reading: Reading

    def probabilities(self, logits: Numbers) -> Numbers:
        """Tell the probability of each label, from the model's numbers of shape (n, labels)."""
        result: Numbers
        if self.reading is Reading.PLAIN:
            result = logits.clip(0, 1)
        elif self.reading is Reading.INDEPENDENT:
            result = 1 / (1 + np.exp(-logits.clip(-80, 80)))
        else:
            powers = np.exp(logits - logits.max(axis=1, keepdims=True))
            result = powers / powers.sum(axis=1, keepdims=True)
        return result

    def scores(self, probabilities: Numbers) -> Numbers:
        """Tell how probably each text is toxic.

        Labels that exclude each other add up; of others the most probable harm counts, or the
        want of harmlessness.
        """
        harm = probabilities[:, self.harmful]
        if self.reading is Reading.EXCLUSIVE:
            total: Numbers = harm.sum(axis=1).clip(0, 1)
            return total
        doubts = 1 - probabilities[:, self.harmless]
        worst: Numbers = np.concatenate([harm, doubts], axis=1).max(axis=1)
        return worst


class _Config(msgspec.Struct, frozen=True):
    id2label: dict[str, str] | None = None
    num_labels: int | None = None
    problem_type: str | None = None


def label_names(files: ModelFiles) -> tuple[str, ...]:
    """List the labels of a classifier, in its order.

    Raises:
        InvalidInputError: Its configuration cannot be read.
    """
    return _names(_config(files))


def toxic_labels(files: ModelFiles) -> ToxicLabels:
    """Find out which labels mean toxic, by their names.

    Two labels without names are neutral and toxic, in this order, and one is toxic. Several harmful
    labels do not exclude each other, unless the configuration says so.

    Raises:
        InvalidInputError: The names do not tell.
    """
    config = _config(files)
    names = _names(config)
    harmless = tuple(at for at, name in enumerate(names) if _NO_HARM.match(name.lower().strip()))
    harmful = tuple(at for at, name in enumerate(names)
                    if at not in harmless and _HARM.search(name.lower()))  # fmt: skip
    if not harmful:
        harmful = _harmful_by_place(names, harmless)
    if not harmful and not harmless:
        raise InvalidInputError(
            f"none of the labels of {files.name} says toxic: {', '.join(names)}; needed is a"
            " classifier with labels such as neutral and toxic"
        )
    return ToxicLabels(
        names=names, harmful=harmful, harmless=harmless, reading=_reading(config, names, harmful)
    )


def _harmful_by_place(names: Sequence[str], harmless: Sequence[int]) -> tuple[int, ...]:
    if len(names) == 1 and not harmless:
        return (0,)
    if len(names) == len(harmless) + 1:
        return tuple(at for at in range(len(names)) if at not in harmless)
    nameless = all(_NAMELESS.fullmatch(name.lower()) for name in names)
    return (1,) if nameless and len(names) == _DEFAULT_LABELS else ()


def _reading(config: _Config, names: Sequence[str], harmful: Sequence[int]) -> Reading:
    if config.problem_type == "regression":
        return Reading.PLAIN
    if len(names) == 1 or config.problem_type == _MANY:
        return Reading.INDEPENDENT
    if config.problem_type == _ONE or len(harmful) == 1:
        return Reading.EXCLUSIVE
    return Reading.INDEPENDENT


def _names(config: _Config) -> tuple[str, ...]:
    if config.id2label:
        in_order = sorted(config.id2label.items(), key=lambda entry: int(entry[0]))
        return tuple(name for _, name in in_order)
    count = _DEFAULT_LABELS if config.num_labels is None else config.num_labels
    return tuple(f"LABEL_{number}" for number in range(count))


def _config(files: ModelFiles) -> _Config:
    try:
        raw = (files.folder / "config.json").read_bytes()
        config = msgspec.json.decode(raw, type=_Config, strict=False)
        _names(config)
    except (OSError, ValueError) as error:
        raise InvalidInputError(f"config.json of the model {files.name} cannot be read") from error
    return config
