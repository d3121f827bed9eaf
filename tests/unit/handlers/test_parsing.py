from datetime import UTC, datetime

import pytest
from aiogram.types import Chat, Message, MessageEntity, User

from handlers.parsing import group_of, is_addressed, question_of, thread_of

_ME = User(id=1, is_bot=True, first_name="Samovar", username="samovar_bot")
_ALICE = User(id=2, is_bot=False, first_name="Alice")
_GROUP = Chat(id=-100, type="supergroup")


def _message(
    text: str | None, *, chat: Chat = _GROUP, reply_to: Message | None = None, **more: object
) -> Message:
    entities = None
    if text and "@" in text:
        start = text.index("@")
        name = text[start:].split()[0].rstrip(",.!?")
        offset = len(text[:start].encode("utf-16-le")) // 2
        entities = [MessageEntity(type="mention", offset=offset, length=len(name))]
    return Message.model_validate(
        {
            "message_id": 7, "date": datetime(2026, 1, 1, tzinfo=UTC), "chat": chat,
            "from_user": _ALICE, "text": text, "entities": entities,
            "reply_to_message": reply_to, **more,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("@samovar_bot, как варить щи?", "как варить щи?"),
        ("Как варить щи, @Samovar_Bot?", "Как варить щи?"),
        ("🙂🙂 @samovar_bot что это", "🙂🙂  что это"),
        ("@samovar_bot", ""),
    ],
)
def test_a_mention_is_cut_out_of_the_question(text: str, question: str) -> None:
    message = _message(text)
    assert is_addressed(message, _ME)
    assert question_of(message, _ME) == question


def test_a_command_for_another_bot_is_not_for_us_though_it_replies_to_us() -> None:
    ours = _message("Щи варят час.", from_user=_ME)
    assert not is_addressed(_message("/ban@other_bot", reply_to=ours), _ME)
    assert is_addressed(_message("/nonsense@Samovar_bot", reply_to=ours), _ME)
    assert is_addressed(_message("/nonsense", reply_to=ours), _ME)


def test_plain_talk_and_mentions_of_others_are_not_for_us() -> None:
    assert not is_addressed(_message("как варить щи?"), _ME)
    assert not is_addressed(_message("@somebody_else как варить щи?"), _ME)


def test_everything_in_private_is_for_us() -> None:
    message = _message("привет", chat=Chat(id=2, type="private"))
    assert is_addressed(message, _ME)
    assert group_of(message) is None


def test_a_reply_to_the_bot_is_for_us_and_one_to_a_person_is_not() -> None:
    ours = _message("Щи варят час").model_copy(update={"from_user": _ME})
    theirs = _message("Щи варят час")
    assert is_addressed(_message("а без капусты?", reply_to=ours), _ME)
    assert not is_addressed(_message("а без капусты?", reply_to=theirs), _ME)


def test_a_bare_mention_asks_what_the_replied_message_asks() -> None:
    asked = _message("Кто знает, как варить щи?")
    message = _message("@samovar_bot", reply_to=asked)
    assert question_of(message, _ME) == "Кто знает, как варить щи?"


def test_a_mention_by_name_of_a_bot_without_username_counts() -> None:
    entity = MessageEntity(type="text_mention", offset=0, length=7, user=_ME)
    message = _message("Самовар как дела").model_copy(update={"entities": [entity]})
    assert question_of(message, _ME) == "как дела"


def test_a_chain_of_replies_is_no_topic() -> None:
    assert thread_of(_message("x", message_thread_id=5)) == 0
    assert thread_of(_message("x", message_thread_id=5, is_topic_message=True)) == 5
