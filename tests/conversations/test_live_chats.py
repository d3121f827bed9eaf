"""Groups and channels as live sources: by consent, with every way back."""

import re
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from playground.users import InGroup, Person, Seen
from tests.support.town import Town, running_town

pytestmark = [pytest.mark.services, pytest.mark.asyncio(loop_scope="module")]

_TIMES = 8


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town() -> AsyncIterator[Town]:
    """A town whose live chats are indexed half a second after the last message."""
    env = {"SAMOVAR_LIVE_QUIET_S": "0.5", "SAMOVAR_ASKS_PER_MINUTE": "60"}
    with running_town(env=env) as processes:
        async with Town.connect(processes.base) as client:
            assert isinstance(client, Town)
            client.processes = processes
            yield client


async def _newcomer(town: Town, name: str) -> Person:
    person = await town.new_person(name, language_code="ru")
    await person.starts()
    await person.sees("Самовар", timeout_s=60)
    return person


async def _asks(talk: InGroup | Person, question: str) -> Seen:
    await talk.says(question)
    return await talk.sees(where=lambda seen: bool(seen.buttons), timeout_s=60)


async def _answered(talk: InGroup | Person, question: str, pattern: str) -> Seen:
    """Ask until what was written a moment ago is indexed."""
    return await _asked_until(talk, question, lambda text: re.search(pattern, text) is not None)


async def _unanswered(talk: InGroup | Person, question: str, pattern: str) -> None:
    """Ask until what was removed a moment ago is gone."""
    await _asked_until(talk, question, lambda text: re.search(pattern, text) is None)


async def _asked_until(talk: InGroup | Person, question: str, right: Callable[[str], bool]) -> Seen:
    answer = await _asks(talk, question)
    for _ in range(_TIMES):
        if right(answer.text):
            return answer
        await talk.town.quiet(timeout_s=60)
        answer = await _asks(talk, question)
    raise AssertionError(answer.text)


def _links(seen: Seen) -> set[str]:
    return {entity.url for entity in seen.message.entities or () if entity.url}


async def test_a_group_is_a_source_by_consent_alone(town: Town) -> None:
    admin, ira = await _newcomer(town, "Anfisa"), await _newcomer(town, "Ira")
    stranger = await _newcomer(town, "Savva")
    chat = await town.new_group("Дача", admin, [ira], [town.bot_id], type="supergroup")
    in_group, of_ira = admin.in_group(chat), ira.in_group(chat)
    me = f"@{town.state['bots'][0]['user']['username']}"
    code, key = "Какой код у калитки на даче?", "Где лежит ключ от бани?"

    await of_ira.says("Код калитки на даче — семь семь ноль один.")
    await of_ira.says("/live on")
    await of_ira.sees("могут администраторы")
    await in_group.says("/live on")
    announced = await in_group.sees("теперь мой источник")
    assert "/optout" in announced.text
    await _unanswered(of_ira, f"{me} {code}", "семь семь ноль")

    said = await of_ira.says("Код калитки на даче — девять два ноль три.")
    await in_group.replies(await in_group.found(said.id), "А ключ от бани лежит под синей лейкой.")
    answer = await _answered(of_ira, f"{me} {code}", "девять два ноль")
    assert f"https://t.me/c/{-1_000_000_000_000 - chat}/{said.id}" in _links(answer)
    await _answered(ira, key, "синей лейкой")
    assert "девять" not in (await _asks(stranger, code)).text

    await of_ira.edits(said, "Код калитки на даче — один шесть четыре восемь.")
    await _answered(of_ira, f"{me} {code}", "один шесть четыре")

    await of_ira.says("/optout")
    assert "Убрал 1 сообщение" in (await of_ira.sees("больше не храню")).text
    await of_ira.says("Код калитки на даче — пять пять пять.")
    await _unanswered(in_group, f"{me} {code}", "один шесть|пять пять")
    await _answered(ira, key, "синей лейкой")

    mine = await in_group.says("Электрик на даче — Прохор Назарович, телефон у сторожа.")
    await _answered(in_group, f"{me} Кто электрик на даче?", "Прохор")
    await of_ira.replies(await of_ira.found(mine.id), "/purge")
    await of_ira.sees("автор или администратор")
    await in_group.replies(mine, "/purge")
    await in_group.sees("Убрал из источников")
    await _unanswered(in_group, f"{me} Кто электрик на даче?", "Прохор")

    await in_group.says("/sources")
    panel = await in_group.sees("Живой источник: включён")
    await in_group.taps(panel.buttons[0], on=panel)
    await in_group.says("/live off")
    off = await in_group.sees("больше не беру")
    await in_group.taps("🗑 Стереть собранное", on=off)
    await in_group.sees("Стёр всё")
    await _unanswered(ira, key, "синей лейкой")


async def test_a_group_keeps_its_source_when_it_becomes_a_supergroup(town: Town) -> None:
    admin = await _newcomer(town, "Efim")
    chat = await town.new_group("Сад", admin, [], [town.bot_id], type="group")
    in_group = admin.in_group(chat)
    await in_group.says("/live on")
    await in_group.sees("теперь мой источник")
    await in_group.says("Яблоню сорта Коричное полосатое привьёт Варлаам в апреле.")
    question = "Кто привьёт яблоню Коричное полосатое?"
    await _answered(admin, question, "Варлаам")
    upgraded = await in_group.upgrades()
    await upgraded.says("Грушу Лесная красавица посадит Евлампий у забора.")
    answer = await _answered(admin, "Кто посадит грушу Лесная красавица?", "Евлампий")
    assert any("t.me/c/" in link for link in _links(answer))
    await _answered(admin, question, "Варлаам")
    await admin.says("/forget")
    await admin.taps("Да, стереть")
    assert "сообщения в живых источниках: 2" in (await admin.sees("всё стёрто", timeout_s=60)).text
    await _unanswered(admin, question, "Варлаам")


async def test_a_channel_is_a_source_once_its_admin_agrees(town: Town) -> None:
    owner, reader = await _newcomer(town, "Matvey"), await _newcomer(town, "Nina")
    chat = await town.new_channel("Вестник", owner, [reader], username="vestnik_chaya")
    channel = owner.in_group(chat)
    await channel.adds(town.bot_id)
    offer = await owner.sees("администратором канала", timeout_s=30)
    await channel.says("Открытие чайной назначено на первое мая.")
    await owner.taps("▶️ Включить", on=offer)
    await channel.sees("Этот канал теперь мой источник", from_bot=False)
    post = await channel.says("Ярмарка самоваров пройдёт в Суксуне двадцатого июня.")
    answer = await _answered(reader, "Где пройдёт ярмарка самоваров?", "Суксун")
    assert f"https://t.me/vestnik_chaya/{post.id}" in _links(answer)
    await _unanswered(reader, "На какое число назначено открытие чайной?", "первое мая")
    await channel.edits(post, "Ярмарка самоваров пройдёт в Кунгуре двадцатого июня.")
    await _answered(reader, "Где пройдёт ярмарка самоваров?", "Кунгур")
    await channel.replies(post, "/purge")
    await channel.sees("🗑", from_bot=False)
    await _unanswered(reader, "Где пройдёт ярмарка самоваров?", "Кунгур")
