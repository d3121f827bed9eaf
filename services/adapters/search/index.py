import asyncio
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import structlog
from numpy.typing import NDArray

from services.adapters.search.applier import IndexApplier
from services.adapters.search.files import IndexMeta
from services.adapters.search.opened import OpenLibraries, OpenLibrary
from services.knowledge.ingest_ports import ChangeFeed
from services.knowledge.models import DayRange, LibraryId, PassageHit
from services.tasks import both

log = structlog.get_logger(__name__)
T = TypeVar("T")


class DirectoryIndex:
    """``PassageIndex`` and ``Vocabulary`` over directories that an applier keeps up to date."""

    def __init__(
        self,
        libraries: OpenLibraries,
        applier: IndexApplier,
        feed: ChangeFeed,
        executor: Executor,
        *,
        wait_s: float,
    ) -> None:
        """Read from ``libraries``.

        Args:
            libraries: What is open.
            applier: Told when an index is behind.
            feed: SQL, whose change number a search compares with the index's.
            executor: Threads that search.
            wait_s: Longest wait for an index that is behind; then it answers from what it has.
        """
        self._libraries = libraries
        self._applier = applier
        self._feed = feed
        self._executor = executor
        self._wait_s = wait_s

    async def search(
        self,
        library_id: LibraryId,
        *,
        lemmas: Sequence[str],
        vector: NDArray[np.float32] | None,
        limit_per_leg: int = 50,
        posted: DayRange | None = None,
    ) -> list[PassageHit]:
        """Find the union of the best passages of both legs, each with both scores."""
        found = await self._ask(
            library_id,
            lambda opened: opened.search(lemmas, vector, limit_per_leg, posted),
        )
        return [] if found is None else found

    async def known_terms(self, library_id: LibraryId, terms: Collection[str]) -> frozenset[str]:
        """Tell which of these index terms some passage of the library has."""
        known = await self._ask(library_id, lambda opened: opened.known_terms(terms))
        return frozenset() if known is None else known

    async def _ask(self, library_id: LibraryId, work: Callable[[OpenLibrary], T]) -> T | None:
        """Ask the newest state of a library; None while it is being forgotten or not there."""
        # What is open is nearly always current, so SQL is read meanwhile.
        state, said = await both(self._feed.state(library_id), self._ask_open(library_id, work))
        if state is None or state.buried:
            return None
        if said is None or said.meta.applied < state.change_number:
            if not await self._applier.wait_applied(
                library_id, state.change_number, timeout_s=self._wait_s
            ):
                log.info("index_behind", library=library_id, change=state.change_number)
            said = await self._ask_open(library_id, work)
        if said is None or said.meta.incarnation != state.incarnation:
            return None
        return said.answer

    async def _ask_open(
        self, library_id: LibraryId, work: Callable[[OpenLibrary], T]
    ) -> "_Said[T] | None":
        """Ask what is on disk, in a thread."""

        def ask() -> _Said[T] | None:
            opened = self._libraries.get(library_id)
            return None if opened is None else _Said(opened.meta, work(opened))

        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._executor, ask)
        except OSError:
            log.warning("index_unreadable", library=library_id)
            return None


@dataclass(frozen=True, slots=True)
class _Said(Generic[T]):
    """What a state of an index has said."""

    meta: IndexMeta
    answer: T
