import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from filelock import FileLock, Timeout

Claim = Callable[[], AbstractAsyncContextManager[bool]]
"""Tries to become the only one at some work; True while it holds."""


def claim_of(path: Path) -> Claim:
    """Make a claim on a lock file, for which processes of one machine compete.

    The system lets go of it when the process ends, however it ends.
    """

    @asynccontextmanager
    async def claim() -> AsyncIterator[bool]:
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        lock = FileLock(path, thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    return claim
