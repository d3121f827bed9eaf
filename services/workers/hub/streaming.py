"""Tokens to a text that grows, without halves of letters and of markers."""

from collections.abc import Callable, Sequence
from typing import Final

_HALF: Final = "\ufffd"
# No letter has more bytes; whoever goes on without end writes no letters at all.
_LONGEST_LETTER: Final = 8
_THINKS: Final = "<think>"
_THOUGHT: Final = "</think>"


class WrittenText:
    """What a model has written so far."""

    def __init__(
        self,
        decode: Callable[[Sequence[int]], str],
        *,
        stops: Sequence[str] = (),
        one_line: bool = False,
    ) -> None:
        """Begin without text.

        Args:
            decode: Gives the text of tokens.
            stops: The text ends before the first of these.
            one_line: The text ends with its first line.
        """
        self._decode = decode
        self._stops = (*stops, "\n") if one_line else tuple(stops)
        self._tokens: list[int] = []
        # The text of a token depends on those before it: the window begins where the last piece
        # did, as vLLM and TGI do it.
        self._begin = self._end = 0
        self._raw = ""

    def add(self, tokens: Sequence[int]) -> bool:
        """Take further tokens; tells whether the text is over."""
        self._tokens += tokens
        self._take()
        return self._stop(self._spoken()) is not None

    @property
    def so_far(self) -> str:
        """The text, without an end that could become the beginning of a stop."""
        spoken = self._spoken()
        stop = self._stop(spoken)
        if stop is not None:
            return spoken[:stop].rstrip()
        held = max((_overlap(spoken, stop) for stop in self._stops), default=0)
        return spoken[: len(spoken) - held]

    def whole(self) -> str:
        """Give the text when no token follows."""
        self._take(final=True)
        spoken = self._spoken()
        return spoken[: self._stop(spoken)].rstrip()

    def _take(self, *, final: bool = False) -> None:
        known = self._decode(self._tokens[self._begin : self._end])
        text = self._decode(self._tokens[self._begin :])
        if final:
            text = text.rstrip(_HALF)
        elif text.endswith(_HALF) and not text.endswith(_HALF * _LONGEST_LETTER):
            return
        self._raw += text[len(known) :]
        self._begin, self._end = self._end, len(self._tokens)

    def _spoken(self) -> str:
        """Give what was not only thought aloud before the answer."""
        text = self._raw.lstrip()
        if text.startswith(_THINKS):
            return text.partition(_THOUGHT)[2].lstrip()
        return "" if text and _THINKS.startswith(text) else text

    def _stop(self, text: str) -> int | None:
        found = [place for place in map(text.find, self._stops) if place >= 0]
        return min(found, default=None)


def _overlap(text: str, stop: str) -> int:
    """Count the characters at the end of a text that a stop could begin with."""
    longest = min(len(text), len(stop) - 1)
    return next((n for n in range(longest, 0, -1) if stop.startswith(text[-n:])), 0)
