import json
import re

import httpx
import pytest

from playground.users import InGroup, Person
from tests.support.town import Town

pytestmark = pytest.mark.services

_CITED = re.compile(r"\[1\]")


async def _newcomer(town: Town, name: str, language: str = "ru") -> Person:
    person = await town.new_person(name, language_code=language)
    await person.starts()
    await person.sees("Самовар" if language == "ru" else "Samovar")
    return person


async def _group(town: Town, *people: Person) -> list[InGroup]:
    group_id = await town.new_group("Кухня", people[0], [*people[1:], town.bot_id])
    return [person.in_group(group_id) for person in people]


async def test_one_tap_leads_to_the_first_answer(town: Town) -> None:
    anna = await _newcomer(town, "Anna")
    greeting = await anna.sees("Самовар")
    assert len(greeting.text) <= 600
    assert len(greeting.buttons) == 3
    await anna.taps(greeting.buttons[0], on=greeting)
    await anna.sees_draft()
    answer = await anna.sees(_CITED)
    assert "Источники" in answer.text
    assert {"👍", "👎"} <= set(answer.buttons)
    await anna.taps("👍", on=answer)
    await anna.sees_toast("Спасибо")
    await anna.taps("✂️ Короче", on=answer)
    shorter = await anna.sees(_CITED)
    assert len(shorter.text) < len(answer.text)


async def test_settings_are_edited_in_place_and_belong_to_who_opened_them(town: Town) -> None:
    boris = await _newcomer(town, "Boris")
    vera = await _newcomer(town, "Vera")
    in_group, stranger = await _group(town, boris, vera)
    await in_group.says("/settings")
    panel = await in_group.sees("Настройки")
    await stranger.taps("🌐 Язык", on=panel)
    assert (await stranger.sees_toast("другого человека")).is_alert
    await in_group.taps("🌐 Язык", on=panel)
    page = await in_group.sees("На каком языке")
    assert page.id == panel.id
    assert "✓ Как в Telegram" in page.buttons
    await in_group.taps("English", on=page)
    english = await in_group.sees("Which language")
    assert "✓ English" in english.buttons
    await in_group.taps("← Back", on=english)
    await in_group.sees("Language: English")
    await boris.says("/help")
    await boris.sees("How to ask")
    await boris.says("please answer briefly")
    await boris.sees("my answers will be shorter")
    await boris.says("open the settings")
    await boris.sees("Answers: short")
    await vera.says("забудь наш разговор")
    await vera.sees("ещё и не начинали")


async def test_a_group_gets_answers_only_when_it_asks_the_bot(town: Town) -> None:
    gleb = await _newcomer(town, "Gleb")
    dasha = await _newcomer(town, "Dasha")
    group, other = await _group(town, gleb, dasha)
    await group.says("Как приготовить щи?")
    await group.sees_nothing()
    me = next(bot for bot in town.state["bots"] if bot["user"]["id"] == town.bot_id)["user"]
    asked = await group.says(f"@{me['username']} как приготовить щи?")
    answer = await group.sees(_CITED)
    assert answer.message.reply_to_message is not None
    assert answer.message.reply_to_message.message_id == asked.id
    assert sum(1 for seen in group.history() if seen.from_bot and seen.text) == 1
    await other.taps("👎", on=answer)
    assert (await other.sees_toast("кто спрашивал")).is_alert
    await group.replies(answer, "а без капусты?")
    follow_up = await group.sees(_CITED)
    assert follow_up.text != answer.text


async def test_own_data_is_handed_over_and_then_forgotten(town: Town) -> None:
    egor = await _newcomer(town, "Egor")
    await egor.says("/mydata")
    await egor.sees("ничего о вас не храню")
    await egor.says("Как приготовить щи?")
    await egor.sees(_CITED)
    await egor.says("/mydata")
    handed = await egor.sees("всё, что я о вас храню")
    assert handed.message.document is not None
    exported = await _document(town, handed.message.document.file_id)
    assert exported["questions"]["requests"][0]["question"] == "Как приготовить щи?"
    await egor.says("/forget")
    await egor.taps("Да, стереть")
    receipt = await egor.sees("всё стёрто")
    assert "вопросы: 1" in receipt.text
    await egor.says("/mydata")
    await egor.sees("ничего о вас не храню")
    await egor.says("а без капусты?")
    await egor.sees(where=lambda seen: bool(seen.buttons))
    await egor.says("Как приготовить щи?")
    await egor.sees(_CITED)


async def test_a_group_is_no_place_for_own_data(town: Town) -> None:
    zoya = await _newcomer(town, "Zoya")
    (group,) = await _group(town, zoya)
    for command in ("/mydata", "/forget"):
        await group.says(command)
        await group.sees("наедине")


async def test_the_owner_closes_the_bot_and_invites(town: Town) -> None:
    owner = await _newcomer(town, "Olga")
    guest = await _newcomer(town, "Pavel")
    await guest.says("/access")
    await guest.sees("владелец")
    await owner.starts(_claim(town))
    await owner.sees("владелец этого бота")
    assert "access" in await owner.commands()
    await guest.starts(_claim(town))
    await guest.sees("уже сработала")
    await owner.says("/access")
    panel = await owner.sees("Кто может пользоваться")
    try:
        await owner.taps("По ссылке", on=panel)
        await owner.sees("ссылка-приглашение")
        await guest.says("Как приготовить щи?")
        await guest.sees("Извините")
        await guest.says("Ну пожалуйста")
        await guest.sees_nothing()
        await owner.taps("🔗 Новая ссылка-приглашение")
        invited = await owner.sees("start=join_")
        found = re.search(r"start=(join_\S+)", invited.text)
        assert found is not None
        assert len(found[1]) <= 64
        await guest.starts(found[1])
        await guest.sees("Добро пожаловать")
        await guest.says("Как приготовить щи?")
        await guest.sees(_CITED)
        await owner.taps("← Назад")
        await owner.taps("👤 Люди")
        await owner.taps("Pavel")
        await owner.taps("🚪 Убрать из списка")
        await owner.sees("Люди в списке")
        await guest.says("/help")
        await guest.sees_nothing()
        await owner.says(f"/access {guest.id}")
        await owner.sees("Участник")
        await guest.says("/help")
        await guest.sees("Как спрашивать")
    finally:
        await owner.says("/access")
        await owner.taps("Открыт всем")
        await owner.sees("Любой")


async def test_what_is_no_question_gets_a_hint(town: Town) -> None:
    igor = await _newcomer(town, "Igor", "en")
    await igor.says("/nonsense")
    await igor.sees("do not know this command")
    await igor.sends_voice(b"OggS" + b"\0" * 40, duration=1)
    await igor.sees("only understand text")
    await igor.says("/cancel")
    await igor.sees("nothing to stop")


async def test_commands_are_offered_by_place_and_language(town: Town) -> None:
    kirill = await _newcomer(town, "Kirill")
    assert {"start", "help", "settings", "forget"} <= set(await kirill.commands())
    (group,) = await _group(town, kirill)
    offered = await group.commands()
    assert "help" in offered
    assert "forget" not in offered


def _claim(town: Town) -> str:
    found = re.search(r"start=(claim_[\w-]+)", town.processes.bot.said())
    assert found is not None
    assert len(found[1]) <= 64
    return found[1]


async def _document(town: Town, file_id: str) -> dict[str, dict[str, list[dict[str, str]]]]:
    async with httpx.AsyncClient(base_url=town.processes.base, trust_env=False) as client:
        answer = await client.get(f"/sim/files/{file_id}")
    exported: dict[str, dict[str, list[dict[str, str]]]] = json.loads(answer.text)
    return exported
