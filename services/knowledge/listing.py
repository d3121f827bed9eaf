"""The documents of a library one by one, for whoever looks after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.knowledge.models import DocumentId, LibraryId


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDocument:
    """A document as a list shows it.

    Attributes:
        pending: Passages that have no vectors yet.
    """

    document_id: DocumentId
    library: LibraryId
    source: str
    title: str
    url: str | None
    posted_at: datetime | None
    passages: int
    pending: int


class DocumentList(Protocol):
    """Documents in pages; those that came in files are listed with their files instead."""

    async def count(self, library: LibraryId) -> int:
        """Count the documents."""
        ...

    async def listed(
        self, library: LibraryId, *, offset: int, limit: int
    ) -> Sequence[ListedDocument]:
        """List documents, newest first."""
        ...

    async def find(self, document_id: DocumentId) -> ListedDocument | None:
        """Read one."""
        ...
