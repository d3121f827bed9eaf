import pytest

from tests.support.town import Town

pytestmark = pytest.mark.services


async def test_a_question_is_answered_in_any_chat_while_it_is_typed(town: Town) -> None:
    ivan = await town.new_person("Ivan", language_code="ru")
    alice = town.user("alice")
    group = ivan.in_group(await town.new_group("Кухня", ivan, [alice]))
    found = await group.asks_inline("@helper_bot", "Как приготовить щи?")
    assert found.results[0]["title"] == "Ответ"
    sent = await group.chooses(found)
    assert "[1]" in sent.text
    assert "щи" in sent.text.lower()


async def test_nothing_is_made_up_inline(town: Town) -> None:
    ivan = await town.new_person("Ivan", language_code="ru")
    found = await ivan.asks_inline("@helper_bot", "Сколько спутников у планеты Нептун?")
    assert all(result["title"] != "Ответ" for result in found.results)
    assert found.button is not None
