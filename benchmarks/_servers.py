"""Servers and bots that benchmarks start, each a process of its own."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import psutil

from playground.encoding import Json
from services.errors import UnavailableError

START_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Started:
    """A process that has said where it serves.

    Attributes:
        pid: Of the process.
        said: The JSON of its first line.
    """

    pid: int
    said: Json

    @property
    def rss_mib(self) -> float:
        """Memory that it holds now."""
        return float(psutil.Process(self.pid).memory_info().rss) / 2**20


@contextlib.asynccontextmanager
async def process(*arguments: str, speaks: bool = True) -> AsyncIterator[Started]:
    """Run ``python -m ARGUMENTS`` until the block ends.

    Args:
        arguments: Module and what it takes.
        speaks: Wait for a line of JSON on its stdout.

    Raises:
        UnavailableError: It does not start.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *arguments,
        stdout=asyncio.subprocess.PIPE if speaks else asyncio.subprocess.DEVNULL,
    )
    try:
        yield Started(child.pid, await _first_line(child, arguments[0]) if speaks else {})
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        await child.wait()


async def _first_line(child: asyncio.subprocess.Process, name: str) -> Json:
    assert child.stdout is not None  # noqa: S101 - it was asked for
    try:
        line = await asyncio.wait_for(child.stdout.readline(), START_S)
        found: Json = json.loads(line)
    except (TimeoutError, ValueError) as error:
        raise UnavailableError(f"{name} does not start", dependency=name) from error
    return found
