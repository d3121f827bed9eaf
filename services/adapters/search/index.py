import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial

import numpy as np
import structlog
from numpy.typing import NDArray

from services.adapters.search.applier import IndexApplier
from services.adapters.search.opened import OpenLibraries, OpenLibrary
from services.knowledge.ingest_ports import ChangeFeed, LibraryState
from services.knowledge.models import LibraryId, PassageHit

log = structlog.get_logger(__name__)


class DirectoryIndex:
    """``PassageIndex`` over the directories that an applier, in any process, keeps up to date."""

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
    ) -> list[PassageHit]:
        """Find the union of the best passages of both legs, each with both scores."""
        state = await self._feed.state(library_id)
        if state is None or state.buried:
            return []
        opened = await self._current(state)
        if opened is None or opened.meta.incarnation != state.incarnation:
            return []
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._executor, partial(opened.search, lemmas, vector, limit_per_leg)
        )

    async def _current(self, state: LibraryState) -> OpenLibrary | None:
        opened = await self._get(state.library_id)
        if opened is not None and opened.meta.applied >= state.change_number:
            return opened
        if not await self._applier.wait_applied(
            state.library_id, state.change_number, timeout_s=self._wait_s
        ):
            log.info("index_behind", library=state.library_id, change=state.change_number)
        return await self._get(state.library_id)

    async def _get(self, library_id: LibraryId) -> OpenLibrary | None:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._executor, self._libraries.get, library_id)
        except OSError:
            log.warning("index_unreadable", library=library_id)
            return None
