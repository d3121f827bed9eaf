from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

import numpy as np
from numpy.typing import NDArray

LibraryId = NewType("LibraryId", str)
"""Slug of a library (tenant): ``owner``, ``demo``, ``chat-1001234``; ``[a-z0-9_-]{1,64}``."""
PassageId = NewType("PassageId", int)
DocumentId = NewType("DocumentId", int)

OWNER_LIBRARY = LibraryId("owner")
DEMO_LIBRARY = LibraryId("demo")


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days in UTC, the first and the last included."""

    first: date
    last: date


class AudienceKind(StrEnum):
    """Who may be answered from a library."""

    EVERYONE = "everyone"
    MEMBERS = "members"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A tenant: documents with one audience and an index of their own.

    Attributes:
        audience: Everyone, the members of ``chat_id``, or the people named in SQL.
        change_number: Grows with every committed change; an index that has applied it is current.
    """

    library_id: LibraryId
    title: str
    audience: AudienceKind
    chat_id: int | None
    change_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDocument:
    """A document as a reader found it, before splitting.

    Attributes:
        source: Stable identity inside the library (a path, a URL, ``<export>#<message id>``).
        title: For people; may be empty.
        url: Opens the exact place, or None when nothing can be opened.
        blocks: Paragraphs, headings and list items in reading order.
        members_only: The link opens only for members (``t.me/c/...``).
        export: Identity of the export that a post came in; None for other documents.
        order_key: Place of a post within its export: its message id.
    """

    source: str
    title: str
    url: str | None
    blocks: tuple["Block", ...]
    posted_at: datetime | None = None
    edited_at: datetime | None = None
    members_only: bool = False
    export: str | None = None
    order_key: int | None = None


class BlockKind(StrEnum):
    """What a block is, so that splitting respects it."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One piece of structure.

    Attributes:
        anchor: Relative address of this place, joined to the document's URL: a fragment
            (``#page=3``, ``#heading``), the number of a later post of a thread, or empty.
    """

    kind: BlockKind
    text: str
    level: int = 0
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageSource:
    """Where a passage can be read; a near-duplicate has several."""

    source: str
    url: str | None
    title: str
    members_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassage:
    """A passage as SQL holds it.

    Attributes:
        lemmas: One string, words separated by spaces, as the lexical index reads it.
        sentences: Spans into ``text``: (start, end) in characters, in reading order.
        vector: Shape (384,), float32, L2 = 1; None until embedded.
        sentence_vectors: Shape (len(sentences), 384), float32; None until embedded.
        sources: The first is the one to cite; the others say the same.
    """

    passage_id: PassageId
    library_id: LibraryId
    text: str
    title: str
    lemmas: str
    sentences: tuple[tuple[int, int], ...]
    sources: tuple[PassageSource, ...]
    posted_at: datetime | None = None
    vector: NDArray[np.float32] | None = field(default=None, compare=False)
    sentence_vectors: NDArray[np.float32] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageHit:
    """A passage found by a search, with both scores where they exist.

    Attributes:
        lexical: BM25 over lemmas, 0.0 when no query lemma occurs.
        dense: Cosine in [-1, 1]; None when the passage (or the query) has no vector yet.
    """

    passage_id: PassageId
    library_id: LibraryId
    lexical: float
    dense: float | None
