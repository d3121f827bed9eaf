"""Records of sent files, over every database."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.adapters.sql.engine import create_sessions
from services.adapters.sql.knowledge_chats import SqlChatFiles
from services.adapters.sql.knowledge_libraries import SqlLibraries
from services.knowledge.chat_files import ChatFile, FileKey, FileState, Usage
from services.knowledge.models import AudienceKind, LibraryId

pytestmark = pytest.mark.services

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_GROUP, _ANNA = -1001234567890, 7_000_000_001
_LIBRARY = LibraryId(f"chat-{_GROUP}")


@pytest.fixture
async def store(sql_engine: AsyncEngine) -> SqlChatFiles:
    sessions = create_sessions(sql_engine)
    await SqlLibraries(sessions).ensure(
        _LIBRARY, title="Дача", audience=AudienceKind.MEMBERS, now=_NOW, chat_id=_GROUP
    )
    return SqlChatFiles(sessions)


def _file(number: int, **more: object) -> ChatFile:
    file = ChatFile(
        key=FileKey(f"{number:016x}"), bot_id=1, update_id=number, chat_id=_GROUP, thread_id=0,
        user_id=_ANNA, private=False, message_id=number, library=_LIBRARY, file_id="f",
        name="устав.md", size=100, question="", language="ru", url=None,
        state=FileState.ACCEPTED, replica="one", added_at=_NOW,
    )  # fmt: skip
    return replace(file, **more)  # type: ignore[arg-type]  # tests change any field


async def test_the_same_update_is_taken_once(store: SqlChatFiles) -> None:
    first = await store.add(_file(1))
    assert await store.add(_file(1, key=FileKey("f" * 16))) == first
    assert await store.usage(_LIBRARY) == Usage(1, 100)


async def test_a_file_goes_through_its_life(store: SqlChatFiles) -> None:
    for number in (2, 1):
        await store.add(_file(number))
    key = _file(1).key
    assert await store.next_open(_GROUP) == _file(1)
    assert await store.open_of_user(_ANNA) == 2
    assert await store.adopt(1, "one", "two") == [_GROUP]
    placed = await store.placed(key, 77)
    assert placed == _file(1, placeholder=77, replica="two")
    indexed = await store.indexed(key, passages=3, unchanged=False)
    assert indexed is not None
    assert (indexed.state, indexed.passages) == (FileState.INDEXED, 3)
    assert await store.done(key) is not None
    following = await store.next_open(_GROUP)
    assert following is not None
    assert following.update_id == 2
    assert [file.update_id for file in await store.listed(_LIBRARY, offset=0, limit=5)] == [2, 1]
    assert len(await store.of_user(_ANNA)) == 2


async def test_a_document_goes_with_the_last_file_that_brings_it(store: SqlChatFiles) -> None:
    first, second = [await store.add(_file(number)) for number in (1, 2)]
    assert await store.claim(first.key, ["a", "b", "a"])
    assert await store.claim(first.key, ["b", "c"])
    assert await store.claim(second.key, ["c"])
    assert await store.remove(first.key) == ["a", "b"]
    assert await store.remove(first.key) == []
    assert not await store.claim(first.key, ["d"]), "it was removed"
    assert await store.unclaimed(_LIBRARY, ["c", "d"]) == ["d"]
    assert await store.remove(second.key) == ["c"]


async def test_a_group_is_found_by_its_present_id(store: SqlChatFiles) -> None:
    assert await store.library_of(_GROUP) == _LIBRARY
    await SqlLibraries(store.sessions).set_audience(_LIBRARY, AudienceKind.MEMBERS, chat_id=-1009)
    assert await store.library_of(-1009) == _LIBRARY
    assert await store.library_of(_GROUP) is None


async def test_a_finished_page_is_read_again_and_one_at_work_is_left_alone(
    store: SqlChatFiles,
) -> None:
    page = await store.add(_file(1, address="https://example.org/tea", size=0))
    assert await store.page(_LIBRARY, "https://example.org/tea") == page
    assert await store.page(_LIBRARY, "https://example.org/") is None
    again = replace(page, update_id=9, message_id=90, language="en", replica="two")
    assert await store.reopen(again) == page, "it is at work"
    await store.placed(page.key, 77)
    await store.indexed(page.key, passages=3, unchanged=False, size=500)
    await store.done(page.key)
    opened = await store.reopen(again)
    assert opened == replace(again, passages=3, size=500)
    assert await store.next_open(_GROUP) == opened
    await store.remove(page.key)
    assert await store.reopen(again) is None
