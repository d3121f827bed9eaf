from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.clock import Clock
from services.errors import NotFoundError
from services.knowledge.ingest_ports import ChangeFeed, DocumentStore, LibraryStore
from services.knowledge.models import LibraryId


class IndexUpkeep(Protocol):
    """Whoever keeps the indexes, seen by those who must not end before it has worked."""

    async def wait_removed(self, library_id: LibraryId, *, timeout_s: float) -> None:
        """Wait until nothing of a library's index is left on disk, or raise DeadlineError."""
        ...

    async def wait_rebuilt(self, library_id: LibraryId, change: int, *, timeout_s: float) -> None:
        """Wait until an index built at or after a change is the only one, or raise likewise."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetKnowledge:
    """Removes libraries and documents for good: the receipt comes when no index has them.

    From the first moment a search finds nothing of them. After a DeadlineError a repeat goes on.

    Attributes:
        timeout_s: Longest wait for the index to be removed or rebuilt.
    """

    libraries: LibraryStore
    documents: DocumentStore
    feed: ChangeFeed
    indexes: IndexUpkeep
    clock: Clock
    timeout_s: float = 60.0

    async def library(self, library_id: LibraryId) -> dict[str, int]:
        """Forget a library; tell what was removed by table, nothing when there was none.

        Raises:
            DeadlineError: The index could not be removed in time; nothing of it is found.
        """
        if not await self.libraries.bury(library_id, self.clock.now()):
            return {}
        await self.indexes.wait_removed(library_id, timeout_s=self.timeout_s)
        return await self.libraries.erase(library_id)

    async def sources(self, library_id: LibraryId, sources: Sequence[str]) -> dict[str, int]:
        """Forget documents by their sources; tell how many there were.

        Raises:
            NotFoundError: There is no such library.
            DeadlineError: The index could not be rebuilt in time; nothing of them is found.
        """
        known = await self.documents.known(library_id, sources)
        ids = [document.document_id for document in known.values()]
        removed = await self.documents.delete(library_id, ids, purge=True)
        state = await self.feed.state(library_id)
        if state is None:
            raise NotFoundError(f"there is no library {library_id!r}")
        await self.indexes.wait_rebuilt(library_id, state.purge_number, timeout_s=self.timeout_s)
        return {"documents": removed}
