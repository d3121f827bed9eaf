"""Which labels of a classifier mean that something follows, and what it then tells; no torch."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from services.errors import InvalidInputError
from services.inference.kinds import Entailment
from services.workers.hub.files import ModelFiles
from services.workers.hub.labels import Numbers, label_names

_STATED: Final = "#"
_BETWEEN: Final = "/"
_MANY: Final = 3
_HOW_TO_STATE: Final = (
    "say what they mean, in the model's order, behind the name, such as"
    " transformers:<id or path>#entailment/neutral/contradiction or #entailment/not_entailment"
)


class Meaning(StrEnum):
    """What a label says of a hypothesis."""

    ENTAILMENT = "entailment"
    NEUTRAL = "neutral"
    CONTRADICTION = "contradiction"
    NOT_ENTAILMENT = "not_entailment"


_MEANINGS: Final = (
    (re.compile(r"(?:not?|non|un)[\W_]*entail(?:ed|ment|s)?"), Meaning.NOT_ENTAILMENT),
    (re.compile(r"entail(?:ed|ment|s)?"), Meaning.ENTAILMENT),
    (re.compile(r"neutral"), Meaning.NEUTRAL),
    (re.compile(r"contradict(?:ion|ory|ed|s)?"), Meaning.CONTRADICTION),
)
_SETS: Final = (
    frozenset({Meaning.ENTAILMENT, Meaning.NEUTRAL, Meaning.CONTRADICTION}),
    frozenset({Meaning.ENTAILMENT, Meaning.NOT_ENTAILMENT}),
)


@dataclass(frozen=True, slots=True)
class EntailmentLabels:
    """The labels of a model, by what they mean.

    Attributes:
        meanings: In the model's order.
    """

    meanings: tuple[Meaning, ...]

    def judgements(self, logits: Numbers) -> tuple[Entailment, ...]:
        """Read the model's numbers, of shape (n, labels); they exclude each other."""
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = powers / powers.sum(axis=1, keepdims=True)
        at = {meaning: number for number, meaning in enumerate(self.meanings)}
        neutral = at[Meaning.NEUTRAL if len(at) == _MANY else Meaning.NOT_ENTAILMENT]
        contradict = at.get(Meaning.CONTRADICTION)
        return tuple(
            Entailment(
                entail=float(row[at[Meaning.ENTAILMENT]]),
                neutral=float(row[neutral]),
                contradict=0.0 if contradict is None else float(row[contradict]),
            )
            for row in shares
        )


def name_and_labels(name: str) -> tuple[str, tuple[str, ...]]:
    """Part ``some/model#entailment/neutral/contradiction`` into the model and its stated labels.

    A # that no labels follow belongs to the name.
    """
    before, found, behind = name.rpartition(_STATED)
    labels = tuple(behind.split(_BETWEEN)) if found else ()
    if not labels or None in map(_meaning, labels):
        return name, ()
    return before, labels


def entailment_labels(files: ModelFiles, stated: Sequence[str] = ()) -> EntailmentLabels:
    """Find out what the labels of a model mean, by their names.

    Args:
        files: The model.
        stated: Names that count instead of its own.

    Raises:
        InvalidInputError: The names do not tell, or others are stated than it has.
    """
    own = label_names(files)
    if stated and len(stated) != len(own):
        raise InvalidInputError(
            f"{len(stated)} labels are stated for {files.name}, which has {len(own)}:"
            f" {', '.join(own)}"
        )
    meanings = tuple(_meaning(label) for label in stated or own)
    known = tuple(meaning for meaning in meanings if meaning is not None)
    if len(known) != len(own) or len(set(known)) != len(own) or frozenset(known) not in _SETS:
        raise InvalidInputError(
            f"the labels {', '.join(stated or own)} of {files.name} do not tell entailment from"
            f" contradiction; {_HOW_TO_STATE}"
        )
    return EntailmentLabels(known)


def _meaning(label: str) -> Meaning | None:
    plain = label.strip().lower()
    return next((meaning for one, meaning in _MEANINGS if one.fullmatch(plain)), None)
