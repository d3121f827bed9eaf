import pytest

from tests.support.town import Town

pytestmark = pytest.mark.services


async def test_a_question_gets_a_cited_answer(town: Town) -> None:
    dora = await town.new_person("Dora", language_code="ru")
    await dora.starts()
    await dora.says("Как приготовить щи?")
    answer = await dora.sees("[1]")
    assert "щи" in answer.text.lower()
