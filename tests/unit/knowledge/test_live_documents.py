from datetime import UTC, datetime, timedelta

import pytest

from services.knowledge.live_models import (
    LiveChat,
    StoredMessage,
    chat_and_root,
    chat_ids,
    document_of,
    export_of,
)
from services.knowledge.models import BlockKind, LibraryId

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_LIBRARY = LibraryId("chat--1001234567890")


def _chat(**more: object) -> LiveChat:
    values: dict[str, object] = {
        "chat_id": -1001234567890, "library": _LIBRARY, "title": "Дача", "username": None,
        "channel": False, "is_on": True, "kept_days": 30, "turned_on_by": 7, "since": _NOW,
    }  # fmt: skip
    return LiveChat(**{**values, **more})  # type: ignore[arg-type]  # tests change any field


def _message(message_id: int, text: str, *, chat_id: int = -1001234567890) -> StoredMessage:
    return StoredMessage(
        chat_id=chat_id, message_id=message_id, library=_LIBRARY, root_id=5, user_id=7, text=text,
        bold=(), sent_at=_NOW + timedelta(minutes=message_id), edited_at=None, indexed=False,
    )  # fmt: skip


def test_a_thread_is_one_document_whose_parts_open_their_own_messages() -> None:
    document = document_of(_chat(), [_message(5, "Где ключ?"), _message(9, "Под лейкой.")])
    assert document is not None
    assert document.source == "telegram:1234567890#5", "as the export of the chat names it"
    assert document.url == "https://t.me/c/1234567890/5"
    assert document.members_only
    assert document.title == "Дача: Где ключ?"
    assert [(block.text, block.anchor) for block in document.blocks] == [
        ("Где ключ?", ""), ("Под лейкой.", "9"),
    ]  # fmt: skip
    assert {block.kind for block in document.blocks} == {BlockKind.PARAGRAPH}


@pytest.mark.parametrize(
    ("chat", "message_chat", "url", "members_only"),
    [
        (_chat(username="dacha"), -1001234567890, "https://t.me/dacha/5", False),
        (_chat(chat_id=-77), -77, None, False),
        (_chat(), -77, None, False),
    ],
)
def test_what_has_no_address_gets_none(
    chat: LiveChat, message_chat: int, url: str | None, *, members_only: bool
) -> None:
    document = document_of(chat, [_message(5, "Код у калитки", chat_id=message_chat)])
    assert document is not None
    assert (document.url, document.members_only) == (url, members_only)


def test_a_thread_without_words_is_no_document() -> None:
    assert document_of(_chat(), []) is None
    assert document_of(_chat(), [_message(5, "👍 !!!")]) is None


@pytest.mark.parametrize("chat_id", [-1001234567890, -4242])
def test_a_source_tells_its_chat_and_thread(chat_id: int) -> None:
    found = chat_and_root(f"{export_of(chat_id)}#12")
    assert found is not None
    assert chat_id in chat_ids(found[0])
    assert found[1] == 12


@pytest.mark.parametrize("source", ["sent:abc", "telegram:x#1", "telegram:1", "https://t.me/a#1"])
def test_other_sources_are_no_threads(source: str) -> None:
    assert chat_and_root(source) is None
