"""Two bot processes with one token by webhook behind a round-robin proxy."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from playground.client.talk import Talk
from playground.users import Person
from services.adapters.sql.engine import create_engine
from tests.support.llm import ModelServer, model_server
from tests.support.processes import Process, answers, free_port
from tests.support.round_robin import RoundRobin, round_robin
from tests.support.town import Town, running_town

pytestmark = [pytest.mark.services, pytest.mark.asyncio(loop_scope="module")]

QUESTION = "Как приготовить щи?"
CROWD = 70
"""More than twice what all chats together may get in a second, so that each replica alone would
send as much as both may."""
ASKING = 6


@dataclass(frozen=True)
class Pair:
    """Two replicas and what is around them; the first has the town's own port."""

    town: Town
    model: ModelServer
    proxy: RoundRobin
    engine: AsyncEngine
    bots: tuple[Process, Process]

    def replica(self, bot: Process) -> str:
        """Give the id by which a process is known to the other."""
        number = self.bots.index(bot)
        return (self.town.processes.data / "replicas" / f"{number}.id").read_text()

    async def running(self, replica: str) -> int:
        """Count the questions that a replica answers now."""
        query = text("SELECT count(*) FROM requests WHERE replica = :replica AND state = 'running'")
        async with self.engine.connect() as connection:
            return int((await connection.execute(query, {"replica": replica})).scalar_one())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(postgres_server_url: str) -> AsyncIterator[Pair]:
    """Both replicas ready, their updates coming by the proxy; Telegram's limits are on."""
    async with model_server() as model, round_robin() as proxy:
        env = {
            "SAMOVAR_WEBHOOK_URL": proxy.url,
            "DATABASE_URL": postgres_server_url,
            "SAMOVAR_GENERATE_BACKEND": model.backend,
        }
        engine = create_engine(postgres_server_url)
        async with engine.begin() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
        with running_town(env=env, limits="faq") as processes:
            port = free_port()
            first = processes.bot
            second = Process(
                ("run",), variables={**first.variables, "SAMOVAR_HTTP_PORT": str(port)},
                log=processes.data / "bot2.log",
            )  # fmt: skip
            proxy.backends = [processes.bot_http, f"http://127.0.0.1:{port}"]
            try:
                second.start()
                second.until(lambda: answers(f"{proxy.backends[1]}/readyz"))
                async with Town.connect(processes.base) as town:
                    assert isinstance(town, Town)
                    town.processes = processes
                    yield Pair(town, model, proxy, engine, (first, second))
            finally:
                model.release()
                second.end()
                await engine.dispose()


async def _handled(address: str) -> float:
    """Read from a replica's metrics how many updates it handled."""
    async with httpx.AsyncClient(trust_env=False) as client:
        metrics = (await client.get(f"{address}/metrics")).text
    found = re.findall(r'^samovar_updates_handled_total\{outcome="handled"\} (\S+)', metrics, re.M)
    return float(found[0]) if found else 0.0


def _answers(talk: Talk) -> list[str]:
    return [seen.text for seen in talk.history() if seen.from_bot and "[1]" in seen.text]


async def _refused(town: Town) -> list[str]:
    """List the calls that were too many for Telegram."""
    return [call["method"] for call in await town.calls() if "Too Many Requests" in str(call)]


async def _crowd(town: Town, count: int) -> list[Person]:
    return [await town.new_person(f"Dora{number}", language_code="ru") for number in range(count)]


async def test_a_crowd_at_two_replicas_meets_the_limits_of_one_bot(pair: Pair) -> None:
    people, asking = await _crowd(pair.town, CROWD), await _crowd(pair.town, ASKING)
    await asyncio.gather(
        *(person.says("/help") for person in people),
        *(person.says(QUESTION) for person in asking),
    )
    await asyncio.gather(*(person.sees("/settings", timeout_s=120) for person in people))
    await asyncio.gather(*(person.sees("[1]", timeout_s=120) for person in asking))
    await pair.town.quiet(timeout_s=60)
    assert [len(_answers(person)) for person in asking] == [1] * ASKING
    helped = [sum("/settings" in seen.text for seen in person.history()) for person in people]
    assert helped == [1] * CROWD
    assert await _refused(pair.town) == []
    # Both took updates, and both worked.
    assert all(pair.proxy.served[backend] > CROWD / 4 for backend in pair.proxy.backends)
    assert all([await _handled(backend) > 0 for backend in pair.proxy.backends])


async def test_answers_of_a_killed_replica_are_delivered_once_by_the_other(pair: Pair) -> None:
    people = await _crowd(pair.town, ASKING)
    pair.model.hold()
    await asyncio.gather(*(person.says(QUESTION) for person in people))
    for person in people:
        await person.sees_draft("[1]", timeout_s=120)
    asked = len(pair.model.asked)
    loads = {bot: await pair.running(pair.replica(bot)) for bot in pair.bots}
    assert sum(loads.values()) == ASKING
    victim = max(pair.bots, key=lambda bot: loads[bot])
    survivor = next(bot for bot in pair.bots if bot is not victim)
    victim.kill()
    pair.model.release()
    # Updates go on coming, now to one.
    late = (await _crowd(pair.town, 1))[0]
    await late.says(QUESTION)
    for person in (*people, late):
        await person.sees("[1]", timeout_s=180)
    await pair.town.quiet(timeout_s=120)
    assert [len(_answers(person)) for person in (*people, late)] == [1] * (ASKING + 1)
    assert "replica_adopted" in survivor.said()
    assert len(pair.model.asked) == asked + 1, "the survivor took up the jobs that ran on"
    assert await _refused(pair.town) == []
    victim.start()
    victim.until(lambda: answers(f"{pair.proxy.backends[pair.bots.index(victim)]}/readyz"))
    await pair.town.quiet(timeout_s=120)
    assert [len(_answers(person)) for person in people] == [1] * ASKING
