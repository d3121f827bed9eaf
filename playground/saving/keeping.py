"""A directory in which a town lives on when its server ends."""

import asyncio
import contextlib
import fcntl
import os
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

from playground.refusals import SimError
from playground.saving.files import Snapshot, from_file, pack, snapshot
from playground.town import Town

NAME: Final = "town.zip"
LOOK_S: Final = 1.0
REST: Final = 20.0
"""Saving rests twenty times as long as it took, so that it costs a large town 5 % at most."""


class Keeper:
    """Saves a town into a directory when something has happened in it."""

    def __init__(self, town: Town, directory: Path) -> None:
        self._town = town
        self._file = directory / NAME
        self._saved_seq = -1
        self._writing = threading.Lock()

    def load(self) -> bool:
        """Load the town, if one was saved here; tells whether.

        Raises:
            SimError: What is there is no saved town, or of another version.
        """
        if not self._file.exists():
            return False
        try:
            from_file(self._town, self._file.read_bytes())
        except SimError as error:
            raise SimError(error.status, f"{self._file}: {error.sentence}") from error
        return True

    async def run(self) -> None:
        """Save a little after each change, for as long as the server lives."""
        while True:
            began = time.monotonic()
            if self._town.events.seq != self._saved_seq:
                taken = self._take()
                await asyncio.to_thread(self._write, taken)
            await asyncio.sleep(max(LOOK_S, REST * (time.monotonic() - began)))

    def save(self) -> None:
        """Save now, at the end."""
        self._write(self._take())

    def _take(self) -> Snapshot:
        self._saved_seq = self._town.events.seq
        return snapshot(self._town)

    def _write(self, taken: Snapshot) -> None:
        """Put the new file in place of the old one at once: there is never half a town."""
        beside = self._file.with_suffix(".part")
        with self._writing:
            with beside.open("wb") as file:
                file.write(pack(taken))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._file)


@contextlib.asynccontextmanager
async def kept(keeper: Keeper) -> AsyncIterator[None]:
    """Save the town while the block runs, and once more at its end."""
    async with asyncio.TaskGroup() as group:
        saving = group.create_task(keeper.run())
        try:
            yield
        finally:
            saving.cancel()
            await asyncio.wait([saving])
            keeper.save()


@contextlib.contextmanager
def reserved(directory: Path) -> Iterator[None]:
    """Keep a second playground out of the directory; make it, if it is not there.

    Raises:
        SimError: Another playground has it, or it cannot be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = (directory / "lock").open("w")
    except OSError as error:
        raise SimError(400, f"cannot write to {directory}: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SimError(400, f"another playground keeps its town in {directory}") from error
        yield
