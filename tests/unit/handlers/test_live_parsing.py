from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.types import Chat, Message, MessageEntity, User

from handlers.live_parsing import live_message
from handlers.sources_parsing import asks, message_link

_ME = User(id=1, is_bot=True, first_name="Samovar", username="samovar_bot")
_ALICE = User(id=2, is_bot=False, first_name="Alice")
_ANONYMOUS = User(id=1087968824, is_bot=True, first_name="Group")
_CHANNEL_BOT = User(id=136817688, is_bot=True, first_name="Channel")
_GROUP = Chat(id=-1001234567890, type="supergroup", title="Дача")
_NEWS = Chat(id=-1009, type="channel", title="News")


def _message(text: str | None = "Ключ под лейкой", **more: object) -> Message:
    values: dict[str, Any] = {
        "message_id": 7, "date": datetime(2026, 1, 1, tzinfo=UTC), "chat": _GROUP,
        "from_user": _ALICE, "text": text,
    }  # fmt: skip
    return Message.model_validate({**values, **more})


def test_a_message_is_kept_with_its_author_and_what_it_answers() -> None:
    before = _message(message_id=5)
    edited = int(datetime(2026, 1, 2, tzinfo=UTC).timestamp())
    kept = live_message(_message(reply_to_message=before, edit_date=edited), _ME)
    assert kept is not None
    assert (kept.user_id, kept.reply_to, kept.message_id) == (2, 5, 7)
    assert kept.edited_at == datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("more", "author"),
    [
        ({"from_user": _ANONYMOUS, "sender_chat": _GROUP}, None),
        ({"chat": _NEWS, "from_user": None, "sender_chat": _NEWS}, None),
        ({"from_user": _CHANNEL_BOT, "sender_chat": _NEWS, "is_automatic_forward": True}, None),
        ({}, 2),
    ],
)
def test_the_chats_own_voice_has_no_author(more: dict[str, Any], author: int | None) -> None:
    kept = live_message(_message(**more), _ME)
    assert kept is not None
    assert kept.user_id == author


@pytest.mark.parametrize(
    "more",
    [
        {"text": "/live on"},
        {"text": "   "},
        {"text": None},
        {"from_user": User(id=9, is_bot=True, first_name="Other")},
        {"from_user": _CHANNEL_BOT, "sender_chat": _NEWS},
        {"via_bot": _ME},
        {"text": "@samovar_bot где ключ?",
         "entities": [MessageEntity(type="mention", offset=0, length=12)]},
        {"reply_to_message": _message(from_user=_ME)},
    ],
)  # fmt: skip
def test_what_nobody_could_object_to_or_is_said_to_bots_is_not_kept(more: dict[str, Any]) -> None:
    assert live_message(_message(**more), _ME) is None


def test_links_captions_polls_and_bold_lines_are_read_as_in_exports() -> None:
    text = "🙂 Меню тут\nСуп"
    kept = live_message(
        _message(
            text=None, caption=text, media_group_id="album",
            caption_entities=[
                MessageEntity(type="text_link", offset=3, length=4, url="https://a.example/m"),
                MessageEntity(type="bold", offset=11, length=4),
            ],
        ),
        _ME,
    )  # fmt: skip
    assert kept is not None
    assert kept.text == "🙂 Меню (https://a.example/m) тут\nСуп"
    assert kept.bold == ("Суп",)
    assert kept.album == "album"


@pytest.mark.parametrize(
    ("chat", "link"),
    [
        (_GROUP, "https://t.me/c/1234567890/7"),
        (Chat(id=-1001234567890, type="supergroup", username="dacha"), "https://t.me/dacha/7"),
        (Chat(id=-55, type="group"), None),
    ],
)
def test_messages_have_the_address_that_telegram_gives_them(chat: Chat, link: str | None) -> None:
    assert message_link(chat, 7) == link


@pytest.mark.parametrize(
    ("caption", "is_question"),
    [
        ("Какой взнос?", True),
        ("о чём тут", True),
        ("what is the fee", True),
        ("Устав кружка", False),
        ("Кактус на окне", False),
        ("", False),
    ],
)
def test_a_caption_asks_or_names(caption: str, *, is_question: bool) -> None:
    assert asks(caption) is is_question
