"""A Redis that may lose what was accepted: its owner hears so, and so does who runs doctor."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.users import Person
from tests.conversations.conftest import OwnTown
from tests.support.redis_server import OwnRedis
from tests.support.town import Town

pytestmark = pytest.mark.services


@pytest.fixture
def forgetful(data_dir: Path) -> Iterator[OwnRedis]:
    """A Redis as most people start it: no log on disk."""
    redis = OwnRedis(data_dir, "--appendonly", "no")
    redis.start()
    yield redis
    redis.end()


def _claim(town: Town) -> str:
    found = re.search(r"start=(claim_[\w-]+)", town.processes.bot.said())
    assert found is not None
    return found[1]


def _warnings(person: Person) -> list[str]:
    return [seen.text for seen in person.history() if seen.from_bot and "appendonly" in seen.text]


async def test_the_owner_is_warned_once_a_day_in_one_sentence(
    samovar_town: OwnTown, forgetful: OwnRedis
) -> None:
    env = {"REDIS_URL": forgetful.url, "SAMOVAR_LANGUAGE": "ru"}
    async with samovar_town(env=env, worker=None) as town:
        alice, bob = town.user("alice"), town.user("bob")
        await bob.starts()
        # As soon as there is an owner; a restart says it no second time.
        await alice.starts(_claim(town))
        await alice.sees("appendonly yes", timeout_s=60)
        assert town.processes.bot.stop() == 0
        town.processes.restart_bot()
        await alice.says("/help")
        await alice.sees("/settings")
        await town.quiet(timeout_s=60)
        (warning,) = _warnings(alice)
        assert "пропадут сообщения" in warning
        assert "samovar doctor" in warning
        assert warning.count(".") == 1
        assert _warnings(bob) == []


async def test_a_safe_redis_is_no_matter_for_the_owner(
    samovar_town: OwnTown, data_dir: Path
) -> None:
    redis = OwnRedis(data_dir, "--maxmemory-policy", "noeviction")
    redis.start()
    try:
        async with samovar_town(env={"REDIS_URL": redis.url}, worker=None) as town:
            alice = town.user("alice")
            await alice.starts(_claim(town))
            await alice.sees("the owner of this bot")
            assert town.processes.bot.stop() == 0
            town.processes.restart_bot()
            await alice.says("/help")
            await alice.sees("/settings")
            await town.quiet(timeout_s=60)
            assert _warnings(alice) == []
    finally:
        redis.end()


def _promise(redis_url: str, data: Path) -> tuple[int, dict[str, str]]:
    run = subprocess.run(
        [sys.executable, "-m", "bot.cli", "doctor", "--json"], check=False, capture_output=True,
        env={"PATH": "", "SAMOVAR_DATA": str(data), "REDIS_URL": redis_url,
             "SAMOVAR_HTTP_PORT": "0"}, text=True, timeout=120,
    )  # fmt: skip
    (found,) = [one for one in json.loads(run.stdout) if one["part"] == "promise"]
    return run.returncode, found


def test_doctor_shows_whether_the_promise_holds(forgetful: OwnRedis, data_dir: Path) -> None:
    status, found = _promise(forgetful.url, data_dir / "data")
    assert (status, found["status"]) == (0, "warning")
    assert found["sentence"].startswith("nothing accepted is lost: OFF.")
    assert "set `appendonly yes`" in found["sentence"]
    assert _promise("", data_dir / "data")[1]["status"] == "fine"
