"""What people see when the server of the large model dies: an answer, and who wrote it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground.client.talk import Talk
from playground.users import Person
from tests.conversations.conftest import OwnTown
from tests.support.llm import ModelServer, model_server
from tests.support.town import Town, running_town

pytestmark = [pytest.mark.services, pytest.mark.asyncio(loop_scope="module")]

QUESTION = "Как приготовить щи?"
OTHER_QUESTIONS = ("Как приготовить борщ?", "Как заварить чай?", "Как приготовить кашу?")
STAND_IN = "Большая модель сейчас не смогла ответить"
MOST_TRIES = 25


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def model() -> AsyncIterator[ModelServer]:
    """A language model server that can be killed."""
    async with model_server() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(model: ModelServer) -> AsyncIterator[Town]:
    """A Samovar whose answers are written by that server, or by nobody when it is down."""
    env = {
        "SAMOVAR_GENERATE_BACKEND": f"{model.backend},packaged:extractive",
        "SAMOVAR_OPENAI_SILENCE_S": "2",
    }
    with running_town(env=env) as processes:
        async with Town.connect(processes.base) as client:
            assert isinstance(client, Town)
            client.processes = processes
            yield client


async def _newcomer(town: Town) -> Person:
    newcomer = await town.new_person("Dora", language_code="ru")
    await newcomer.starts()
    await newcomer.sees("Самовар", timeout_s=60)
    return newcomer


@pytest_asyncio.fixture(loop_scope="module")
async def person(town: Town, model: ModelServer) -> AsyncIterator[Person]:
    """Somebody who has just met the bot, while the model server lives."""
    await model.revive()
    yield await _newcomer(town)
    await model.revive()
    await town.quiet(timeout_s=60)


def _answers(talk: Talk) -> list[str]:
    return [seen.text for seen in talk.history() if seen.from_bot and "[1]" in seen.text]


async def _answered(town: Town, talk: Talk, question: str) -> str:
    """Ask, and give the only answer that comes."""
    before = len(_answers(talk))
    await talk.says(question)
    await talk.sees("[1]", timeout_s=120)
    await town.quiet(timeout_s=60)
    (answer,) = _answers(talk)[before:]
    return answer


async def _by_the_model(town: Town, talk: Talk) -> str:
    """Ask until the model answers: after a failure it may be left alone for some seconds."""
    for _ in range(MOST_TRIES):
        answer = await _answered(town, talk, QUESTION)
        if STAND_IN not in answer:
            return answer
    raise AssertionError("the model server is not tried again")


async def _not_even_asked(town: Town, model: ModelServer, talk: Talk) -> bool:
    """Ask until the server is spared; on a slow machine a question may meet a probe, or two."""
    for _ in range(MOST_TRIES):
        before = len(model.asked)
        assert STAND_IN in await _answered(town, talk, QUESTION)
        if len(model.asked) == before:
            return True
    return False


async def test_a_model_server_that_dies_in_mid_answer_costs_no_answer(
    town: Town, model: ModelServer, person: Person
) -> None:
    model.hold()
    await person.says(QUESTION)
    await person.sees_draft("[1]", timeout_s=60)
    assert _answers(person) == [], "the answer grows, it is not there"
    await model.die()
    await person.sees("[1]", timeout_s=120)
    await town.quiet(timeout_s=60)
    (answer,) = _answers(person)
    assert answer.count("[1]") >= 2, "the whole answer, not what there was"
    assert answer.rstrip().splitlines()[-1].startswith(STAND_IN)


async def test_a_model_server_that_hangs_is_waited_for_a_few_times_and_comes_back(
    town: Town, model: ModelServer, person: Person
) -> None:
    await _by_the_model(town, person)
    before = len(model.asked)
    model.hang()
    for question in OTHER_QUESTIONS:
        assert STAND_IN in await _answered(town, person, question)
    assert len(model.asked) == before + len(OTHER_QUESTIONS)
    assert await _not_even_asked(town, model, person)
    await model.revive()
    await _by_the_model(town, person)


async def test_without_a_fallback_in_the_worker_the_bot_answers_from_the_sources(
    samovar_town: OwnTown,
) -> None:
    async with (
        model_server() as model,
        samovar_town(env={"SAMOVAR_GENERATE_BACKEND": model.backend}) as town,
    ):
        person = await _newcomer(town)
        model.hold()
        await person.says(QUESTION)
        await person.sees_draft("[1]", timeout_s=60)
        await model.die()
        await person.sees("[1]", timeout_s=120)
        await town.quiet(timeout_s=60)
        (answer,) = _answers(person)
        assert answer.count("[1]") >= 2
        assert STAND_IN in answer
