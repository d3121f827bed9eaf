"""The Russian dictionary, told of no letter that it fails on."""

import re
from typing import Any, Final

import pymorphy3

_NAMELESS: Final = re.compile("[^\x00-\uffff]")
"""Beyond the basic plane some letters have no name in Unicode, and pymorphy3 asks for it."""


class RussianDictionary(pymorphy3.MorphAnalyzer):  # type: ignore[misc]  # it has no types
    """``pymorphy3.MorphAnalyzer`` for words of any letters; 0.1 s and 20 MB."""

    def __init__(self) -> None:
        super().__init__(lang="ru")

    def parse(self, word: str) -> Any:  # noqa: ANN401  pymorphy3 has no types
        """Analyse a word; strange letters count as marks."""
        return super().parse(_NAMELESS.sub("?", word))
