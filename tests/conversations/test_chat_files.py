"""Files that people send: read, asked about, refused in clear words, removed, forgotten."""

import io
import re
import zipfile
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground.users import InGroup, Person
from tests.support.documents import pdf
from tests.support.searxng_server import SmallWeb, small_web
from tests.support.town import Town, running_town

pytestmark = [pytest.mark.services, pytest.mark.asyncio(loop_scope="module")]

NOTE = """# Устав кружка чайных путешественников

## Сбор

Кружок собирается по четвергам в семь вечера на веранде у Лукерьи Фоминичны.

## Взнос

Годовой взнос участника составляет сорок два рубля и вносится до Масленицы.
""".encode()
QUESTION = "Какой годовой взнос у участника кружка?"
TEXT = "text/plain"
PAGE = """<html><body><article><h1>Кружок любителей {of}</h1><p>Кружок любителей {of}
собирается {day} в семь вечера у Лукерьи Фоминичны.</p></article></body></html>"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town() -> AsyncIterator[Town]:
    """A town whose live chats and files are taken over quickly."""
    env = {
        "SAMOVAR_LIVE_QUIET_S": "0.5", "SAMOVAR_CHAT_FILES": "8",
        "SAMOVAR_PRIVATE_NETWORKS": "127.0.0.0/8",
    }  # fmt: skip
    with running_town(env=env) as processes:
        async with Town.connect(processes.base) as client:
            assert isinstance(client, Town)
            client.processes = processes
            yield client


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[SmallWeb]:
    """Some pages of the owner's own network."""
    async with small_web() as web:
        yield web


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def vera(town: Town) -> Person:
    """Give the owner, who may have pages read from the private networks that are named."""
    person = await town.new_person("Vera", language_code="ru")
    # Each start of the bot makes a link of its own, and the earlier ones worthless.
    *_, newest = re.findall(r"start=(claim_[\w-]+)", town.processes.bot.said())
    await person.starts(newest)
    await person.sees("владелец", timeout_s=60)
    return person


async def _newcomer(town: Town, name: str) -> Person:
    person = await town.new_person(name, language_code="ru")
    await person.starts()
    await person.sees("Самовар", timeout_s=60)
    return person


def _mention(town: Town) -> str:
    return f"@{town.state['bots'][0]['user']['username']}"


async def test_a_file_is_read_asked_about_and_removed(town: Town) -> None:
    lida = await _newcomer(town, "Lida")
    foma = await _newcomer(town, "Foma")
    await lida.sends_document(NOTE, name="устав.md", mime="text/markdown", caption=QUESTION)
    answer = await lida.sees("сорок два рубля", timeout_s=60)
    assert "[1]" in answer.text
    done = await lida.sees("Готово", timeout_s=90)
    assert "устав.md" in done.text

    await foma.says(QUESTION)
    reply = await foma.sees(where=lambda seen: bool(seen.buttons), timeout_s=60)
    assert "сорок два" not in reply.text, "a file is for the person who sent it"

    await lida.taps("🔎 Что внутри", on=done)
    assert "круж" in (await lida.sees("Что внутри")).text.lower()
    await lida.sends_document(NOTE, name="копия.md", mime="text/markdown")
    await lida.sees("уже есть", timeout_s=60)

    await lida.says("/sources")
    panel = await lida.sees("Источники этого чата")
    assert "устав.md" in panel.text
    assert "копия.md" in panel.text
    for name in ("устав.md", "копия.md"):
        await lida.says("/sources")
        panel = await lida.sees(name)
        await lida.taps(name, on=panel)
        await lida.taps("🗑 Убрать", on=await lida.sees("Добавлен"))
        await lida.taps("Да, убрать", on=await lida.sees("больше не смогу"))
        await lida.sees("убран")
    await lida.says(QUESTION)
    gone = await lida.sees(where=lambda seen: "🔁 Заново" in seen.buttons, timeout_s=60)
    assert "сорок два" not in gone.text


