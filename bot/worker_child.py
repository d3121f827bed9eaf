import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

import structlog
from redis.exceptions import RedisError

from bot.devices.listing import CPU
from bot.settings import Settings
from services.adapters.queue.presence import RedisPresence
from services.inference.kinds import JobKind

log = structlog.get_logger(__name__)

_STOP_TIMEOUT_S: Final = 15.0
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 30.0
_STABLE_S: Final = 30.0


class WorkerChild:
    """A worker process on one device, started again when it dies; it leaves with its parent."""

    def __init__(
        self,
        settings: Settings,
        *,
        device: str,
        kinds: Sequence[JobKind],
        presence: RedisPresence,
        name: str = "",
        backends: Mapping[JobKind, str] | None = None,
    ) -> None:
        """Describe the worker.

        Args:
            settings: Its settings are ours.
            device: ``cpu``, or the uuid of a GPU or MIG slice.
            kinds: Jobs that it serves.
            presence: Where callers see that it is coming.
            name: Of the device, for people.
            backends: Settings of backends that are others than ours.
        """
        self._name = name
        self._backends = dict(backends or {})
        self._kinds = tuple(kinds)
        self._presence = presence
        self._settings = settings
        self._device = device
        self._stopping = asyncio.Event()
        self._finished = asyncio.Event()
        self.quick_deaths = 0
        self.last_status = 0

    def command(self) -> list[str]:
        """Write the command line."""
        return [
            sys.executable, "-m", "bot.cli", "worker", "--leave-with-parent",
            "--device", self._device, "--device-name", self._name,
            "--serves", ",".join(self._kinds),
        ]  # fmt: skip

    def variables(self) -> dict[str, str]:
        """Write the variables that pin it to its device before anything is loaded."""
        backends = {
            f"SAMOVAR_{kind.upper()}_BACKEND": setting for kind, setting in self._backends.items()
        }
        return backends | {
            "CUDA_VISIBLE_DEVICES": "" if self._device == CPU else self._device,
            "OMP_NUM_THREADS": "1",
        }

    async def run(self) -> None:
        """Keep the worker alive until ``stop``."""
        try:
            while not self._stopping.is_set():
                started = time.monotonic()
                self.last_status = await self._run_once()
                if self._stopping.is_set():
                    return
                lived_s = time.monotonic() - started
                self.quick_deaths = 0 if lived_s > _STABLE_S else self.quick_deaths + 1
                log.warning("worker_died", device=self._device, status=self.last_status)
                await self._pause()
        finally:
            self._finished.set()

    async def stop(self) -> None:
        """End the worker and wait for it; ``run`` returns."""
        self._stopping.set()
        await self._finished.wait()

    async def _run_once(self) -> int:
        with suppress(RedisError, OSError):
            # Only a courtesy to those who wait; the worker says itself when it is there.
            await self._presence.expect(self._kinds)
        process = await asyncio.create_subprocess_exec(
            *self.command(),
            stdin=asyncio.subprocess.PIPE,
            env=self._settings.environment(**self.variables()),
        )
        log.info("worker_started", device=self._device, pid=process.pid)
        ended = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(_set_when_ended(process, ended))
                stop = group.create_task(self._terminate_when_stopping(process))
                await ended.wait()
                watch.cancel()
                stop.cancel()
        finally:
            await _end(process)
        return process.returncode or 0

    async def _terminate_when_stopping(self, process: asyncio.subprocess.Process) -> None:
        await self._stopping.wait()
        await _end(process)

    async def _pause(self) -> None:
        pause_s = min(_FIRST_PAUSE_S * 2 ** max(0, self.quick_deaths - 1), _LONGEST_PAUSE_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await self._stopping.wait()


async def _set_when_ended(process: asyncio.subprocess.Process, ended: asyncio.Event) -> None:
    await process.wait()
    ended.set()


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_STOP_TIMEOUT_S):
            await process.wait()
    except TimeoutError:
        log.warning("worker_killed", pid=process.pid)
        process.kill()
        await process.wait()
