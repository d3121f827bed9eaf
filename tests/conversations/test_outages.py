"""The bot as a process: what it does when Redis or its own machine lets it down."""

import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conversations.conftest import OwnTown
from tests.support.redis_server import OwnRedis

pytestmark = pytest.mark.services


@pytest.fixture
def own_redis() -> Iterator[OwnRedis]:
    with tempfile.TemporaryDirectory(prefix="samovar-redis-") as home:
        redis = OwnRedis(Path(home))
        redis.start()
        yield redis
        redis.end()


async def test_redis_dies_and_comes_back(samovar_town: OwnTown, own_redis: OwnRedis) -> None:
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
