"""The bot as a process: what it does when Redis or its own machine lets it down."""

import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import redis_binary
from tests.conversations.conftest import OwnTown

pytestmark = pytest.mark.services


class Redis:
    """A server that a test can kill and start again."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.url = f"unix://{home / 'redis.sock'}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [redis_binary(), "--port", "0", "--unixsocket", str(self._home / "redis.sock"),
             "--dir", str(self._home), "--appendonly", "yes"],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(timeout=20)


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    with tempfile.TemporaryDirectory(prefix="samovar-redis-") as home:
        redis = Redis(Path(home))
        redis.start()
        yield redis
        redis.end(signal.SIGTERM)


async def test_redis_dies_and_comes_back(samovar_town: OwnTown, own_redis: Redis) -> None:
    async with samovar_town(env={"REDIS_URL": own_redis.url}, worker=None) as town:
        bot, alice = town.processes.bot, town.user("alice")
        pid = bot.pid
        await alice.says("/help")
        await alice.sees("/settings")
        own_redis.end(signal.SIGKILL)
        await alice.says("/privacy")
        await town.delivered("/privacy", state="delivered")
        await alice.sees("not lost", timeout_s=60)
        own_redis.start()
        await alice.sees("What I keep")
        await town.quiet()
        assert bot.pid == pid
        assert bot.running
        calls = [
            call for call in await town.calls("sendMessage") if "What I keep" in str(call["params"])
        ]
        assert len(calls) == 1
        assert bot.stop() == 0
