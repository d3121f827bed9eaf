from dataclasses import dataclass

from services.knowledge.models import SourceDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedSource:
    """Something that could not be read, and why, in a sentence for people."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSpan:
    """The stretch of a chat that an export covers: message ids from first to last."""

    export: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSource:
    """What a reader made of one file or page.

    Attributes:
        documents: In reading order.
        spans: For exports: what they cover, so that deletions can be told.
        skipped: What could not be read.
    """

    documents: tuple[SourceDocument, ...] = ()
    spans: tuple[ExportSpan, ...] = ()
    skipped: tuple[SkippedSource, ...] = ()


def unreadable(source: str, reason: str) -> ReadSource:
    """Make the result for a source that gave nothing."""
    return ReadSource(skipped=(SkippedSource(source=source, reason=reason),))
