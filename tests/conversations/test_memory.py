"""What people tell about themselves: remembered with their knowledge, shown, used, erased."""

import pytest

from tests.support.town import Town

pytestmark = pytest.mark.services


async def test_a_person_tells_changes_and_erases_what_is_remembered(town: Town) -> None:
    olga = await town.new_person("Olga", language_code="ru")
    await olga.starts()
    await olga.sees("Самовар")
    await olga.says("Запомни, что у меня аллергия на сметану")
    await olga.sees("Запомнил: «У меня аллергия на сметану»")
    await olga.says("Я живу в Казани.")
    await olga.sees("Запомнил: «Я живу в Казани»")
    await olga.says("Теперь я живу в Уфе")
    await olga.sees("Было: «Я живу в Казани»")
    await olga.says("Где я живу?")
    told = await olga.sees("Вы говорили мне")
    assert "• Я живу в Уфе" in told.text
    assert "аллергия" not in told.text
    await olga.says("Запомни: пароль от почты qwerty")
    await olga.sees("не запоминаю: в переписке")

    await olga.says("/memory")
    await olga.sees("2 записи")
    await olga.taps("1. Я живу в Уфе")
    await olga.taps("✏️ Изменить")
    prompt = await olga.sees("Ответьте на это сообщение")
    await olga.replies(prompt, "Я живу в Самаре")
    await olga.sees("Я живу в Самаре")
    await olga.taps("1. Я живу в Самаре")
    await olga.taps("🗑 Забыть это")
    await olga.sees("1 запись")


async def test_a_group_remembers_when_its_admin_wants_and_after_a_yes(town: Town) -> None:
    vera = await town.new_person("Vera", language_code="ru")
    chat = await town.new_group("Дача", vera, [town.bot_id], type="supergroup")
    there = vera.in_group(chat)
    bot = f"@{town.state['bots'][0]['user']['username']}"
    await there.says("/memory")
    await there.taps("Включить память в группе")
    await there.says(f"{bot} я не ем рыбу")
    await there.sees("Запомнить, чтобы учитывать")
    await there.taps("Запомнить")
    await there.sees("Запомнил: «Я не ем рыбу»")


async def test_what_shows_health_is_remembered_after_a_yes_and_counts_in_answers(
    town: Town,
) -> None:
    yana = await town.new_person("Yana", language_code="ru")
    await yana.starts()
    await yana.sees("Самовар")
    await yana.says("Я вегетарианка, как приготовить щи?")
    await yana.sees("Запомнить, чтобы учитывать")
    first = await yana.sees("", where=lambda seen: "👍" in seen.buttons)
    assert "Не учитывать" not in first.buttons
    await yana.taps("Запомнить")
    await yana.sees("Запомнил: «Я вегетарианка»")
    await yana.says("Как приготовить щи?")
    answer = await yana.sees("Учёл, что вы говорили: «Я вегетарианка»")
    assert "говядин" not in answer.text.partition("Источники")[0]
    await yana.taps("Не учитывать")
    again = await yana.sees("", where=lambda seen: "👍" in seen.buttons and seen is not answer)
    assert again.text
