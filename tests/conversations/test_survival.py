"""What people see when processes die, and while a model takes long.

One town serves all of these tests: what is killed is started again, and each test has people of
its own.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground.client.talk import Talk
from playground.users import Person
from tests.support.llm import ModelServer, model_server
from tests.support.town import Town, running_town

pytestmark = [pytest.mark.services, pytest.mark.asyncio(loop_scope="module")]

QUESTION = "Как приготовить щи?"
FOLLOW_UP = "а без капусты?"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def model() -> AsyncIterator[ModelServer]:
    """A language model server that can be held in mid-answer."""
    async with model_server() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(model: ModelServer) -> AsyncIterator[Town]:
    """A Samovar whose answers are written by the model server; dead workers are noticed soon."""
    env = {"SAMOVAR_WORKER_LEASE_S": "2", "SAMOVAR_GENERATE_BACKEND": model.backend}
    with running_town(env=env) as processes:
        async with Town.connect(processes.base) as client:
            assert isinstance(client, Town)
            client.processes = processes
            yield client


@pytest_asyncio.fixture(loop_scope="module")
async def person(town: Town, model: ModelServer) -> AsyncIterator[Person]:
    """Somebody who has just met the bot."""
    newcomer = await town.new_person("Dora", language_code="ru")
    await newcomer.starts()
    await newcomer.sees("Самовар", timeout_s=60)
    yield newcomer
    model.release()
    await town.quiet(timeout_s=60)


def _answers(talk: Talk) -> list[str]:
    return [seen.text for seen in talk.history() if seen.from_bot and "[1]" in seen.text]


async def _answered_once(town: Town, talk: Talk) -> str:
    """Wait for the answer; nothing more comes once the bot is quiet."""
    await talk.sees("[1]", timeout_s=120)
    await town.quiet(timeout_s=60)
    (answer,) = _answers(talk)
    return answer


async def _begun(model: ModelServer, talk: Talk) -> None:
    """Ask, and wait until half of the answer is there."""
    asked = len(model.asked)
    model.hold()
    await talk.says(QUESTION)
    await model.until_asked(asked + 1)
    await talk.sees_draft("[1]", timeout_s=60)


async def test_a_worker_killed_in_mid_answer_costs_no_answer_and_repeats_none(
    town: Town, model: ModelServer, person: Person
) -> None:
    await _begun(model, person)
    asked = len(model.asked)
    worker = town.processes.worker
    assert worker is not None
    worker.kill()
    model.release()
    worker.start()
    answer = await _answered_once(town, person)
    assert answer.count("[1]") >= 2, "the whole answer, not its first half"
    assert len(model.asked) == asked + 1, "the job ran once more, not oftener"


async def test_a_bot_killed_right_after_it_fetched_a_question_answers_it_once(
    town: Town, person: Person
) -> None:
    await person.says(QUESTION)
    await town.delivered(QUESTION, state="delivered")
    town.processes.bot.kill()
    town.processes.restart_bot()
    answer = await _answered_once(town, person)
    assert "щи" in answer.lower()


async def test_a_bot_killed_in_mid_answer_delivers_it_once_after_the_restart(
    town: Town, model: ModelServer, person: Person
) -> None:
    await _begun(model, person)
    asked = len(model.asked)
    town.processes.bot.kill()
    model.release()
    town.processes.restart_bot()
    answer = await _answered_once(town, person)
    assert answer.count("[1]") >= 2, "the whole answer, not its first half"
    assert len(model.asked) == asked, "the restarted bot attaches to the job that ran on"


async def test_a_bot_killed_between_two_turns_still_understands_the_follow_up(
    town: Town, model: ModelServer, person: Person
) -> None:
    await person.says(QUESTION)
    await person.sees("[1]", timeout_s=60)
    town.processes.bot.kill()
    town.processes.restart_bot()
    await person.says(FOLLOW_UP)
    await person.sees("[1]", timeout_s=60)
    await town.quiet(timeout_s=60)
    assert len(_answers(person)) == 2
    rewritten = model.asked[-1].splitlines()[-1].lower()
    assert "щи" in rewritten
    assert "без капусты" in rewritten


async def test_stop_keeps_what_there_was_and_frees_the_slot_of_the_model(
    model: ModelServer, person: Person
) -> None:
    left = model.left
    await _begun(model, person)
    await person.stops()
    stopped = await person.sees("[1]")
    assert stopped.text.count("[1]") == 1, "what came after Stop is not shown"
    await model.until_left(left + 1)
