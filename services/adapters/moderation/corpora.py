"""The training data of moderation, read from the files that are named in ``docs/models``."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from services.errors import NotFoundError

RUSSE, VK, PARADETOX = "russe_detox_train.tsv", "vk_comments_dev.tsv", "paradetox_en_train.tsv"
SPAM, HAM, FORMS = "telegram_spam_dev.txt", "telegram_ham_dev.txt", "obscene_forms_ru.txt"
FILES: Final = (RUSSE, VK, PARADETOX, SPAM, HAM, FORMS)


class Origin(StrEnum):
    """Where an example comes from."""

    RUSSE = "russe"
    VK = "vk"
    PARADETOX = "paradetox"
    SPAM = "spam"
    HAM = "ham"


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its label.

    Attributes:
        group: Texts that belong together, such as a sentence and its rewrites, share it.
    """

    text: str
    is_bad: bool
    origin: Origin
    group: str


def load(directory: Path) -> list[Example]:
    """Read all examples.

    Raises:
        NotFoundError: A file is missing; the message names it.
    """
    for name in FILES:
        if not (directory / name).is_file():
            raise NotFoundError(f"{name} is not in {directory}")
    return [
        *_pairs(directory / RUSSE, Origin.RUSSE, "toxic_comment", "neutral_comment"),
        *_pairs(directory / PARADETOX, Origin.PARADETOX, "toxic", "neutral"),
        *(Example(row["text"], row["toxic"].strip().startswith("1"), Origin.VK, f"vk{at}")
          for at, row in enumerate(_rows(directory / VK))),
        *_lines(directory / SPAM, Origin.SPAM, is_bad=True),
        *_lines(directory / HAM, Origin.HAM, is_bad=False),
    ]  # fmt: skip


def obscene_forms(directory: Path) -> frozenset[str]:
    """Read the list of inflected obscene forms; it holds ordinary words, too."""
    text = (directory / FORMS).read_text("utf-8")
    return frozenset(line.strip().lower().replace("ё", "е") for line in text.splitlines())


def digest(directory: Path) -> str:
    """Tell this data from other data: SHA-256 over all files, in order."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((directory / name).read_bytes())
    return digest.hexdigest()


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")


def _pairs(path: Path, origin: Origin, rude: str, polite: str) -> Iterator[Example]:
    for at, row in enumerate(_rows(path)):
        yield Example(row[rude], is_bad=True, origin=origin, group=f"{origin}{at}")
        for number in ("1", "2", "3"):
            rewrite = (row.get(polite + number) or "").strip()
            if rewrite:
                yield Example(rewrite, is_bad=False, origin=origin, group=f"{origin}{at}")


def _lines(path: Path, origin: Origin, *, is_bad: bool) -> Iterator[Example]:
    for at, line in enumerate(path.read_text("utf-8").splitlines()):
        if line.strip():
            yield Example(line.strip(), is_bad, origin, f"{origin}{at}")
