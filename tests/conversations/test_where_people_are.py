"""Groups, comments, several conversations, and what people say of an answer."""

import re

import pytest

from playground.users import Person
from tests.support.town import Town

pytestmark = pytest.mark.services

_CITED = re.compile(r"\[1\]")


async def _newcomer(town: Town, name: str) -> Person:
    person = await town.new_person(name, language_code="ru")
    await person.starts()
    await person.sees("Самовар")
    return person


async def test_a_group_calls_the_bot_by_its_name_and_talks_about_samovars(town: Town) -> None:
    zoya = await _newcomer(town, "Zoya")
    chat = await town.new_group("Чаёвники", zoya, [town.bot_id])
    group = zoya.in_group(chat)
    # Telegram shows bots everything that is said only where they are administrators.
    await group.makes(town.bot_id, "administrator")
    await group.says("Самовар закипел, идите пить чай!")
    said = await group.says("Самовар, как приготовить щи?")
    answer = await group.sees(_CITED)
    reply = answer.message.reply_to_message
    assert reply is not None
    assert reply.message_id == said.id


async def test_a_comment_under_a_channels_post_is_answered_among_the_comments(town: Town) -> None:
    yana = await _newcomer(town, "Yana")
    talk = await town.new_group("Обсуждение", yana, [town.bot_id], type="supergroup")
    channel = await town.new_group("Кухня", yana, type="channel", linked=talk)
    await yana.in_group(channel).says("Сегодня говорим о супах.")
    comments = yana.in_group(talk)
    post = await comments.sees("Сегодня говорим о супах.", from_bot=False)
    me = town.state["bots"][0]["user"]["username"]
    asked = await comments.replies(post, f"@{me} как приготовить щи?")
    answer = await comments.sees(_CITED)
    reply = answer.message.reply_to_message
    assert reply is not None
    assert reply.message_id == asked.id


async def test_a_conversation_is_set_aside_and_gone_on_with(town: Town) -> None:
    kira = await _newcomer(town, "Kira")
    await kira.says("Как приготовить щи?")
    await kira.sees(_CITED)
    await kira.says("/new")
    await kira.sees("Начинаем новый разговор")
    await kira.says("О чём мы говорили?")
    await kira.sees("Мы ещё ни о чём не говорили")
    await kira.says("/chats")
    chats = await kira.sees("Отложенные разговоры")
    await kira.taps(chats.buttons[0], on=chats)
    await kira.sees("Продолжаем: «Как приготовить щи?»")
    await kira.says("а без капусты?")
    answer = await kira.sees(_CITED)
    assert "капуст" in answer.text.lower()


async def test_a_thumb_down_asks_what_was_wrong_and_the_owner_reads_it(town: Town) -> None:
    lev = await _newcomer(town, "Lev")
    await lev.says("Как приготовить щи?")
    answer = await lev.sees(_CITED)
    await lev.taps("👎", on=answer)
    await lev.sees_toast("что не так")
    asked = await lev.sees(where=lambda seen: "Устарело" in seen.buttons)
    assert "✂️ Короче" in asked.buttons
    await lev.taps("Устарело", on=asked)
    await lev.sees_toast("Спасибо")
    again = await lev.sees(where=lambda seen: "👎" in seen.buttons)
    assert again.id == answer.id
    await lev.says("/report")
    await lev.sees("для владельца")
