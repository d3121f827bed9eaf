import re

import pytest

from tests.conversations.conftest import OwnTown

pytestmark = [pytest.mark.services, pytest.mark.timeout(400)]


async def test_the_owner_has_the_ranking_tuned_by_a_button(samovar_town: OwnTown) -> None:
    async with samovar_town() as town:
        found = re.search(r"start=(claim_[\w-]+)", town.processes.bot.said())
        assert found is not None
        owner = await town.new_person("Olga", language_code="ru")
        await owner.starts(found[1])
        await owner.sees("владелец", timeout_s=60)
        await owner.says("/report")
        report = await owner.sees("Как отвечал Самовар")
        await owner.taps("🎛 Подстроить ранжирование", on=report)
        begun = await owner.sees("Подстраиваю ранжирование", timeout_s=30)
        await owner.taps("🎛 Подстроить ранжирование", on=report)
        await owner.sees("уже подстраивается", timeout_s=30)
        outcome = await owner.sees("отложенных", timeout_s=240)
        assert outcome.id == begun.id, "the outcome takes the place of the beginning"
        assert re.search(r"0[.,]\d{4}", outcome.text), outcome.text
        await owner.says("Как приготовить щи?")
        await owner.sees("[1]", timeout_s=60)
