"""Names of files as strangers give them, made harmless to show and to store."""

import unicodedata
from pathlib import PurePosixPath
from typing import Final

_LONGEST: Final = 80
_LONGEST_SUFFIX: Final = 12
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of what is not seen, or turns the direction of what stands beside it."""


def clean_name(name: str) -> str:
    """Give a name of at most 80 characters without folders and characters that mislead.

    The suffix stays, for it decides how the file is read. An empty name becomes ``file``.
    """
    last = seen_line(name.replace("\\", "/").rstrip("/").rpartition("/")[2])
    path = PurePosixPath(last or "file")
    suffix = path.suffix if len(path.suffix) <= _LONGEST_SUFFIX else ""
    stem = path.name.removesuffix(suffix).strip() or "file"
    return stem[: _LONGEST - len(suffix)].strip() + suffix


def seen_line(text: str) -> str:
    """Give a text as one line, with spaces for what is not seen or misleads."""
    return " ".join("".join(" " if _is_unseen(sign) else sign for sign in text).split())


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in _UNSEEN
