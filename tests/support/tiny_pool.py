"""Tiny models on disk, and real worker processes that serve them."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import msgspec
from redis.asyncio import Redis

from bot.building.inference import Inference, open_inference
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.adapters.queue.keys import ReplyStreamKey
from services.inference.kinds import JobKind
from services.inference.protocol import Done, Failed, decode_reply
from services.workers.selftest.tiny.causal import save_tiny_causal
from services.workers.selftest.tiny.diffusion import build_pipeline
from services.workers.selftest.tiny.masked import build_masked
from services.workers.selftest.tiny.seq2seq import build_seq2seq
from tests.support.pool import until
from tests.support.processes import START_S, Process

KINDS = (JobKind.GENERATE, JobKind.DETOX, JobKind.DRAW)
REPLICA = "me"


@dataclass(frozen=True)
class TinyModels:
    """Folders of models that the test saved as safetensors."""

    causal: Path
    seq2seq: Path
    masked: Path
    pipeline: Path


def save_tiny_models(folder: Path) -> TinyModels:
    """Save one of each; the causal one writes for seconds when it may."""
    return TinyModels(
        causal=save_tiny_causal(folder / "causal", layers=6, context=2048, endless=True),
        seq2seq=build_seq2seq(folder / "seq2seq"),
        masked=build_masked(folder / "masked"),
        pipeline=build_pipeline(folder / "pipeline"),
    )


@dataclass(frozen=True)
class Start:
    """An attempt at a job, as the log of its worker tells."""

    job_id: str
    attempt: int
    pid: int


class _LogLine(msgspec.Struct):
    event: str = ""
    job_id: str = ""
    attempt: int = 0


class TinyPool:
    """``samovar worker`` processes on one Redis."""

    def __init__(self, settings: Settings, home: Path, device: str) -> None:
        self.settings = settings
        self._home = home
        self._device = device
        self._workers: list[Process] = []

    def start_worker(self) -> Process:
        """Start one more."""
        log = self._home / f"worker-{len(self._workers)}.log"
        arguments = ["worker", "--serves", ",".join(KINDS), "--device", self._device]
        worker = Process(
            arguments, variables=self.settings.environment(SAMOVAR_LOG_LEVEL="DEBUG"), log=log
        )
        worker.start()
        self._workers.append(worker)
        return worker

    async def ready(self, inference: Inference) -> None:
        """Wait until all that live have loaded their models and take jobs."""
        living = {worker.pid for worker in self._workers if worker.running}

        async def registered() -> bool:
            ended = [worker.said()[-3000:] for worker in self._workers
                     if worker.pid in living and not worker.running]  # fmt: skip
            assert not ended, "\n".join(ended)
            return {info.pid for info in await inference.presence.workers()} >= living

        await until(registered, timeout_s=START_S)

    def starts(self, job_id: str) -> list[Start]:
        """List the attempts at a job, over all workers."""
        return [
            Start(job_id=job_id, attempt=line.attempt, pid=worker.pid)
            for worker in self._workers
            for line in _logged(worker)
            if (line.event, line.job_id) == ("job_started", job_id)
        ]

    async def started(self, job_id: str) -> Start:
        """Wait for the first attempt at a job."""
        await until(lambda: bool(self.starts(job_id)), timeout_s=60)
        return self.starts(job_id)[0]

    def kill(self, pid: int) -> None:
        """SIGKILL a worker."""
        next(worker for worker in self._workers if worker.pid == pid).kill()

    def end(self) -> None:
        """End all workers."""
        for worker in self._workers:
            if worker.running:
                worker.kill()


def pool_settings(
    redis_url: str, home: Path, models: TinyModels, *, detox: Path, lease_s: float = 2.0
) -> Settings:
    """Write the settings of such a pool."""
    return Settings.model_validate(
        {
            "data": home,
            "redis_url": redis_url,
            "generate_backend": f"transformers:{models.causal}",
            "detox_backend": f"transformers:{detox}",
            "draw_backend": f"diffusers:{models.pipeline}",
            "worker_lease_s": lease_s,
        }
    )


@asynccontextmanager
async def pool_client(pool: TinyPool) -> AsyncIterator[Inference]:
    """Open the pool's client side, as a bot does."""
    redis_url = pool.settings.redis_url
    assert redis_url is not None
    nursery = AsyncioNursery()
    try:
        async with open_inference(
            pool.settings, redis_url, replica_id=REPLICA, nursery=nursery, kinds=KINDS
        ) as inference:
            yield inference
    finally:
        await nursery.close()


async def last_records(redis_url: str, job_ids: Sequence[str]) -> dict[str, list[Done | Failed]]:
    """Read from the reply stream what was published as the end of jobs."""
    ends: dict[str, list[Done | Failed]] = {job_id: [] for job_id in job_ids}
    async with Redis.from_url(redis_url, protocol=2) as client:
        entries = await client.xrange(str(ReplyStreamKey(REPLICA)))
        for _, fields in cast("list[tuple[bytes, dict[bytes, bytes]]]", entries):
            reply = decode_reply(fields[b"r"])
            if isinstance(reply, Done | Failed) and reply.job_id in ends:
                ends[reply.job_id].append(reply)
    return ends


def _logged(worker: Process) -> Iterator[_LogLine]:
    for line in worker.said().splitlines():
        # The last line may be half written.
        if line.startswith("{") and line.endswith("}"):
            yield msgspec.json.decode(line, type=_LogLine)
