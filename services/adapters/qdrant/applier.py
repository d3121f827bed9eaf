"""Brings Qdrant up to SQL, whoever wrote it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import numpy as np
import structlog

from services.adapters.qdrant.points import Applied, point
from services.adapters.qdrant.server import QdrantServer
from services.adapters.search.sole import Claim
from services.errors import DeadlineError, ServiceError
from services.knowledge.ingest_ports import ChangeFeed, LibraryState
from services.knowledge.models import LibraryId

log = structlog.get_logger(__name__)

_LOOK_AGAIN_S: Final = 0.05
_PORTION: Final = 250


def is_current(applied: Applied, state: LibraryState) -> bool:
    """Tell whether nothing is left to apply."""
    return (
        applied.incarnation == state.incarnation
        and applied.applied >= state.change_number
        and applied.built >= state.purge_number
    )


class QdrantApplier:
    """Follows the change numbers live, while it holds the claim.

    What it writes is safe to repeat, and how far it has come stands in Qdrant, so another one
    can go on, or work beside it on another host. At its end every application compares the
    number of passages with SQL's; where they differ, the library is applied from its beginning.
    """

    def __init__(
        self, server: QdrantServer, feed: ChangeFeed, claim: Claim, *, poll_s: float
    ) -> None:
        """Prepare to apply.

        Args:
            server: Where to.
            feed: The changes.
            claim: Held by the one of this data directory that works.
            poll_s: Seconds between two looks at SQL, and at the claim.
        """
        self._server = server
        self._feed = feed
        self._claim = claim
        self._poll_s = poll_s
        self._nudged = asyncio.Event()

    async def run(self) -> None:
        """Follow the changes until cancelled."""
        while True:
            async with self._claim() as held:
                while held:
                    await self._round()
                    await self._pause()
            await asyncio.sleep(self._poll_s)

    def nudge(self) -> None:
        """Look now rather than at the next poll."""
        self._nudged.set()

    async def wait_applied(self, library_id: LibraryId, change: int, *, timeout_s: float) -> bool:
        """Wait until Qdrant, fed by any process, has a change; False when the time is up."""

        async def reached() -> bool:
            applied = await self._server.applied(library_id)
            return applied is not None and applied.applied >= change

        return await self._wait_for(reached, timeout_s)

    async def wait_rebuilt(self, library_id: LibraryId, change: int, *, timeout_s: float) -> None:
        """Wait until what is no longer in SQL at a change is out of Qdrant too.

        Raises:
            DeadlineError: The time is up.
        """

        async def reached() -> bool:
            applied = await self._server.applied(library_id)
            return applied is not None and applied.built >= change

        if not await self._wait_for(reached, timeout_s):
            raise DeadlineError(f"{library_id!r} was not rebuilt in Qdrant", dependency="qdrant")

    async def wait_removed(self, library_id: LibraryId, *, timeout_s: float) -> None:
        """Wait until nothing of a library is left in Qdrant.

        Raises:
            DeadlineError: The time is up.
        """

        async def reached() -> bool:
            if await self._server.applied(library_id) is not None:
                return False
            return await self._server.count(library_id) == 0

        if not await self._wait_for(reached, timeout_s):
            raise DeadlineError(f"{library_id!r} was not removed from Qdrant", dependency="qdrant")

    async def _wait_for(self, reached: Callable[[], Awaitable[bool]], timeout_s: float) -> bool:
        try:
            async with asyncio.timeout(timeout_s):
                while not await reached():
                    self.nudge()
                    await asyncio.sleep(_LOOK_AGAIN_S)
        except TimeoutError:
            return False
        return True

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll_s):
                await self._nudged.wait()
        self._nudged.clear()

    async def _round(self) -> None:
        try:
            await self._server.prepare()
            states = {state.library_id: state for state in await self._feed.states()}
            known = {LibraryId(each.state_of): each for each in await self._server.all_applied()}
            for library_id in known.keys() | states.keys():
                await self._bring_up(library_id, states.get(library_id), known.get(library_id))
        except ServiceError as error:
            log.warning("qdrant_applier_waits", error=error.code)

    async def _bring_up(
        self, library_id: LibraryId, state: LibraryState | None, applied: Applied | None
    ) -> None:
        if state is None or state.buried:
            if applied is not None:
                await self._server.remove_library(library_id)
                log.info("index_removed", library=library_id)
            return
        if applied is not None and is_current(applied, state):
            return
        if applied is not None and applied.incarnation != state.incarnation:
            await self._server.remove_library(library_id)
            applied = None
        await self._apply(state, applied)

    async def _apply(self, state: LibraryState, applied: Applied | None) -> None:
        goes_on = applied is not None and applied.built >= state.purge_number
        after = applied.applied if applied is not None and goes_on else 0
        if applied is None:
            # From now on there is something to remove when the library is forgotten.
            await self._write(state, applied=-1, built=-1)
        await self._add(state.library_id, after)
        if await self._differs(state.library_id):
            await self._remove_rest(state.library_id)
            if await self._differs(state.library_id):
                await self._add(state.library_id, 0)
        await self._write(state, applied=state.change_number, built=state.change_number)

    async def _add(self, library_id: LibraryId, after: int) -> None:
        async for changes in self._feed.changes(library_id, after=after):
            for start in range(0, len(changes), _PORTION):
                some = changes[start : start + _PORTION]
                await self._server.put([point(library_id, c) for c in some if c.indexed])
                await self._server.remove(library_id, [c.passage_id for c in some if not c.indexed])

    async def _differs(self, library_id: LibraryId) -> bool:
        return await self._server.count(library_id) != await self._feed.indexed_count(library_id)

    async def _remove_rest(self, library_id: LibraryId) -> None:
        # Qdrant is read first: what another applier adds meanwhile is in SQL by then.
        portions = [np.array(ids, dtype=np.int64) async for ids in self._server.ids(library_id)]
        there = np.concatenate([np.empty(0, dtype=np.int64), *portions])
        wanted = await self._feed.indexed_ids(library_id)
        gone = np.setdiff1d(there, wanted).tolist()
        for start in range(0, len(gone), _PORTION):
            await self._server.remove(library_id, gone[start : start + _PORTION])

    async def _write(self, state: LibraryState, *, applied: int, built: int) -> None:
        await self._server.write_applied(
            Applied(
                state_of=state.library_id, incarnation=state.incarnation, applied=applied,
                built=built,
            )
        )  # fmt: skip
