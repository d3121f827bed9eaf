"""The demo's refusals in one sentence, and its children."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bot.supervisor import Child
from services.errors import UnavailableError

pytestmark = pytest.mark.services


def demo(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", "demo", "--headless", *arguments],
        env={**os.environ, "SAMOVAR_DATA": str(data)},
        capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = demo("--port", str(port), data=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        f"samovar: port {port} is taken or not allowed; choose another: samovar demo --port 8090"
    ]


def test_a_directory_that_cannot_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = demo("--port", "18123", data=tmp_path / "file" / "data")
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert "set SAMOVAR_DATA to a writable directory" in ended.stderr


async def test_a_child_that_never_serves_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    child = Child(
        "bot", ["run"], variables={**os.environ, "BOT_TOKEN": "", "SAMOVAR_DATA": str(tmp_path)},
        log=tmp_path / "bot.log", tell=pytest.fail,
    )  # fmt: skip
    with pytest.raises(UnavailableError, match="BOT_TOKEN is not set"):
        await child.run()


async def test_a_killed_child_comes_back_and_a_stopped_one_does_not(tmp_path: Path) -> None:
    told: list[str] = []
    child = Child(
        "playground", ["playground", "--port", "0", "--json"], variables=os.environ,
        log=tmp_path / "playground.log", tell=told.append,
    )  # fmt: skip

    async def serves() -> bool:
        return child.pid is not None and child.log.read_text().count('"base"') > len(told)

    async with asyncio.TaskGroup() as group:
        running = group.create_task(child.run())
        await child.until_ready(serves, deadline_s=180)
        assert child.pid is not None
        first = child.pid
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(180):
            while not told or not await serves():  # noqa: ASYNC110 - another process holds the state
                await asyncio.sleep(0.05)
        second = child.pid
        assert second not in {None, first}
        await child.stop()
        await running
    assert second is not None
    assert not psutil.pid_exists(second)
    assert len(told) == 1
    assert "starts again" in told[0]