async def test_what_cannot_be_read_is_said_in_a_sentence_and_leaves_nothing(town: Town) -> None:
    gleb = await _newcomer(town, "Gleb")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.txt", b"a" * (64 << 20))
    hostile = "<b>\u202etxt.@durov\u0007/../" + "я" * 200 + ".exe"
    for name, content, sentence in (
        ("empty.txt", b"", "пустой"),
        ("broken.pdf", b"%PDF-1.7\nnothing of the kind", "broken.pdf"),
        ("bomb.zip", bomb.getvalue(), "bomb.zip"),
        ("тайна.pdf", pdf([[(10, 500, "щи")]], password="x"), "закрыт паролем"),  # noqa: S106
        (hostile, b"MZ", "пока не читаю"),
        ("result.json", b'{"name": "x"', "выгрузка"),
        ("huge.txt", b"a " * (11 << 20), "слишком велик"),
    ):
        await gleb.sends_document(content, name=name, mime="application/octet-stream")
        said = await gleb.sees("😕", timeout_s=90)
        assert sentence in said.text.lower(), said.text
        assert "\u202e" not in said.text
        assert not said.buttons
    await gleb.says("/sources")
    await gleb.sees("пока нет своих источников")
    data = town.processes.data
    assert not [path for path in (data / "incoming").rglob("*") if path.is_file()]


async def test_a_page_is_read_asked_about_read_again_and_removed(
    town: Town, vera: Person, site: SmallWeb
) -> None:
    # Of lotto here: Vera may read the page of a group of hers as well, in another test.
    site.pages = {"/club": PAGE.format(of="лото", day="по четвергам"), "/closed/plan": PAGE}
    await vera.says(f"/add {site.base}/club#more")
    done = await vera.sees("Готово", timeout_s=60)
    await vera.says("Когда собирается кружок любителей лото?")
    answer = await vera.sees("четверг", timeout_s=60)
    assert "[1]" in answer.text
    assert f"{site.base}/club" in str(answer.links), "the citation opens the page"

    site.pages["/club"] = PAGE.format(of="лото", day="по воскресеньям")
    await vera.says(f"добавь {site.base}/club в источники")
    await vera.sees("Готово", timeout_s=60, where=lambda seen: seen.id != done.id)
    await vera.says("Когда собирается кружок любителей лото?")
    await vera.sees("воскресень", timeout_s=60, where=lambda seen: "[1]" in seen.text)
    await vera.says("/sources")
    panel = await vera.sees("Источники этого чата")
    assert panel.text.count("/club") == 1, "one page is one source"

    del site.pages["/club"]
    await vera.taps(next(label for label in panel.buttons if "club" in label), on=panel)
    await vera.taps("🔄 Прочитать заново", on=await vera.sees("Добавлен"))
    refused = await vera.sees("сервер ответил 404", timeout_s=60)
    assert "осталось в источниках" in refused.text
    await vera.says("/sources")
    panel = await vera.sees("/club", where=lambda seen: bool(seen.buttons))
    await vera.taps(next(label for label in panel.buttons if "club" in label), on=panel)
    await vera.taps("🗑 Убрать", on=await vera.sees("Добавлен"))
    await vera.taps("Да, убрать", on=await vera.sees("больше не смогу"))
    await vera.sees("убран")
    await vera.says("Когда собирается кружок любителей лото?")
    gone = await vera.sees(where=lambda seen: "🔁 Заново" in seen.buttons, timeout_s=60)
    assert "воскресень" not in gone.text


async def test_a_page_that_cannot_be_read_is_refused_in_a_sentence(
    town: Town, vera: Person, site: SmallWeb
) -> None:
    site.pages = {"/club": PAGE.format(of="сбитня", day="по четвергам"), "/closed/plan": PAGE}
    guest = await _newcomer(town, "Gala")
    for text, sentence in (
        (f"/add {site.base}/none", "сервер ответил 404"),
        ("/add http://127.0.0.1:1024/", "по этому адресу нет сервера"),
        (f"/add {site.base}/closed/plan", "просит программы не читать"),
        ("/add https://a:b@example.org/", "Это не адрес страницы"),
        (f"/add {site.base}/club {site.base}/none", "По одной странице"),
    ):
        await vera.says(text)
        await vera.sees(sentence, timeout_s=60)
    await guest.says(f"/add {site.base}/club")
    await guest.sees("внутреннюю сеть", timeout_s=60)
    await guest.says("/sources")
    await guest.sees("пока нет своих источников")
    assert site.visited.count("/club") == 0, "the owner's network is not for everybody"


