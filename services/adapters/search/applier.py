"""Brings the indexes of one data directory up to SQL, whoever wrote it."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import structlog

from services.adapters.search.building import IndexBuild
from services.adapters.search.files import (
    IndexMeta,
    is_only_build,
    libraries_on_disk,
    library_dir,
    read_meta,
    remove_library,
    remove_other_builds,
)
from services.adapters.search.growing import GraphKeeper, GraphRules
from services.adapters.search.sole import claim_of
from services.errors import DeadlineError, ServiceError
from services.knowledge.ingest_ports import ChangeFeed, LibraryState
from services.knowledge.models import LibraryId

log = structlog.get_logger(__name__)
T = TypeVar("T")

_LOOK_AGAIN_S: Final = 0.02


class IndexApplier:
    """Follows the change numbers live while it holds the data directory's lock.

    Every process that opens the knowledge base runs one; the first to take the lock works, the
    others wait to take over. A library that cannot be brought up to date is built anew at the
    next round; the others go on.
    """

    def __init__(
        self,
        root: Path,
        feed: ChangeFeed,
        executor: Executor,
        *,
        poll_s: float,
        graphs: GraphRules | None = None,
    ) -> None:
        """Prepare to apply.

        Args:
            root: Directory of the indexes.
            feed: The changes.
            executor: Threads for the work on files.
            poll_s: Seconds between two looks at SQL, and at the lock.
            graphs: When a library is large enough for a graph; None: as it was measured.
        """
        self._root = root
        self._feed = feed
        self._executor = executor
        self._poll_s = poll_s
        self._claim = claim_of(root / ".applier.lock")
        self._wanted: dict[LibraryId, None] = {}
        self._nudged = asyncio.Event()
        self._failed: set[LibraryId] = set()
        self._current: dict[LibraryId, LibraryState] = {}
        self._rules = graphs or GraphRules()
        self._graphs = GraphKeeper(self._rules)
        self._next_look = 0.0

    async def run(self) -> None:
        """Follow the changes until cancelled."""
        while True:
            async with self._claim() as held:
                while held:
                    await self._round()
                    if not await self._grow():
                        await self._pause()
            # Not the holder: a nudge is of no use, only time tells when the lock is free.
            await asyncio.sleep(self._poll_s)

    def nudge(self, library_id: LibraryId | None = None) -> None:
        """Look now rather than at the next poll, at this library first."""
        if library_id is not None:
            self._wanted[library_id] = None
        self._nudged.set()

    async def wait_applied(self, library_id: LibraryId, change: int, *, timeout_s: float) -> bool:
        """Wait until an index, kept by any process, has a change; False when the time is up."""
        return await self._wait_for_meta(
            library_id, timeout_s,
            lambda meta: meta is not None and meta.applied >= change,
        )  # fmt: skip

    async def wait_rebuilt(self, library_id: LibraryId, change: int, *, timeout_s: float) -> None:
        """Wait until an index built at or after a change has replaced the one before.

        Raises:
            DeadlineError: The time is up.
        """
        directory = library_dir(self._root, library_id)
        done = await self._wait_for_meta(
            library_id, timeout_s,
            lambda meta: meta is not None and meta.built >= change
            and is_only_build(directory, meta.build),
        )  # fmt: skip
        if not done:
            raise DeadlineError(f"the index of {library_id!r} was not rebuilt", dependency="search")

    async def wait_grown(self, library_id: LibraryId, *, timeout_s: float) -> bool:
        """Wait until a library has the graph that it is to have; False when the time is up."""
        return await self._wait_for_meta(
            library_id, timeout_s, lambda meta: meta is not None and not self._rules.wanted(meta)
        )

    async def wait_removed(self, library_id: LibraryId, *, timeout_s: float) -> None:
        """Wait until nothing of a library's index is left on disk.

        Raises:
            DeadlineError: The time is up.
        """
        directory = library_dir(self._root, library_id)
        if not await self._wait_for(library_id, timeout_s, lambda: not directory.exists()):
            raise DeadlineError(f"the index of {library_id!r} was not removed", dependency="search")

    async def _wait_for_meta(
        self,
        library_id: LibraryId,
        timeout_s: float,
        reached: Callable[[IndexMeta | None], bool],
    ) -> bool:
        directory = library_dir(self._root, library_id)
        return await self._wait_for(library_id, timeout_s, lambda: reached(read_meta(directory)))

    async def _wait_for(
        self, library_id: LibraryId, timeout_s: float, reached: Callable[[], bool]
    ) -> bool:
        try:
            async with asyncio.timeout(timeout_s):
                if await self._in_thread(reached):
                    return True
                self.nudge(library_id)
                # Another process may be the one that works: there is nothing to be woken by.
                while not await self._in_thread(reached):  # noqa: ASYNC110
                    await asyncio.sleep(_LOOK_AGAIN_S)
        except TimeoutError:
            return False
        return True

    async def _grow(self) -> bool:
        """Work on a graph for a moment; True when there is more to do."""
        try:
            return await self._in_thread(self._graphs.step)
        except OSError as error:
            # Until it grows, what it does not cover is scanned.
            log.warning("graph_failed", error=type(error).__name__)
            return False

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll_s):
                await self._nudged.wait()
        self._nudged.clear()

    async def _round(self) -> None:
        """Bring libraries up to date: those somebody waits for, and all when it is time."""
        states: dict[LibraryId, LibraryState] = {}
        now = asyncio.get_running_loop().time()
        try:
            if now >= self._next_look:
                states = {state.library_id: state for state in await self._feed.states()}
                await self._remove_gone(states)
                states = {id_: s for id_, s in states.items() if self._current.get(id_) != s}
                self._next_look = now + self._poll_s
            while self._wanted or states:
                await self._apply_next(states)
        except ServiceError as error:
            log.warning("applier_waits", error=error.code)
        except OSError as error:
            log.warning("applier_waits", error=type(error).__name__)

    async def _apply_next(self, states: dict[LibraryId, LibraryState]) -> None:
        wanted = next(iter(self._wanted), None)
        if wanted is None:
            await self._apply(states.popitem()[1])
            return
        del self._wanted[wanted]
        states.pop(wanted, None)
        # Somebody has just seen a newer state than the round began with.
        state = await self._feed.state(wanted)
        if state is None or state.buried:
            await self._remove(wanted)
        else:
            await self._apply(state)

    async def _remove_gone(self, states: Mapping[LibraryId, LibraryState]) -> None:
        for library_id in await self._in_thread(lambda: list(libraries_on_disk(self._root))):
            state = states.get(library_id)
            if state is None or state.buried:
                await self._remove(library_id)

    async def _remove(self, library_id: LibraryId) -> None:
        self._current.pop(library_id, None)
        await self._in_thread(partial(remove_library, library_dir(self._root, library_id)))
        log.info("index_removed", library=library_id)

    async def _apply(self, state: LibraryState) -> None:
        if state.buried:
            return
        directory = library_dir(self._root, state.library_id)
        anew = state.library_id in self._failed
        try:
            meta = await self._in_thread(partial(read_meta, directory))
            if anew or meta is None or not _is_current(meta, state):
                await self._build(directory, state, anew=anew)
            else:  # a crash may have come before the clean-up
                await self._in_thread(partial(remove_other_builds, directory, meta.build))
            self._failed.discard(state.library_id)
            self._current[state.library_id] = state
            self._graphs.look_at(directory)
        except OSError as error:
            # A full or damaged disk: the others go on, this one is built anew at the next round.
            self._failed.add(state.library_id)
            log.warning("index_failed", library=state.library_id, error=type(error).__name__)

    async def _build(self, directory: Path, state: LibraryState, *, anew: bool) -> None:
        build = await self._in_thread(partial(IndexBuild, directory, state, anew=anew))
        try:
            async for changes in self._feed.changes(state.library_id, after=build.after):
                await self._in_thread(partial(build.add, changes))
            if build.count != await self._feed.indexed_count(state.library_id):
                ids = await self._feed.indexed_ids(state.library_id)
                await self._in_thread(partial(build.keep_only, ids))
            await self._in_thread(build.finish)
        finally:
            await self._in_thread(build.close)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Run work on files; a cancelled caller waits for it, for the lock must outlive it."""
        future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait([future])
            raise


def _is_current(meta: IndexMeta, state: LibraryState) -> bool:
    return (
        meta.incarnation == state.incarnation
        and meta.applied == state.change_number
        and meta.built >= state.purge_number
    )
