"""Text with formatting as Telegram counts it, until it becomes HTML in parts that fit."""

import html
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from aiogram.types import MessageEntity
from aiogram.utils.text_decorations import html_decoration

from handlers.i18n import Markup
from services.knowledge.visible import visible

LIMIT: Final = 4096
"""UTF-16 units of one message after its entities are parsed."""
_BREAKS: Final = ("\n\n", "\n", ". ", " ")


@dataclass(frozen=True, slots=True)
class Span:
    """Formatting of a stretch of text, in characters.

    Attributes:
        kind: As in the Bot API: ``bold``, ``text_link``, ``expandable_blockquote``...
        url: Of a link.
        language: Of a code block.
    """

    kind: str
    start: int
    end: int
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class RichText:
    """Plain text beside its formatting; nothing in the text can become markup."""

    text: str = ""
    spans: tuple[Span, ...] = field(default=())

    def __add__(self, other: "RichText | str") -> "RichText":
        """Append, moving the other's formatting along."""
        tail = RichText(other) if isinstance(other, str) else other
        moved = (
            replace(span, start=span.start + len(self.text), end=span.end + len(self.text))
            for span in tail.spans
        )
        return RichText(self.text + tail.text, (*self.spans, *moved))

    def styled(self, kind: str, url: str | None = None) -> "RichText":
        """Put formatting around the whole."""
        whole = Span(kind, 0, len(self.text), url)
        return RichText(self.text, (whole, *self.spans)) if self.text else self

    def parts(self, limit: int = LIMIT) -> list["RichText"]:
        """Cut into parts of at most ``limit`` UTF-16 units, between paragraphs where possible.

        White space at the edges of a part is dropped, as Telegram does; formatting that spans a
        cut goes on in the next part. Parts of nothing but white space are left out.
        """
        cuts = _cuts(self.text, limit)
        pieces = (self._piece(start, end) for start, end in zip([0, *cuts], cuts, strict=False))
        return [piece for piece in pieces if piece.text]

    def html(self) -> Markup:
        """Write it as Telegram HTML, escaped."""
        entities = [self._entity(span) for span in _nested(self.spans)]
        return Markup(html_decoration.unparse(self.text, entities))

    def _piece(self, start: int, end: int) -> "RichText":
        raw = self.text[start:end]
        start += len(raw) - len(raw.lstrip())
        end = start + len(raw.strip())
        clipped = (
            replace(span, start=max(span.start, start) - start, end=min(span.end, end) - start)
            for span in self.spans
            if span.start < end and span.end > start
        )
        return RichText(self.text[start:end], tuple(clipped))

    def _entity(self, span: Span) -> MessageEntity:
        return MessageEntity(
            type=span.kind,
            offset=utf16_length(self.text[: span.start]),
            length=utf16_length(self.text[span.start : span.end]),
            # aiogram puts the address into the attribute as it is.
            url=None if span.url is None else html.escape(span.url),
            language=None if span.language is None else html.escape(span.language),
        )


def utf16_length(text: str) -> int:
    """Count as Telegram counts: characters beyond the basic plane are two."""
    return len(text) + sum(character > "\uffff" for character in text)


def cleaned(text: str) -> str:
    """Drop what cannot be sent or seen: lone surrogates, control and zero-width characters."""
    return "".join(
        character
        for character in visible(text)
        if character in "\t\n" or (character >= " " and not "\ud800" <= character <= "\udfff")
    )


def _outer_first(span: Span) -> tuple[int, int]:
    return span.start, -span.end


def _nested(spans: Sequence[Span]) -> list[Span]:
    """Cut spans where they would overlap in part, so that each lies within the one around it."""
    waiting = sorted(spans, key=_outer_first)
    nested: list[Span] = []
    around: list[Span] = []
    while waiting:
        span = waiting.pop(0)
        while around and around[-1].end <= span.start:
            around.pop()
        if around and span.end > around[-1].end:
            cut = around[-1].end
            insort(waiting, replace(span, start=cut), key=_outer_first)
            span = replace(span, end=cut)
        nested.append(span)
        around.append(span)
    return nested


def _cuts(text: str, limit: int) -> list[int]:
    """Find where parts end; the last cut is the end of the text."""
    cuts: list[int] = []
    start = 0
    while start < len(text):
        end = _fitting(text, start, limit)
        if end < len(text):
            end = _better_break(text, start, end)
        cuts.append(end)
        start = end
    return cuts


def _fitting(text: str, start: int, limit: int) -> int:
    units, end = 0, start
    while end < len(text) and (units := units + utf16_length(text[end])) <= limit:
        end += 1
    return max(end, start + 1)


def _better_break(text: str, start: int, end: int) -> int:
    """Move a cut back to the best break in the last half of the part."""
    for mark in _BREAKS:
        found = text.rfind(mark, start + (end - start) // 2, end)
        if found > start:
            return found + len(mark)
    return end
