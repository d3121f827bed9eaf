"""A moderated group: asked to rephrase, warned, muted; with every way back."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from playground.users import InGroup, Person, Refused
from tests.conversations.conftest import OwnTown
from tests.support.town import Town, running_town

pytestmark = [pytest.mark.services, pytest.mark.asyncio(loop_scope="module")]

_RUDE = "Ты тупой идиот, заткнись уже"
_KIND = "Спасибо большое, это очень помогло!"
_WAIT_S = 60


@dataclass(frozen=True, slots=True)
class _Group:
    """A moderated group: who looks after it, and a member."""

    admin: InGroup
    member: InGroup
    keeper: Person
    author: Person


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town() -> AsyncIterator[Town]:
    with running_town() as processes:
        async with Town.connect(processes.base) as client:
            assert isinstance(client, Town)
            client.processes = processes
            yield client


async def _person(town: Town, name: str) -> Person:
    return await town.new_person(name, language_code="ru")


async def _moderated(town: Town, name: str, *, mode: str = "Вкл") -> _Group:
    keeper, author = await _person(town, f"{name}-admin"), await _person(town, name)
    chat = await town.new_group(f"Двор {name}", keeper, [author], [town.bot_id], type="supergroup")
    admin = keeper.in_group(chat)
    await admin.says("/moderation")
    panel = await admin.sees("Модерация", timeout_s=_WAIT_S)
    await admin.taps(mode, on=panel)
    await admin.sees("Модерация", where=lambda seen: f"✓ {mode}" in seen.buttons, timeout_s=_WAIT_S)
    return _Group(admin, author.in_group(chat), keeper, author)


async def test_a_rude_author_is_asked_then_warned_and_kind_words_pass(town: Town) -> None:
    group = await _moderated(town, "Rita")
    kind = await group.member.says(_KIND)
    first = await group.member.says(_RUDE)
    asked = await group.member.sees("мягче", timeout_s=_WAIT_S)
    assert "Это ошибка" in asked.buttons
    assert "идиот" in asked.text
    # Nobody else hears of it, and what was only rude stays.
    await group.admin.sees_nothing("мягче")
    await group.member.says(_RUDE + " совсем")
    await group.member.sees("мягче", timeout_s=_WAIT_S)
    third = await group.member.says("Какой же ты идиот тупой")
    await group.member.sees("предупреждение 1 из 3", timeout_s=_WAIT_S)
    await group.admin.sees_gone(third)
    texts = [seen.text for seen in group.admin.history()]
    assert kind.text in texts
    assert first.text in texts


async def test_an_appeal_is_decided_by_an_admin_who_takes_the_step_back(town: Town) -> None:
    group = await _moderated(town, "Olga")
    await group.member.says(_RUDE)
    notice = await group.member.sees("мягче", timeout_s=_WAIT_S)
    await group.member.taps("Это ошибка", on=notice)
    await group.member.sees_toast("Передаю администраторам")
    appeal = await group.admin.sees("просит администраторов", timeout_s=_WAIT_S)
    assert _RUDE in appeal.text
    await group.member.taps("↩️ Отменить", on=appeal)
    await group.member.sees_toast("могут администраторы")
    await group.admin.taps("↩️ Отменить", on=appeal)
    await group.admin.sees("Решение отменено", timeout_s=_WAIT_S)
    await group.member.sees("согласился с вами", timeout_s=_WAIT_S)
    await group.member.taps("Это ошибка", on=notice)
    await group.member.sees_toast("уже отменено")


async def test_a_log_channel_shows_each_case_and_undo_gives_a_message_back(town: Town) -> None:
    group = await _moderated(town, "Nina")
    log = await town.new_channel(
        "Журнал двора", group.keeper, [], [town.bot_id], username="dvor_log"
    )
    await group.admin.says("/moderation log @dvor_log")
    await group.admin.sees("решения буду записывать", timeout_s=_WAIT_S)
    await group.member.says(_RUDE)
    await group.member.says(_RUDE + "!")
    last = await group.member.says("Идиот тупой, кому говорю")
    await town.quiet(timeout_s=_WAIT_S)
    channel = group.keeper.in_group(log)
    entry = await channel.sees("предупреждение", from_bot=False, timeout_s=_WAIT_S)
    await group.admin.sees_gone(last)
    await channel.taps("↩️ Отменить", on=entry)
    await group.admin.sees("убрано по ошибке", timeout_s=_WAIT_S)
    await channel.sees("Решение отменено", from_bot=False, timeout_s=_WAIT_S)


async def test_an_edit_and_a_caption_are_judged_like_a_message(town: Town) -> None:
    group = await _moderated(town, "Vera")
    said = await group.member.says("Всем доброе утро")
    await group.member.edits(said, _RUDE)
    await group.member.sees("мягче", timeout_s=_WAIT_S)
    await group.member.sends_photo(_PIXEL, caption=_RUDE)
    await group.member.sees("мягче", timeout_s=_WAIT_S)


async def test_a_trial_only_notes_what_would_be_done(town: Town) -> None:
    group = await _moderated(town, "Dina", mode="Проба")
    log = await town.new_channel(
        "Журнал пробы", group.keeper, [], [town.bot_id], username="trial_log"
    )
    await group.admin.says("/moderation log @trial_log")
    await group.admin.sees("решения буду записывать", timeout_s=_WAIT_S)
    said = await group.member.says(_RUDE)
    await town.quiet(timeout_s=_WAIT_S)
    await group.member.sees_nothing()
    assert said.text in [seen.text for seen in group.admin.history()]
    channel = group.keeper.in_group(log)
    await channel.sees("было бы просьба", from_bot=False, timeout_s=_WAIT_S)


async def test_administrators_say_what_they_like_also_without_a_name(town: Town) -> None:
    group = await _moderated(town, "Zina")
    await group.admin.says(_RUDE)
    await group.admin.changes(group.keeper, is_anonymous=True)
    await group.admin.says(_RUDE + " опять")
    await group.admin.sees_nothing("мягче")
    await group.member.sees_nothing("мягче")


async def test_who_may_not_is_refused_and_missing_rights_are_listed(town: Town) -> None:
    keeper, member = await _person(town, "Kim"), await _person(town, "Lu")
    chat = await town.new_group("Без прав", keeper, [member, town.bot_id], type="supergroup")
    await member.in_group(chat).says("/moderation")
    await member.in_group(chat).sees("могут администраторы", timeout_s=_WAIT_S)
    await keeper.in_group(chat).says("/moderation")
    panel = await keeper.in_group(chat).sees("нужны права администратора", timeout_s=_WAIT_S)
    assert "удалять сообщения" in panel.text
    assert "блокировать участников" in panel.text


_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


async def test_an_author_takes_the_polite_form_and_the_rude_one_goes(town: Town) -> None:
    group = await _moderated(town, "Mila")
    said = await group.member.says("Ты идиот, опять забыл закрыть дверь")
    notice = await group.member.sees("мягче", timeout_s=_WAIT_S)
    await group.member.taps("Подобрать слова мягче", on=notice)
    offer = await group.member.sees("Можно так", timeout_s=_WAIT_S)
    assert "идиот" not in offer.text
    assert "дверь" in offer.text
    await group.member.taps("Отправить так", on=offer)
    posted = await group.admin.sees("другими словами", timeout_s=_WAIT_S)
    assert "идиот" not in posted.text
    await group.admin.sees_gone(said)


async def test_detox_answers_a_text_or_a_reply(town: Town) -> None:
    asks = await _person(town, "Tim")
    await asks.starts()
    await asks.sees("Самовар", timeout_s=_WAIT_S)
    await asks.says("/detox")
    await asks.sees("ответьте командой", timeout_s=_WAIT_S)
    await asks.says("/detox Ты идиот, опять забыл закрыть дверь")
    polite = await asks.sees("дверь", timeout_s=_WAIT_S)
    assert "идиот" not in polite.text
    kind = await asks.says("Спасибо за помощь!")
    await asks.replies(kind, "/detox")
    await asks.sees("и так всё вежливо", timeout_s=_WAIT_S)


async def _warned_next(group: _Group, town: Town) -> None:
    """Let an author be asked twice, so that the next rude message is warned for and removed."""
    for number in range(2):
        await group.member.says(f"{_RUDE} {number}")
        await group.member.sees("мягче", timeout_s=_WAIT_S)
    await town.quiet(timeout_s=_WAIT_S)


def _warnings(group: _Group) -> int:
    return sum("предупреждение 1 из 3" in seen.text for seen in group.member.history())


async def test_a_telegram_that_is_busy_or_fails_changes_no_verdict(town: Town) -> None:
    group = await _moderated(town, "Faina")
    await _warned_next(group, town)
    await town.fault("deleteMessage", code=429, retry_after=1, times=2)
    await town.fault("deleteMessage", code=502, times=1)
    await town.fault("sendMessage", code=429, retry_after=1, times=1)
    said = await group.member.says("Какой же ты идиот тупой")
    await group.admin.sees_gone(said, timeout_s=_WAIT_S)
    await group.member.sees("предупреждение 1 из 3", timeout_s=_WAIT_S)
    await town.quiet(timeout_s=_WAIT_S)
    assert _warnings(group) == 1
    assert await town.faults_left() == []


async def test_a_bot_killed_between_verdict_and_action_acts_when_it_is_back(
    samovar_town: OwnTown,
) -> None:
    async with samovar_town(worker=None) as town:
        group = await _moderated(town, "Gleb")
        await _warned_next(group, town)
        await town.fault("deleteMessage", code=502, times=None)
        said = await group.member.says("Какой же ты идиот тупой")
        database = town.processes.data / "samovar.sqlite3"
        for _ in range(120):
            if _cases(database) == 3:
                break
            await asyncio.sleep(0.5)
        town.processes.bot.kill()
        assert _cases(database) == 3
        await town.mend()
        town.processes.restart_bot()
        await group.admin.sees_gone(said, timeout_s=_WAIT_S)
        await group.member.sees("предупреждение 1 из 3", timeout_s=_WAIT_S)
        await town.quiet(timeout_s=_WAIT_S)
        assert _warnings(group) == 1
        assert _cases(database) == 3


def _cases(database: Path) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM moderation_cases").fetchone()
    return int(count)


async def test_a_flood_is_stopped_and_undo_lets_the_author_write_again(town: Town) -> None:
    group = await _moderated(town, "Foma")
    sent = [await group.member.says(f"да {number}") for number in range(6)]
    notice = await group.member.sees("писать здесь нельзя", timeout_s=_WAIT_S)
    assert "слишком много сообщений" in notice.text
    await group.admin.sees_gone(sent[-1], timeout_s=_WAIT_S)
    with pytest.raises(Refused):
        await group.member.says("ещё")
    await group.member.taps("Это ошибка", on=notice)
    appeal = await group.admin.sees("просит администраторов", timeout_s=_WAIT_S)
    await group.admin.taps("↩️ Отменить", on=appeal)
    await group.admin.sees("Решение отменено", timeout_s=_WAIT_S)
    await town.quiet(timeout_s=_WAIT_S)
    await group.member.says("Спасибо, теперь помедленнее")


async def test_a_newcomer_who_brings_a_bare_link_goes_and_a_member_may(town: Town) -> None:
    group = await _moderated(town, "Egor")
    advert = "https://casino.example/win"
    kept = await group.member.says(advert)
    stranger = await _person(town, "Stranger")
    inside = stranger.in_group(group.admin.chat_id)
    await inside.joins(await group.admin.new_link())
    await town.quiet(timeout_s=_WAIT_S)
    said = await inside.says(advert)
    await group.admin.sees_gone(said, timeout_s=_WAIT_S)
    await town.quiet(timeout_s=_WAIT_S)
    with pytest.raises(Refused):
        await inside.says("Я ещё здесь?")
    assert kept.id in {seen.id for seen in group.admin.history()}


async def test_what_the_moderator_is_not_sure_of_is_decided_by_people(town: Town) -> None:
    group = await _moderated(town, "Zoya")
    log = await town.new_channel(
        "Журнал сомнений", group.keeper, [], [town.bot_id], username="doubt_log"
    )
    await group.admin.says("/moderation log @doubt_log")
    await group.admin.sees("решения буду записывать", timeout_s=_WAIT_S)
    stranger = await _person(town, "Guest")
    inside = stranger.in_group(group.admin.chat_id)
    await inside.joins(await group.admin.new_link())
    await town.quiet(timeout_s=_WAIT_S)
    origin = await group.member.says("Рецепт щей от бабушки, очень советую")
    first = await inside.forwards(origin, inside)
    channel = group.keeper.in_group(log)
    entry = await channel.sees("нужен ваш взгляд", from_bot=False, timeout_s=_WAIT_S)
    assert "только что пришёл" in entry.text
    await channel.taps("✓ Всё в порядке", on=entry)
    await channel.sees("всё в порядке", from_bot=False, timeout_s=_WAIT_S)
    second = await inside.forwards(origin, inside)
    again = await channel.sees(
        "нужен ваш взгляд", from_bot=False, timeout_s=_WAIT_S, where=lambda seen: bool(seen.buttons)
    )
    await channel.taps("🗑 Убрать сообщение", on=again)
    await group.admin.sees_gone(second, timeout_s=_WAIT_S)
    assert first.id in {seen.id for seen in group.admin.history()}
