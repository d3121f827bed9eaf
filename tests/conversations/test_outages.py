"""What people see when Redis lets the bot and its workers down."""

import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conversations.conftest import OwnTown
from tests.support.llm import model_server
from tests.support.redis_server import OwnRedis

pytestmark = pytest.mark.services


@pytest.fixture
def own_redis() -> Iterator[OwnRedis]:
    with tempfile.TemporaryDirectory(prefix="samovar-redis-") as home:
        redis = OwnRedis(Path(home))
        redis.start()
        yield redis
        redis.end()


QUESTION = "Как приготовить щи?"
PEOPLE = 5


async def test_redis_dies_in_the_middle_of_answers_and_each_arrives_once(
    samovar_town: OwnTown, own_redis: OwnRedis
) -> None:
    async with model_server() as model:
        env = {
            "REDIS_URL": own_redis.url,
            "SAMOVAR_WORKER_LEASE_S": "2",
            "SAMOVAR_GENERATE_BACKEND": model.backend,
        }
        async with samovar_town(env=env) as town:
            people = [
                await town.new_person(f"Dora{number}", language_code="ru")
                for number in range(PEOPLE)
            ]
            model.hold()
            for person in people:
                await person.starts()
                await person.says(QUESTION)
            for person in people:
                await person.sees_draft("[1]", timeout_s=90)
            own_redis.end(signal.SIGKILL)
            # Telegram has these while Redis is away; they are taken when it is back.
            for person in people:
                await person.says("/privacy")
            own_redis.start()
            model.release()
            for person in people:
                await person.sees("[1]", timeout_s=90)
                await person.sees("Что я храню", timeout_s=90)
            await town.quiet(timeout_s=60)
            for person in people:
                said = [seen.text for seen in person.history() if seen.from_bot]
                assert sum("[1]" in text for text in said) == 1
                assert sum("Что я храню" in text for text in said) == 1


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
