"""The worker commands with the packaged models: started, killed, replaced, stopped."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest

from bot.building.inference import Inference, open_inference
from bot.building.redis import open_redis
from bot.cli import main
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.errors import UnavailableError
from services.inference.models import (
    EmbedRole,
    EvidencePassage,
    EvidenceSentence,
    GenerationRequest,
)
from tests.support.pool import until

pytestmark = pytest.mark.services


def settings_of(data_dir: Path, **more: object) -> Settings:
    return Settings.model_validate({"data": data_dir, "redis_url": None, **more})


@asynccontextmanager
async def inference_of(settings: Settings, *, spawn_worker: bool) -> AsyncIterator[Inference]:
    nursery = AsyncioNursery()
    async with open_redis(settings) as redis_url:
        try:
            async with open_inference(
                settings, redis_url, replica_id="me", nursery=nursery, spawn_worker=spawn_worker
            ) as inference:
                yield inference
        finally:
            await nursery.close()


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def worker_pid(inference: Inference, *, other_than: int = 0) -> int:
    pids: list[int] = []

    async def registered() -> bool:
        pids[:] = [w.pid for w in await inference.presence.workers() if w.pid != other_than]
        return bool(pids)

    await until(registered, timeout_s=60)
    return pids[0]


async def test_a_spawned_worker_serves_comes_back_and_leaves_nothing(data_dir: Path) -> None:
    sentence = EvidenceSentence(text="Щи варят из свежей капусты с мясом.", score=2.0)
    request = GenerationRequest(
        job_id="answer",
        messages=(),
        evidence=(EvidencePassage(n=1, title="", sentences=(sentence,)),),
        language="ru",
    )
    async with inference_of(settings_of(data_dir), spawn_worker=True) as inference:
        pid = await worker_pid(inference)
        texts = ["Как приготовить щи?", "Рецепт щей", "Погода в Лондоне"]
        vectors = await inference.embedder.embed(texts, role=EmbedRole.QUERY)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)
        assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
        chunks = [chunk async for chunk in inference.generator.generate(request)]
        assert chunks[-1].final
        assert chunks[-1].text.startswith("Щи варят из свежей капусты с мясом [1]")
        os.kill(pid, signal.SIGKILL)
        again = await inference.embedder.embed(texts[:1], role=EmbedRole.QUERY, deadline_s=60)
        np.testing.assert_allclose(again[0], vectors[0], atol=1e-5)
        second = await worker_pid(inference, other_than=pid)
    assert gone(second)
    assert json.loads((data_dir / "redis" / "server.json").read_text())["holders"] == []


async def test_a_worker_that_cannot_start_is_said_so(data_dir: Path) -> None:
    settings = settings_of(data_dir, embed_backend="packaged:unheard-of")
    with pytest.raises(UnavailableError, match="does not start"):
        async with inference_of(settings, spawn_worker=True):
            pass


async def test_the_supervisor_replaces_the_dead_and_takes_all_along(data_dir: Path) -> None:
    settings = settings_of(data_dir, generate_backend="packaged:extractive")
    async with inference_of(settings, spawn_worker=False) as inference:
        supervisor = _start_supervisor(settings)
        try:
            first = await worker_pid(inference)
            os.kill(first, signal.SIGKILL)
            second = await worker_pid(inference, other_than=first)
            supervisor.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(supervisor.wait, 30) == 0
            assert gone(second)
        finally:
            supervisor.kill()
            supervisor.wait()


async def test_workers_leave_when_their_supervisor_is_killed(data_dir: Path) -> None:
    settings = settings_of(data_dir)
    async with inference_of(settings, spawn_worker=False) as inference:
        supervisor = _start_supervisor(settings)
        try:
            worker = await worker_pid(inference)
        finally:
            supervisor.kill()
            supervisor.wait()
        await until(lambda: gone(worker), timeout_s=30)


def _start_supervisor(settings: Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "workers", "--serves", "generate"],
        env=settings.environment(),
    )


def test_commands_refuse_what_they_do_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worker", "--serves", "embed,sing"]) == 2
    assert main(["bench", "everything"]) == 2
    assert "queue" in capsys.readouterr().err
    assert main(["workers", "--plan"]) == 0
    assert capsys.readouterr().out.endswith("serves embed,generate\n")
