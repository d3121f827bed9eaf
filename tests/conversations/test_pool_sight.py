"""What the owner sees of the pool while people wait: metrics, the terminal, logs without words."""

import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conversations.conftest import OwnTown
from tests.support.llm import ModelServer, model_server
from tests.support.pool import until
from tests.support.town import RunningTown, Town

pytestmark = pytest.mark.services

_QUESTION = "Как приготовить щи?"
_OTHER = "Почему первый блин комом?"
_WORDS = re.compile(r"[а-яё]|\\u04", re.IGNORECASE)


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    async with model_server() as server:
        yield server


@pytest.fixture
async def town_of_one_slot(samovar_town: OwnTown, model: ModelServer) -> AsyncIterator[Town]:
    env = {
        "SAMOVAR_GENERATE_BACKEND": f"{model.backend},packaged:extractive",
        "SAMOVAR_SLOTS": "generate=1",
    }
    async with samovar_town(env=env) as town:
        yield town
        model.release()


async def test_the_pool_is_seen_while_people_wait(
    town_of_one_slot: Town, model: ModelServer
) -> None:
    town = town_of_one_slot
    first, second = [await town.new_person(name, language_code="ru") for name in ("Dora", "Emil")]
    for person in (first, second):
        await person.starts()
        await person.sees("Самовар", timeout_s=60)
    model.hold()
    await first.says(_QUESTION)
    await first.sees_draft("[1]", timeout_s=60)
    await second.says(_OTHER)
    await second.sees_draft("В очереди", timeout_s=60)

    async def one_waits() -> bool:
        seen = await metrics(town.processes)
        return seen.get(("waiting", "generate", "high")) == 1

    await until(one_waits, timeout_s=60)
    seen = await metrics(town.processes)
    assert seen["up",] == 1
    assert (seen["running", "generate"], seen["depth", "generate"]) == (1, 2)
    assert (seen["workers", "generate"], seen["slots", "generate"]) == (1, 1)
    assert seen["oldest_waiting_seconds", "generate"] > 0
    assert seen["wait_seconds", "generate", "0.5"] > 0
    assert seen["dead_letters",] == 0
    assert seen["device_memory_used_bytes",] > 0
    assert seen["breaker", "generate", "openai:obedient", "closed"] == 1
    assert seen["breaker", "generate", "openai:obedient", "open"] == 0

    document = json.loads(pool(town.processes, "--json"))
    generate = next(each for each in document["kinds"] if each["kind"] == "generate")
    assert (generate["waiting"]["high"], generate["running"], generate["slots"]) == (1, 1, 1)
    picture = pool(town.processes, "--once")
    assert "1 worker on 1 host · 1 waiting, 1 running" in picture
    assert "openai:obedient" in picture
    assert model.base not in picture + json.dumps(document)

    model.release()
    await first.sees("[1]", timeout_s=60)
    await second.sees("[1]", timeout_s=60)

    async def both_done() -> bool:
        return (await metrics(town.processes)).get(("jobs_total", "generate", "done")) == 2

    await until(both_done, timeout_s=60)
    seen = await metrics(town.processes)
    assert seen["waiting", "generate", "high"] == 0
    assert seen["tokens_total", "generate"] > 2
    assert seen["job_seconds_total", "generate"] > 0
    assert seen["batches_total", "packaged:e5"] > 0
    assert_logs_hold_ids_and_no_words(town.processes)

    # The server dies: after three failures it is left alone, which is seen too.
    await model.die()
    for person, question in ((first, _OTHER), (second, _QUESTION), (first, _QUESTION)):
        await person.says(question)
        await person.sees("[1]", timeout_s=60)

    async def left_alone() -> bool:
        seen = await metrics(town.processes)
        return seen["breaker", "generate", "openai:obedient", "closed"] == 0

    await until(left_alone, timeout_s=60)
    seen = await metrics(town.processes)
    # It is open for some seconds, and then ready for the next try.
    states = [
        seen["breaker", "generate", "openai:obedient", each] for each in ("open", "half-open")
    ]
    assert sum(states) == 1
    assert seen["breaker", "generate", "packaged:extractive", "closed"] == 1
    assert "tried again" in pool(town.processes, "--once")


async def metrics(town: RunningTown) -> dict[tuple[str, ...], float]:
    """Read the pool's part of /metrics; keys are the name and all labels but the worker's."""
    async with httpx.AsyncClient(trust_env=False) as client:
        text = (await client.get(f"{town.bot_http}/metrics")).text
    return {
        (
            sample.name.removeprefix("samovar_pool_"),
            *(sample.labels[label] for label in family_labels(sample.labels)),
        ): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("samovar_pool_")
    }


def family_labels(labels: dict[str, str]) -> list[str]:
    order = ("kind", "model", "backend", "priority", "quantile", "outcome", "state")
    return [label for label in order if label in labels]


def pool(town: RunningTown, *arguments: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "bot.cli", "pool", *arguments],
        env={**town.bot.variables, "PATH": "/usr/bin:/bin", "HOME": str(town.data)},
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def assert_logs_hold_ids_and_no_words(town: RunningTown) -> None:
    assert town.worker is not None
    lines = [line for line in town.worker.said().splitlines() if line]
    done = [event for event in map(json.loads, lines) if event["event"] == "job_done"]
    assert len([event for event in done if event["kind"] == "generate"]) == 2
    assert all(event["job_id"] and event["attempt"] == 1 for event in done)
    assert not [line for line in lines if _WORDS.search(line)]
