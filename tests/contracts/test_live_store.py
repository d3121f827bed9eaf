"""What is kept of live chats, over every database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.adapters.sql.engine import create_sessions
from services.adapters.sql.forgotten import SqlFollowed
from services.adapters.sql.knowledge_chats_live import SqlLiveChats
from services.adapters.sql.knowledge_libraries import SqlLibraries
from services.knowledge.live_models import LiveChat, LiveMessage
from services.knowledge.models import AudienceKind, LibraryId

pytestmark = pytest.mark.services

_NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
_CHAT, _ANNA, _BORIS = -1001234567890, 7_000_000_001, 7_000_000_002
_LIBRARY = LibraryId(f"chat-{_CHAT}")


@pytest.fixture
async def store(sql_engine: AsyncEngine) -> SqlLiveChats:
    sessions = create_sessions(sql_engine)
    await SqlLibraries(sessions).ensure(
        _LIBRARY, title="Дача", audience=AudienceKind.MEMBERS, now=_NOW, chat_id=_CHAT
    )
    store = SqlLiveChats(sessions)
    await store.put(
        LiveChat(
            chat_id=_CHAT, library=_LIBRARY, title="Дача", username=None, channel=False,
            is_on=True, kept_days=30, turned_on_by=_ANNA, since=_NOW,
        )
    )  # fmt: skip
    return store


def _message(message_id: int, user_id: int | None = _ANNA, **more: object) -> LiveMessage:
    message = LiveMessage(
        chat_id=_CHAT, message_id=message_id, reply_to=None, album=None, user_id=user_id,
        text=f"слово {message_id}", bold=(), sent_at=_NOW + timedelta(seconds=message_id),
        edited_at=None,
    )  # fmt: skip
    return replace(message, **more)  # type: ignore[arg-type]  # tests change any field


async def _texts(store: SqlLiveChats, root_id: int) -> list[str]:
    return [message.text for message in await store.thread(_CHAT, root_id)]


async def test_replies_and_albums_stay_together(store: SqlLiveChats) -> None:
    assert await store.keep(_message(1), _NOW)
    assert await store.keep(_message(2, reply_to=1), _NOW)
    assert await store.keep(_message(3, reply_to=2), _NOW)
    assert await store.keep(_message(4, reply_to=999), _NOW)
    assert await store.keep(_message(5, album="a"), _NOW)
    assert await store.keep(_message(6, album="a"), _NOW)
    assert await _texts(store, 1) == ["слово 1", "слово 2", "слово 3"]
    assert await _texts(store, 4) == ["слово 4"]
    assert await _texts(store, 5) == ["слово 5", "слово 6"]


async def test_an_edit_replaces_and_an_older_one_does_not(store: SqlLiveChats) -> None:
    await store.keep(_message(1), _NOW)
    later, latest = _NOW + timedelta(minutes=1), _NOW + timedelta(minutes=2)
    assert await store.keep(_message(1, text="новое", edited_at=latest), _NOW)
    assert not await store.keep(_message(1, text="среднее", edited_at=later), _NOW)
    assert not await store.keep(_message(1), _NOW), "the same update again"
    assert await _texts(store, 1) == ["новое"]


async def test_an_edit_brings_nothing_back_that_was_taken_out(store: SqlLiveChats) -> None:
    await store.keep(_message(1), _NOW)
    assert await store.drop(_CHAT, 1, _NOW) == 1
    later = _NOW + timedelta(minutes=1)
    assert not await store.keep(_message(1, text="снова", edited_at=later), _NOW)
    assert await _texts(store, 1) == []


async def test_nothing_is_kept_without_consent(store: SqlLiveChats) -> None:
    assert not await store.keep(_message(1, sent_at=_NOW - timedelta(seconds=1)), _NOW)
    assert await store.opt_out(_CHAT, _BORIS, _NOW)
    assert not await store.opt_out(_CHAT, _BORIS, _NOW)
    assert not await store.keep(_message(2, _BORIS), _NOW)
    assert await store.keep(_message(3, None), _NOW), "a post in the chat's own name"
    assert await store.opted_out(_BORIS) == [_CHAT]
    assert await store.opt_in(_CHAT, _BORIS)
    assert await store.keep(_message(4, _BORIS), _NOW)
    chat = await store.find(_CHAT)
    assert chat is not None
    await store.put(chat.switched(is_on=False))
    assert not await store.keep(_message(5), _NOW)
    assert not await store.keep(_message(6, chat_id=-5), _NOW), "a chat that nobody turned on"


async def test_threads_are_indexed_once_it_is_quiet_or_has_waited(store: SqlLiveChats) -> None:
    def due(now: datetime) -> dict[str, datetime]:
        return {"quiet_since": now - timedelta(seconds=10),
                "waiting_since": now - timedelta(seconds=60)}  # fmt: skip

    for second in range(0, 60, 5):
        await store.keep(_message(1 + second), _NOW + timedelta(seconds=second))
        assert await store.due(**due(_NOW + timedelta(seconds=second))) == []
    assert await store.due(**due(_NOW + timedelta(seconds=60))) == [_LIBRARY], "it waited a minute"
    threads = await store.to_index(_LIBRARY, limit=100)
    assert len(threads) == 12
    await store.keep(_message(100, reply_to=1), _NOW + timedelta(seconds=61))
    await store.indexed(threads)
    (left,) = await store.to_index(_LIBRARY, limit=100)
    assert left.root_id == 1, "what changed since it was read stays"
    assert await store.due(**due(_NOW + timedelta(seconds=65))) == []
    assert await store.due(**due(_NOW + timedelta(seconds=71))) == [_LIBRARY]


async def test_what_is_removed_marks_its_threads(store: SqlLiveChats) -> None:
    await store.keep(_message(1), _NOW)
    await store.keep(_message(2, _BORIS, reply_to=1), _NOW)
    await store.keep(_message(3, _BORIS), _NOW)
    await store.indexed(await store.to_index(_LIBRARY, limit=9))
    assert await store.drop_of_user(_BORIS, _NOW) == 2
    assert await store.drop_of_user(_BORIS, _NOW) == 0
    threads = await store.to_index(_LIBRARY, limit=9)
    assert [(thread.root_id, thread.purge) for thread in threads] == [(1, True), (3, True)]
    assert await _texts(store, 1) == ["слово 1"]
    assert await store.drop_before(_LIBRARY, _NOW + timedelta(seconds=2), _NOW) == 1
    assert await store.drop_all(_LIBRARY, _NOW) == 0


async def test_who_turned_a_chat_on_can_be_forgotten(store: SqlLiveChats) -> None:
    await store.unsign(_BORIS)
    assert [chat.turned_on_by for chat in await store.all()] == [_ANNA]
    assert _ANNA in await SqlFollowed(store.sessions).user_ids(), "a restored backup names them"
    await store.unsign(_ANNA)
    assert [(chat.turned_on_by, chat.is_on) for chat in await store.all()] == [(0, True)]
    assert _ANNA not in await SqlFollowed(store.sessions).user_ids()


async def test_the_switch_and_the_objections_follow_a_group(store: SqlLiveChats) -> None:
    await store.opt_out(_CHAT, _BORIS, _NOW)
    await store.keep(_message(1), _NOW)
    await store.move(_CHAT, -1009)
    moved = await store.find(-1009)
    assert moved is not None
    assert moved.library == _LIBRARY
    assert await store.find(_CHAT) is None
    assert await store.opted_out(_BORIS) == [-1009]
    assert await store.keep(_message(1, chat_id=-1009), _NOW)
    assert await store.libraries_of_user(_ANNA) == [_LIBRARY]
    assert len(await store.of_user(_ANNA)) == 2
