"""Child processes that are kept alive, and end with their parent."""

import asyncio
import ctypes
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from services.errors import UnavailableError

_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 30.0
_STABLE_S: Final = 30.0
_STOP_TIMEOUT_S: Final = 25.0
_READY_POLL_S: Final = 0.1
_PR_SET_PDEATHSIG: Final = 1
_LAST_WORDS_BYTES: Final = 4_000


class Child:
    """A ``samovar`` command as a child process, started again when it dies.

    Args:
        name: For people: ``bot``, ``workers``.
        arguments: The command and its arguments.
        variables: Its whole environment.
        log: Takes its output; written anew by each ``run``.
        tell: Takes a line for the person who watches.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        variables: Mapping[str, str],
        log: Path,
        tell: Callable[[str], None],
    ) -> None:
        self.name = name
        self.log = log
        self._command = (sys.executable, "-m", "bot.cli", *arguments)
        self._variables = dict(variables)
        self._tell = tell
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._ready = False

    async def run(self) -> None:
        """Keep it alive until ``stop``.

        Raises:
            UnavailableError: It ended before it was ever ready; the message is its last words.
        """
        self.log.write_bytes(b"")
        pause_s = _FIRST_PAUSE_S
        while not self._stopping.is_set():
            started = time.monotonic()
            status = await self._once()
            if self._stopping.is_set():
                return
            if not self._ready:
                raise UnavailableError(self._last_words(status), dependency=self.name)
            if time.monotonic() - started > _STABLE_S:
                pause_s = _FIRST_PAUSE_S
            self._tell(
                f"the {self.name} ended with status {status}; it starts again in {pause_s:g} s"
                f" (its log: {self.log})"
            )
            await self._pause(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def until_ready(self, ready: Callable[[], Awaitable[bool]], *, deadline_s: float) -> None:
        """Wait until it serves.

        Raises:
            UnavailableError: It does not within the deadline.
        """
        try:
            async with asyncio.timeout(deadline_s):
                while not await ready():  # noqa: ASYNC110 - another process holds the state
                    await asyncio.sleep(_READY_POLL_S)
        except TimeoutError as error:
            msg = f"the {self.name} is not ready after {deadline_s:.0f} s; its log: {self.log}"
            raise UnavailableError(msg, dependency=self.name) from error
        self._ready = True

    async def stop(self) -> None:
        """End it: politely, then not."""
        self._stopping.set()
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(_STOP_TIMEOUT_S):
                await process.wait()
        except TimeoutError:
            self._tell(f"the {self.name} does not end by itself and is killed")
            process.kill()
            await process.wait()

    @property
    def pid(self) -> int | None:
        """Tell the id of the process that runs now."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process is not None else None

    async def _once(self) -> int:
        with self.log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                env=self._variables,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Ctrl-C reaches the parent alone, which then ends the children in order.
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        return await self._process.wait()

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    def _last_words(self, status: int) -> str:
        written = self.log.read_bytes()[-_LAST_WORDS_BYTES:].decode(errors="replace")
        said = [line for line in written.splitlines() if line.startswith("samovar: ")]
        if said:
            return said[-1].removeprefix("samovar: ")
        return f"the {self.name} ended with status {status}; its log: {self.log}"


_LIBC: Final = ctypes.CDLL(None, use_errno=True)


def _end_with_parent() -> None:
    """Ask Linux for SIGTERM when the parent dies, however it dies."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
