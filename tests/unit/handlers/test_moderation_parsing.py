from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.types import Message

from handlers.moderation_parsing import group_message
from services.moderation.messages import Author, GroupMessage

_GROUP = {"id": -100500, "type": "supergroup", "title": "Двор"}
_ALICE = {"id": 7, "is_bot": False, "first_name": "Alice", "last_name": "K", "language_code": "ru"}


def parsed(**fields: object) -> GroupMessage | None:
    base: Mapping[str, Any] = {
        "message_id": 5, "date": 1_700_000_000, "chat": _GROUP, "from": _ALICE,
    }  # fmt: skip
    return group_message(Message.model_validate({**base, **fields}))


def judged(**fields: object) -> GroupMessage:
    message = parsed(**fields)
    assert message is not None
    return message


def test_a_text_comes_with_its_author_links_and_names() -> None:
    text = "🙂 смотри site.org и тут, @bob"
    message = judged(
        text=text,
        entities=[
            {"type": "url", "offset": 10, "length": 8},
            {"type": "text_link", "offset": 21, "length": 3, "url": "https://hidden.example"},
            {"type": "mention", "offset": 26, "length": 4},
        ],
    )
    assert (message.author, message.author_id, message.name) == (Author.PERSON, 7, "Alice K")
    assert message.text == text
    assert message.links == ("site.org", "https://hidden.example")
    assert message.mentions == 1
    assert message.edited_at is None
    assert message.media is None


def test_captions_polls_files_contacts_and_quotes_are_read() -> None:
    file = {"file_id": "1", "file_unique_id": "1", "file_name": "ругань.pdf"}
    document = judged(document=file, caption="Вот", edit_date=1_700_000_060, media_group_id="a")
    assert document.parts == ("Вот", "ругань.pdf")
    assert (document.media, document.album) == ("document", "a")
    assert document.edited_at == datetime.fromtimestamp(1_700_000_060, UTC)
    options = [{"text": text, "voter_count": 0, "persistent_id": text} for text in ("Да", "Нет")]
    poll = {
        "id": "1", "question": "Идём?", "options": options, "total_voter_count": 0,
        "is_closed": False, "is_anonymous": True, "type": "regular",
        "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
    }  # fmt: skip
    assert judged(poll=poll).parts == ("", "Идём?", "Да", "Нет")
    contact = judged(contact={"phone_number": "1", "first_name": "Иван", "last_name": "П"})
    assert contact.parts == ("", "Иван П")
    assert contact.is_contact
    quoted = judged(text="а?", quote={"text": "чужое", "position": 0})
    assert quoted.parts == ("а?", "чужое")


@pytest.mark.parametrize(
    ("fields", "author", "author_id"),
    [
        ({"sender_chat": _GROUP}, Author.ANONYMOUS_ADMIN, -100500),
        (
            {"sender_chat": {"id": -1, "type": "channel", "title": "К"}},
            Author.OTHER_CHANNEL, -1,
        ),
        (
            {
                "sender_chat": {"id": -1, "type": "channel", "title": "К"},
                "is_automatic_forward": True,
            },
            Author.LINKED_CHANNEL, -1,
        ),
        ({"from": {**_ALICE, "is_bot": True}}, Author.BOT, 7),
    ],
)  # fmt: skip
def test_who_wrote_it_is_told_apart(
    fields: dict[str, object], author: Author, author_id: int
) -> None:
    message = judged(text="да", **fields)
    assert (message.author, message.author_id) == (author, author_id)


def test_what_was_written_elsewhere_is_known() -> None:
    origin = {"type": "hidden_user", "date": 1_700_000_000, "sender_user_name": "X"}
    assert judged(text="да", forward_origin=origin).is_forward
    assert judged(text="да", external_reply={"origin": origin}).is_forward
    assert not judged(text="да").is_forward


def test_telegrams_own_notes_are_nothing_to_judge() -> None:
    assert parsed(new_chat_members=[_ALICE]) is None
    assert parsed(new_chat_title="Новое") is None
