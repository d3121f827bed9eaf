"""Pairs of rude sentences and their rewrites, read from the file named in the model card."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.errors import NotFoundError

PAIRS: Final = "russe_detox_train.tsv"
_FORMS: Final = "obscene_forms_ru.txt"
_REWRITES: Final = ("neutral_comment1", "neutral_comment2", "neutral_comment3")


@dataclass(frozen=True, slots=True)
class Pair:
    """A rude sentence and polite forms of it."""

    source: str
    rewrites: tuple[str, ...]


def read_pairs(directory: Path) -> list[Pair]:
    """Read all pairs.

    Raises:
        NotFoundError: The file is missing.
    """
    path = directory / PAIRS
    if not path.is_file():
        raise NotFoundError(f"{PAIRS} is not in {directory}")
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [
            Pair(row["toxic_comment"], tuple(
                rewrite for name in _REWRITES if (rewrite := (row.get(name) or "").strip())
            ))
            for row in rows
        ]  # fmt: skip


def read_forms(directory: Path) -> frozenset[str]:
    """Read the list of obscene forms, folded.

    Raises:
        NotFoundError: The file is missing.
    """
    path = directory / _FORMS
    if not path.is_file():
        raise NotFoundError(f"{_FORMS} is not in {directory}")
    return frozenset(path.read_text("utf-8").lower().replace("ё", "е").splitlines())
