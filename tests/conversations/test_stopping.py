import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests.support.slow_model import slow_model
from tests.support.town import Town

pytestmark = pytest.mark.services

_QUESTION = "Как приготовить щи без капусты?"
# It stands in the demo library: only sentences that the evidence supports are ever shown.
_BEGINNING = (
    "Чтобы приготовить щи без капусты, сварите в бульоне картофель и за три-пять минут до конца "
    "положите рубленый щавель [1]. "
)
_SHOWN = "положите рубленый щавель"
OwnTown = Callable[..., AbstractAsyncContextManager[Town]]


@pytest.fixture
async def slow_town(samovar_town: OwnTown) -> AsyncIterator[Town]:
    """A town whose model begins every answer and finishes none."""
    async with (
        slow_model(_BEGINNING) as base_url,
        samovar_town(env={"SAMOVAR_GENERATE_BACKEND": f"openai:slow@{base_url}"}) as town,
    ):
        yield town


async def test_nobody_waits_for_a_model_that_thinks(slow_town: Town) -> None:
    bob = slow_town.user("bob")
    group = bob.in_group("Club")
    me = next(iter(slow_town.state["bots"]))["user"]["username"]

    # Stop of a draft: what there was stays, marked.
    await bob.says(_QUESTION)
    await bob.sees_draft(_SHOWN)
    await bob.stops()
    stopped = await bob.sees("ответ неполный")
    assert _SHOWN in stopped.text

    # Cancel and reset.
    await bob.says(_QUESTION)
    await bob.sees_draft(_SHOWN)
    await bob.says("/cancel")
    await bob.sees("Остановил")
    await bob.says(_QUESTION)
    await bob.sees_draft(_SHOWN)
    await bob.says("/reset")
    await bob.sees("с чистого листа")

    # A group: the answer runs, and everything else that the same person writes is seen to.
    await group.says(f"@{me} {_QUESTION}")
    placeholder = await group.sees(_SHOWN)
    talk = await group.says("а я пока поболтаю")
    await group.sees_nothing("болтаю")
    assert talk.id in _passed(slow_town)
    carol = slow_town.user("carol").in_group("Club")
    await carol.taps("⏹ Стоп", on=placeholder)
    assert (await carol.sees_toast()).is_alert
    await group.taps("⏹ Стоп", on=placeholder)
    final = await group.sees("ответ неполный")
    assert final.id == placeholder.id

    # More questions than a conversation may have waiting are refused kindly.
    for _ in range(6):
        await bob.says(_QUESTION)
    await bob.sees("несколько вопросов в работе")
    await bob.says("/cancel")
    await bob.sees("Остановил всё (5)")

    # Forgetting ends what runs, and nothing of it comes back.
    await bob.says(_QUESTION)
    await bob.sees_draft(_SHOWN)
    await bob.says("/forget")
    await bob.taps("Да, стереть")
    await bob.sees("всё стёрто")
    await bob.sees_nothing("неполный")


def _passed(town: Town) -> set[int]:
    """Read which group messages the gate has let through."""
    lines = (line for line in town.processes.bot.said().splitlines() if "gate_passed" in line)
    return {json.loads(line)["message_id"] for line in lines}
