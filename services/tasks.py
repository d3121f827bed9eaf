import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final, Protocol, TypeVar

_CANCEL_AGAIN_S: Final = 0.5
T = TypeVar("T")
U = TypeVar("U")


class Nursery(Protocol):
    """The only way to run something detached: every task has an owner that logs and ends it."""

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        """Run ``work`` beside the caller; an error in it is logged once with ``name``."""
        ...

    async def close(self) -> None:
        """Cancel what still runs and wait for it."""
        ...


class Lease(Protocol):
    """The right to be the only one that does a thing, for as long as it is renewed."""

    @property
    def name(self) -> str:
        """What is leased."""
        ...

    @property
    def number(self) -> int:
        """Fencing number, greater than that of every lease before: an older one is late."""
        ...

    @property
    def lost(self) -> asyncio.Event:
        """Set when it could not be renewed in time, so another may hold it by now."""
        ...


class Leases(Protocol):
    """Named leases that all replicas of the bot see."""

    def hold(
        self, name: str, *, ttl_s: float, wait_s: float | None = 0.0
    ) -> AbstractAsyncContextManager[Lease]:
        """Hold ``name`` inside the context; it is renewed in the background.

        Those who wait are served in the order in which they came.

        Args:
            name: What is leased, for example ``dialogue:7:42``.
            ttl_s: Seconds until a holder that died loses it.
            wait_s: Seconds to wait for it; None: the caller's own deadline ends the wait.

        Raises:
            ConflictError: Another one held it all the time.
            UnavailableError: The lease server is down.
        """
        ...


async def end(task: asyncio.Task[Any]) -> None:
    """Cancel a task and wait until it has ended; its outcome is not looked at.

    One cancellation can get lost: ``asyncio.wait_for`` of Python 3.11, which redis-py sends its
    commands with, swallows one that comes as the inner work finishes.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=_CANCEL_AGAIN_S)


async def side_by_side(*work: Coroutine[Any, Any, T]) -> list[T]:
    """Do several things at once and give their results in order.

    An error comes out as it is, when the rest has been cancelled and has ended:
    ``asyncio.gather`` lets it run on with nobody to end it, its connection still in use.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in work]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


async def both(first: Coroutine[Any, Any, T], second: Coroutine[Any, Any, U]) -> tuple[T, U]:
    """Do two things at once; see ``side_by_side``."""
    try:
        async with asyncio.TaskGroup() as group:
            one, other = group.create_task(first), group.create_task(second)
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return one.result(), other.result()


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run ``work`` while the context is open and end it with the context.

    An error of the body comes out as it is, not wrapped in a group.
    """
    failed: Exception | None = None
    async with asyncio.TaskGroup() as group:
        task = group.create_task(work)
        try:
            yield
        except Exception as error:  # noqa: BLE001 - raised again below, outside the group
            failed = error
        finally:
            await end(task)
    if failed is not None:
        raise failed
