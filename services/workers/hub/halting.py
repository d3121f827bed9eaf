"""Work in a thread that ends soon after its caller was cancelled."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

ResultT = TypeVar("ResultT")


class HaltedError(Exception):
    """Raised inside the thread to leave a model in mid-run."""


class Halt:
    """The wish that a thread ends; it looks for it between two steps of its model."""

    def __init__(self) -> None:
        self._wished = threading.Event()

    @property
    def wished(self) -> bool:
        """Whether somebody wished it."""
        return self._wished.is_set()

    def wish(self) -> None:
        """Ask the thread to end."""
        self._wished.set()

    def check(self) -> None:
        """Leave the thread when its end is wished.

        Raises:
            HaltedError: It is.
        """
        if self._wished.is_set():
            raise HaltedError


async def in_thread(work: Callable[[Halt], ResultT]) -> ResultT:
    """Run blocking work; a cancelled call returns only when the thread has ended.

    So the model is never used by two, and whoever comes next finds the device free.

    Args:
        work: Calls ``Halt.check`` about every step.
    """
    halt = Halt()
    running = asyncio.get_running_loop().run_in_executor(None, work, halt)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        halt.wish()
        while not running.done():
            await _ended(running)
        if not running.cancelled():
            running.exception()  # Looked at, so that asyncio does not complain of it.
        raise


async def _ended(running: asyncio.Future[ResultT]) -> None:
    try:
        await asyncio.wait([running])
    except asyncio.CancelledError:
        # Said twice; the thread ends no sooner for it.
        return
