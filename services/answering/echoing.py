"""Words of the instructions that a model repeats: they are for no reader, whatever they share."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

import razdel

ECHO: Final = 5
"""So many words of the instructions in a row, which no source has in a row, are an echo."""
_WORD: Final = re.compile(r"\w+")
_MARKER: Final = re.compile(r"[\[【][\d\s,;]*[\]】]")


class Echoes:
    """Takes sentences out of a text that repeat the instructions of its model.

    The verifier cannot tell them: "Use only what the sources say" is carried by a passage that
    speaks of sources. What a source says too is no echo.
    """

    def __init__(self, instructions: Iterable[str], sources: Iterable[str]) -> None:
        """Take what the model was told, and the evidence."""
        told = {run for text in instructions for run in _runs(_words(text))}
        self._told = told - {run for text in sources for run in _runs(_words(text))}

    def without(self, text: str) -> str:
        """Give the text without the sentences that hold an echo, or a part of one.

        Example:
            >>> told = Echoes(["Use only what the sources say."], ["Соль добавляют в конце."])
            >>> told.without("Use only what the sources say [1]. Соль добавляют в конце [2].")
            'Соль добавляют в конце [2].'
        """
        echoed = list(self._places(text))
        if not echoed:
            return text
        spans = [span for span in _sentences(text) if _meets(span, echoed)]
        edges = [0, *(edge for span in spans for edge in span), len(text)]
        return "".join(text[a:b] for a, b in list(pairwise(edges))[::2]).strip()

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        """Find the stretches that repeat the instructions, markers in between or not."""
        bare = _MARKER.sub(lambda marker: " " * len(marker.group()), text)
        words = [(match.group().casefold(), match.span()) for match in _WORD.finditer(bare)]
        for at, run in enumerate(_runs([word for word, _ in words])):
            if run in self._told:
                yield words[at][1][0], words[at + ECHO - 1][1][1]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + ECHO]) for at in range(len(words) - ECHO + 1))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Find each sentence of each line, with the space behind it."""
    for line in re.finditer(r"[^\n]+", text):
        starts = [line.start() + one.start for one in razdel.sentenize(line.group())]
        yield from pairwise([*starts, line.end()])


def _meets(span: tuple[int, int], places: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in places)
