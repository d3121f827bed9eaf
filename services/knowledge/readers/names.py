import os
import unicodedata
from pathlib import Path
from typing import Final

_LONGEST: Final = 200


def printable(text: str) -> str:
    """Take out what would move a terminal's cursor or turn the direction of what follows."""
    return "".join(
        " " if unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp", "Cs"} else character
        for character in text
    )


def clean_name(name: str) -> str:
    """Make a name that a file was given fit for titles: one line, printable, not too long."""
    shown = " ".join(printable(name.encode(errors="replace").decode()).split())
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def identity(path: Path) -> str:
    """Name a file by its absolute path, in text that every database stores."""
    return os.fsencode(path.absolute()).decode(errors="replace").replace("\x00", " ")
