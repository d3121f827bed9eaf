"""A pool that is full says so, and how long it takes; the person decides."""

from collections.abc import AsyncIterator

import pytest

from tests.conversations.conftest import OwnTown
from tests.support.llm import ModelServer, model_server
from tests.support.town import Town

pytestmark = pytest.mark.services

_QUESTION = "Как приготовить щи?"
_OTHER = "Как заварить чай?"


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    async with model_server() as server:
        yield server


@pytest.fixture
async def busy_town(samovar_town: OwnTown, model: ModelServer) -> AsyncIterator[Town]:
    """A town whose model writes one answer at a time, with no room to wait beside it."""
    env = {
        "SAMOVAR_GENERATE_BACKEND": model.backend,
        "SAMOVAR_SLOTS": "generate=1",
        "SAMOVAR_WAITING": "generate=0",
    }
    async with samovar_town(env=env) as town:
        yield town
        model.release()


async def test_a_full_pool_offers_to_wait_or_to_leave(busy_town: Town, model: ModelServer) -> None:
    first, second, third = [
        await busy_town.new_person(name, language_code="ru") for name in ("Dora", "Emil", "Foma")
    ]
    for person in (first, second, third):
        await person.starts()
        await person.sees("Самовар", timeout_s=60)
    model.hold()
    await first.says(_QUESTION)
    await first.sees_draft("[1]", timeout_s=60)

    await second.says(_OTHER)
    offer = await second.sees("Сейчас занято", timeout_s=60)
    assert "примерно" in offer.text
    await second.taps("⏳ Подожду")
    await second.sees("Место за вами")
    await second.sees_draft("В очереди, примерно", timeout_s=60)

    await third.says(_OTHER)
    await third.sees("Сейчас занято", timeout_s=60)
    await third.taps("🚪 Не сейчас")
    await third.sees("в другой раз")

    model.release()
    await first.sees("[1]", timeout_s=60)
    answer = await second.sees("[1]", timeout_s=60)
    assert "чай" in answer.text.lower()
    await third.taps("🔁 Заново")
    await third.sees("[1]", timeout_s=60)


async def test_a_restart_keeps_the_answer_that_was_being_written_and_the_place_in_line(
    busy_town: Town, model: ModelServer
) -> None:
    """After a restart the half-written answer gave way to "all is busy"."""
    dora, emil = [await busy_town.new_person(name, language_code="ru") for name in ("Dora", "Emil")]
    kitchen = await busy_town.new_group("Кухня", dora, [emil, busy_town.bot_id])
    first, second = dora.in_group(kitchen), emil.in_group(kitchen)
    name = next(iter(busy_town.state["bots"]))["user"]["username"]
    model.hold()
    await first.says(f"@{name} {_QUESTION}")
    begun = await first.sees("[1]", timeout_s=60)

    await second.says(f"@{name} {_OTHER}")
    offer = await second.sees("Сейчас занято", timeout_s=60)
    await first.taps("⏳ Подожду", on=offer)
    assert (await first.sees_toast()).is_alert, "the place is offered to who asked"
    await second.taps("⏳ Подожду", on=offer)
    assert (await second.sees("Место за вами")).id == offer.id
    place = await second.sees("В очереди, примерно", timeout_s=60)

    busy_town.processes.bot.stop()
    busy_town.processes.restart_bot()
    model.release()
    await first.sees("Источники", timeout_s=60, where=lambda seen: seen.id == begun.id)
    await second.sees("Источники", timeout_s=60, where=lambda seen: seen.id == place.id)
