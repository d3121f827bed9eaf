import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest

from services.errors import InvalidInputError
from services.knowledge.models import BlockKind
from services.knowledge.readers.models import ReadSource
from services.knowledge.readers.resuming import Resume, from_the_start
from services.knowledge.readers.telegram_export import read_telegram_export
from services.knowledge.readers.telegram_messages import public_base


def message(id_: int, text: object, **more: object) -> dict[str, object]:
    return {"id": id_, "type": "message", "date": "2024-05-01T10:00:00",
            "date_unixtime": "1714557600", "text": text, **more}  # fmt: skip


def read(*messages: dict[str, Any], link: str | None = None) -> ReadSource:
    chat = {"name": "Кухня", "type": "public_channel", "id": 100, "messages": list(messages)}
    return whole(json.dumps(chat).encode(), link=link)


def whole(data: bytes, *, link: str | None = None, resume: Resume = from_the_start) -> ReadSource:
    portions = list(read_telegram_export("result.json", BytesIO(data), link=link, resume=resume))
    return ReadSource(
        documents=tuple(d for portion in portions for d in portion.documents),
        spans=tuple(s for portion in portions for s in portion.spans),
        skipped=tuple(s for portion in portions for s in portion.skipped),
    )


def test_a_post_becomes_a_document_that_opens_for_members() -> None:
    (post,) = read(message(7, "Щи варят час.\nПотом едят.")).documents
    assert post.source == "telegram:100#7"
    assert post.title == "Кухня: Щи варят час."
    assert (post.url, post.members_only) == ("https://t.me/c/100/7", True)
    assert [block.text for block in post.blocks] == ["Щи варят час.", "Потом едят."]
    assert post.posted_at == datetime(2024, 5, 1, 10, tzinfo=UTC)


def test_a_public_link_opens_for_everybody() -> None:
    (post,) = read(message(7, "Щи"), link="https://t.me/kitchen").documents
    assert (post.url, post.members_only) == ("https://t.me/kitchen/7", False)
    assert public_base("@kitchen") == public_base("t.me/kitchen/") == "https://t.me/kitchen/"
    with pytest.raises(InvalidInputError):
        public_base("https://example.org/kitchen")


def test_text_of_entities_keeps_links_and_takes_bold_lines_for_headings() -> None:
    text = [
        {"type": "bold", "text": "Суп"}, "\nВот ",
        {"type": "text_link", "text": "рецепт", "href": "https://e.org/1"}, " и ",
        {"type": "mention", "text": "@cook"},
    ]  # fmt: skip
    (post,) = read(message(1, text)).documents
    assert [(b.kind, b.text) for b in post.blocks] == [
        (BlockKind.HEADING, "Суп"),
        (BlockKind.PARAGRAPH, "Вот рецепт (https://e.org/1) и @cook"),
    ]


def test_replies_stay_with_what_they_answer_and_open_their_own_place() -> None:
    result = read(
        message(1, "Сколько варить щи?"),
        message(2, "Другой разговор"),
        message(3, "Час.", reply_to_message_id=1),
        message(4, "А кислые?", reply_to_message_id=3, edited_unixtime="1714561200"),
        message(5, "Ответ на пропавшее", reply_to_message_id=77),
    )
    assert [d.source for d in result.documents] == [
        "telegram:100#1", "telegram:100#2", "telegram:100#5",
    ]  # fmt: skip
    thread = result.documents[0]
    assert [(b.text, b.anchor) for b in thread.blocks] == [
        ("Сколько варить щи?", ""), ("Час.", "3"), ("А кислые?", "4"),
    ]  # fmt: skip
    assert thread.edited_at == datetime(2024, 5, 1, 11, tzinfo=UTC)


def test_what_has_no_words_is_left_out_but_counts_for_the_span() -> None:
    result = read(
        {"id": 1, "type": "service", "action": "create_channel", "text": ""},
        message(2, "🔥"), message(3, "Щи"), message(9, ""),
    )  # fmt: skip
    assert [d.order_key for d in result.documents] == [3]
    (span,) = result.spans
    assert (span.export, span.first, span.last) == ("telegram:100", 1, 9)


def test_a_repeated_line_of_a_post_counts_once() -> None:
    (post,) = read(message(1, "Код:\nhttps://e.org\nИтог.\nКод:\nhttps://e.org")).documents
    assert [b.text for b in post.blocks] == ["Код:", "https://e.org", "Итог."]


def test_an_account_export_has_many_chats() -> None:
    chats = [
        {"name": "a", "id": 1, "messages": [message(1, "раз")]},
        {"name": "b", "id": 2, "messages": [message(1, "два")]},
    ]
    data = json.dumps({"chats": {"about": "", "list": chats}}).encode()
    result = whole(data)
    assert [d.source for d in result.documents] == ["telegram:1#1", "telegram:2#1"]
    with pytest.raises(InvalidInputError):
        whole(data, link="https://t.me/a")


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b"{}", b'{"messages": 3}', b'{"messages": [], "id": 1}',
     b'{"messages": [{"id": "x"}], "id": 1}', b'{"messages": [{"id": 1, "text": 5}], "id": 1}',
     b"\xff\xfe\x00"],
)  # fmt: skip
def test_anything_else_is_skipped_with_a_reason(data: bytes) -> None:
    result = whole(data)
    assert result.documents == ()
    assert result.skipped[0].source == "result.json"
    assert result.skipped[0].reason