async def test_a_page_of_a_group_is_added_by_its_admins(
    town: Town, vera: Person, site: SmallWeb
) -> None:
    site.pages = {"/club": PAGE.format(of="сбитня", day="по четвергам")}
    member = await _newcomer(town, "Zahar")
    chat = await town.new_group("Сбитень", vera, [member, town.bot_id], type="supergroup")
    await member.in_group(chat).says(f"/add {site.base}/club")
    await member.in_group(chat).sees("администраторы")
    link = await member.in_group(chat).says(f"Вот страница: {site.base}/club")
    group = vera.in_group(chat)
    await group.replies(await group.found(link.id), "/add")
    await group.sees("Готово", timeout_s=60)
    await member.says("Когда собирается кружок любителей сбитня?")
    assert "[1]" in (await member.sees("четверг", timeout_s=60)).text


async def test_every_file_of_an_album_is_read(town: Town) -> None:
    rita = await _newcomer(town, "Rita")
    notes = [f"Рецепт номер {n}: щи варят {n} часа.\n".encode() for n in (2, 3)]
    await rita.sends_album(*notes, name="рецепт.txt", mime=TEXT)
    first = await rita.sees("Готово", timeout_s=90)
    await rita.sees("Готово", timeout_s=90, where=lambda seen: seen.id != first.id)


async def test_a_group_has_sources_that_its_admins_add(town: Town) -> None:
    admin = await _newcomer(town, "Olga")
    member = await _newcomer(town, "Petr")
    chat = await town.new_group("Кружок", admin, [member, town.bot_id], type="supergroup")
    in_group, of_member = admin.in_group(chat), member.in_group(chat)
    await of_member.sends_document(NOTE, name="устав.md", caption=_mention(town))
    await of_member.sees("администраторы")
    await _added_by_command(in_group, of_member)

    await of_member.says(f"{_mention(town)} {QUESTION}")
    answer = await of_member.sees("сорок два рубля", timeout_s=60)
    assert "[1]" in answer.text
    await member.says(QUESTION)
    assert "сорок два" in (await member.sees("[1]", timeout_s=60)).text, "also in private"

    await of_member.says("/sources")
    panel = await of_member.sees("устав.md")
    await of_member.taps("устав.md", on=panel)
    await of_member.taps("🗑 Убрать", on=await of_member.sees("Добавлен"))
    assert (await of_member.sees_toast("администратор")).is_alert


async def _added_by_command(admin: InGroup, member: InGroup) -> None:
    """A member's file lies there; an admin adds it by a reply."""
    sent = await member.sends_document(NOTE, name="устав.md")
    await admin.replies(await admin.found(sent.id), "/add")
    await admin.sees("Готово", timeout_s=90)


async def test_a_restart_in_the_middle_loses_no_file_and_forgetting_takes_all(town: Town) -> None:
    zoya = await _newcomer(town, "Zoya")
    town.processes.bot.stop()
    for number in range(3):
        text = f"Пароль от погреба номер {number} — «малиновый звон {number}»."
        await zoya.sends_document(text.encode(), name=f"погреб-{number}.txt", mime=TEXT)
    town.processes.restart_bot()
    await zoya.sees("погреб-0", timeout_s=90)
    town.processes.bot.kill()
    town.processes.restart_bot()
    done = set()
    for number in range(3):
        seen = await zoya.sees(f"погреб-{number}.txt", timeout_s=90, where=lambda one:
                               one.text.startswith(("✅", "👌")))  # fmt: skip
        done.add(seen.id)
    assert len(done) == 3
    placeholders = [seen for seen in zoya.history() if seen.from_bot and "погреб" in seen.text]
    assert len(placeholders) <= 4, "at most the one in the window of the kill is repeated"

    await zoya.says("/forget")
    await zoya.taps("Да, стереть")
    receipt = await zoya.sees("всё стёрто", timeout_s=60)
    assert "присланные файлы: 3" in receipt.text
    await zoya.says("Какой пароль от погреба номер 1?")
    reply = await zoya.sees(where=lambda seen: bool(seen.buttons), timeout_s=60)
    assert "малиновый" not in reply.text
