"""What people see when processes die, and while a model takes long."""

import pytest

from playground.talk import Talk
from playground.wire import Wire
from tests.conversations.conftest import OwnTown
from tests.support.llm import ModelServer, model_server
from tests.support.town import Town

pytestmark = pytest.mark.services

QUESTION = "Как приготовить щи?"
FOLLOW_UP = "а без капусты?"
# Short leases, so that a dead process is noticed soon.
SOON = {"SAMOVAR_WORKER_LEASE_S": "2"}


def _answers(talk: Talk) -> list[str]:
    return [seen.text for seen in talk.history() if seen.from_bot and "[1]" in seen.text]


async def _answered_once(town: Wire, talk: Talk) -> str:
    """Wait for the answer; nothing more comes once the bot is quiet."""
    await talk.sees("[1]", timeout_s=120)
    await town.quiet(timeout_s=60)
    (answer,) = _answers(talk)
    return answer


def _slow(model: ModelServer) -> dict[str, str]:
    return {**SOON, "SAMOVAR_GENERATE_BACKEND": model.backend}


async def _begun(town: Town, model: ModelServer, talk: Talk) -> None:
    """Ask, and wait until half of the answer is there."""
    asked = len(model.asked)
    model.hold()
    await talk.says(QUESTION)
    await model.until_asked(asked + 1)
    await talk.sees_draft("щи", timeout_s=60)


async def test_a_worker_killed_in_mid_answer_costs_no_answer_and_repeats_none(
    samovar_town: OwnTown,
) -> None:
    async with model_server() as model, samovar_town(env=_slow(model)) as town:
        alice = town.user("alice")
        await alice.starts()
        await _begun(town, model, alice)
        worker = town.processes.worker
        assert worker is not None
        worker.kill()
        model.release()
        worker.start()
        answer = await _answered_once(town, alice)
        assert "щи" in answer.lower()
        assert len(model.asked) == 2


async def test_a_bot_killed_right_after_it_fetched_a_question_answers_it_once(
    samovar_town: OwnTown,
) -> None:
    async with samovar_town(env=SOON) as town:
        alice = town.user("alice")
        await alice.starts()
        await town.quiet()
        await alice.says(QUESTION)
        await town.delivered(QUESTION, state="delivered")
        town.processes.bot.kill()
        town.processes.restart_bot()
        await _answered_once(town, alice)


async def test_a_bot_killed_in_mid_answer_delivers_it_once_after_the_restart(
    samovar_town: OwnTown,
) -> None:
    async with model_server() as model, samovar_town(env=_slow(model)) as town:
        alice = town.user("alice")
        await alice.starts()
        await _begun(town, model, alice)
        town.processes.bot.kill()
        model.release()
        town.processes.restart_bot()
        answer = await _answered_once(town, alice)
        assert answer.count("[1]") >= 2, "the whole answer, not its first half"
        assert len(model.asked) == 1, "the restarted bot attaches to the job that ran on"


async def test_a_bot_killed_between_two_turns_still_understands_the_follow_up(
    samovar_town: OwnTown,
) -> None:
    async with samovar_town(env=SOON) as town:
        alice = town.user("alice")
        await alice.starts()
        await alice.says(QUESTION)
        with_cabbage = await alice.sees("[1]", timeout_s=60)
        town.processes.bot.kill()
        town.processes.restart_bot()
        await alice.says(FOLLOW_UP)
        without = await alice.sees("[1]", timeout_s=60)
        await town.quiet(timeout_s=60)
        assert len(_answers(alice)) == 2
        assert without.text != with_cabbage.text
        assert "щав" in without.text.lower() or "без капусты" in without.text.lower()


async def test_while_a_model_takes_long_everything_else_answers_at_once(
    samovar_town: OwnTown,
) -> None:
    async with model_server() as model, samovar_town(env=_slow(model)) as town:
        alice = town.user("alice")
        club = alice.in_group("club")
        await alice.starts()

        # Stop: what there was is kept, and the model's slot is free.
        await _begun(town, model, alice)
        await alice.stops()
        stopped = await alice.sees("щи")
        assert "[1]" in stopped.text
        await model.until_left(1)

        # /cancel and /reset, each while an answer runs that nothing lets go on.
        await _begun(town, model, alice)
        await alice.says("/cancel")
        await alice.sees("")
        await model.until_left(2)
        await _begun(town, model, alice)
        await alice.says("/reset")
        await alice.sees("")

        # A group message of the same person is judged while the model still works.
        plain = await club.says("Всем доброе утро")
        judged = f'"message_id": {plain.id}'
        town.processes.bot.until(
            lambda: any(
                "gate_passed" in line and judged in line
                for line in town.processes.bot.said().splitlines()
            )
        )
        assert model.left <= 3
        await club.sees_nothing()
