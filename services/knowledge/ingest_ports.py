"""What ingest and the index applier need of SQL."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.knowledge.models import (
    AudienceKind,
    DocumentId,
    Library,
    LibraryId,
    PassageId,
)
from services.knowledge.prepared import PreparedDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDocument:
    """What tells whether a document has changed since it was stored."""

    document_id: DocumentId
    content_hash: str
    title: str
    url: str | None
    members_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRange:
    """What an export says about deletions: of its posts from first to last, these exist.

    Attributes:
        export: Identity of the exported chat.
        first: Least message id in the export.
        last: Greatest message id in the export.
        sources: Sources of the documents it has.
    """

    export: str
    first: int
    last: int
    sources: frozenset[str]


class DocumentStore(Protocol):
    """Documents with their passages; every method is one transaction."""

    async def known(
        self, library_id: LibraryId, sources: Sequence[str]
    ) -> dict[str, KnownDocument]:
        """Find which of these sources the library has, by source."""
        ...

    async def put(self, library_id: LibraryId, documents: Sequence[PreparedDocument]) -> None:
        """Add documents or replace those with the same source; unchanged passages stay."""
        ...

    async def missing(self, library_id: LibraryId, seen: ExportRange) -> list[DocumentId]:
        """List the posts of an export, between its first and last, that it no longer has."""
        ...

    async def count_of_export(self, library_id: LibraryId, export: str) -> int:
        """Count the posts of an export in the library."""
        ...

    async def count_passages(self, library_id: LibraryId, sources: Sequence[str]) -> int:
        """Count the indexed passages of these documents; repeats count where they are indexed."""
        ...

    async def delete(
        self, library_id: LibraryId, document_ids: Sequence[DocumentId], *, purge: bool = False
    ) -> int:
        """Remove documents; ``purge`` leaves no trace of them in the indexes either."""
        ...


class LibraryStore(Protocol):
    """Libraries and their audiences."""

    async def find(self, library_id: LibraryId) -> Library | None:
        """Read a library; None when there is none or it is being forgotten."""
        ...

    async def all(self) -> list[Library]:
        """List the libraries by slug, without those being forgotten."""
        ...

    async def ensure(
        self,
        library_id: LibraryId,
        *,
        title: str,
        audience: AudienceKind,
        now: datetime,
        chat_id: int | None = None,
    ) -> Library:
        """Read a library, made with these values when there is none."""
        ...

    async def set_audience(
        self,
        library_id: LibraryId,
        audience: AudienceKind,
        *,
        chat_id: int | None = None,
        people: Sequence[int] = (),
    ) -> None:
        """Replace who may be answered from a library."""
        ...

    async def readable(self, user_id: int) -> list[Library]:
        """List libraries for everyone, for members of some chat, and for this person by name."""
        ...

    async def bury(self, library_id: LibraryId, now: datetime) -> bool:
        """Raise the tombstone, from which moment nothing of it is found; False: there is none."""
        ...

    async def erase(self, library_id: LibraryId) -> dict[str, int]:
        """Remove all rows of a buried library; tell how many by table."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageToEmbed:
    """A passage without vectors.

    Attributes:
        text: What the encoder reads for the passage: its context and its text.
        sentences: The texts of its sentences.
        text_hash: Names the pair of both.
    """

    passage_id: PassageId
    text: str
    sentences: tuple[str, ...]
    text_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageVectors:
    """The vectors of a passage, (d,), and of its sentences, (n, d), float32, L2 = 1."""

    passage_id: PassageId
    vector: NDArray[np.float32]
    sentence_vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What is left to embed."""

    passages: int
    characters: int


class VectorStore(Protocol):
    """Passages on their way to vectors."""

    async def backlog(self, library_id: LibraryId) -> Backlog:
        """Measure what is left to embed."""
        ...

    async def libraries_to_embed(self) -> list[LibraryId]:
        """List the libraries that have passages without vectors."""
        ...

    async def give_up(self, library_id: LibraryId, passage_id: PassageId) -> None:
        """Leave a passage without vectors for good: the encoder refuses it."""
        ...

    async def unembedded(self, library_id: LibraryId, *, limit: int) -> list[PassageToEmbed]:
        """Give the next passages without vectors, oldest first."""
        ...

    async def save(self, library_id: LibraryId, vectors: Sequence[PassageVectors]) -> None:
        """Keep vectors; passages that were removed meanwhile are left out."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryState:
    """What an index is compared with.

    Attributes:
        incarnation: Differs between a library and a later one of the same name.
        purge_number: An index that was built before this change has to be built anew.
        buried: It is being forgotten: find nothing, remove its index.
    """

    library_id: LibraryId
    incarnation: str
    change_number: int
    purge_number: int
    buried: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageChange:
    """A passage as the index needs it.

    Attributes:
        indexed: False when it repeats another passage and must not be found itself.
        day: On which its document was posted, in UTC; None when it says nothing of that.
        vector: Shape (d,), float16; None until embedded.
    """

    passage_id: PassageId
    indexed: bool
    lemmas: str
    day: date | None
    vector: NDArray[np.float16] | None


class ChangeFeed(Protocol):
    """The libraries' changes, for whoever derives something from them."""

    async def states(self) -> list[LibraryState]:
        """Read the states of all libraries, buried ones included."""
        ...

    async def state(self, library_id: LibraryId) -> LibraryState | None:
        """Read the state of one library."""
        ...

    def changes(
        self, library_id: LibraryId, *, after: int
    ) -> AsyncIterator[Sequence[PassageChange]]:
        """Stream the passages changed after a change number, in bounded portions.

        Removed passages are not told: compare ``indexed_count``, then ``indexed_ids``.
        """
        ...

    async def indexed_count(self, library_id: LibraryId) -> int:
        """Count the passages that belong in the index."""
        ...

    async def indexed_ids(self, library_id: LibraryId) -> NDArray[np.int64]:
        """List the ids of the passages that belong in the index, rising."""
        ...
