from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from services.knowledge.models import SourceDocument
from services.knowledge.readers.skips import SkipCode, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedSource:
    """Something that could not be read, and why.

    Attributes:
        reason: An English sentence, for terminals and logs.
        code: The reason for catalogues.
        parameters: What the sentence of this code names.
    """

    source: str
    reason: str
    code: SkipCode = SkipCode.OTHER
    parameters: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSpan:
    """The stretch of a chat that an export covers: message ids from first to last.

    Attributes:
        posts: Ids of all posts in it that are documents ``<export>#<id>``, rising, (n,); None:
            the documents that come together with this span.
    """

    export: str
    first: int
    last: int
    posts: NDArray[np.int64] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPosts:
    """Posts of an export by their ids, rising, (n,)."""

    export: str
    ids: NDArray[np.int64] = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMark:
    """How far a large file is read when this portion is stored.

    Attributes:
        place: Names the file by its content, and what was asked of it.
        after: Everything up to and including this place in it is in the portions so far.
        whole: It is the last portion: nothing is left to go on with.
    """

    place: str
    after: int
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSource:
    """What a reader made of a file or page, or of the next portion of a large one.

    Attributes:
        documents: In reading order.
        spans: For exports, with their last portion: what they cover, so that deletions can be
            told.
        skipped: What could not be read.
        stored: Posts that an earlier, interrupted ingest of the same file has stored.
        mark: Where to go on when the ingest is interrupted after this portion.
        done_bytes: How much of the reading is done; 0 where it is not worth telling.
        total_bytes: How much there is to read: the size of the file, twice that of an export.
    """

    documents: tuple[SourceDocument, ...] = ()
    spans: tuple[ExportSpan, ...] = ()
    skipped: tuple[SkippedSource, ...] = ()
    stored: ExportPosts | None = None
    mark: ReadMark | None = None
    done_bytes: int = 0
    total_bytes: int = 0


def skip(source: str, code: SkipCode, **parameters: str | int) -> SkippedSource:
    """Say why a source is not read."""
    return SkippedSource(
        source=source, reason=sentence(code, parameters), code=code, parameters=parameters
    )


def skipped(source: str, code: SkipCode, **parameters: str | int) -> ReadSource:
    """Make the result for a source that gave nothing."""
    return ReadSource(skipped=(skip(source, code, **parameters),))
