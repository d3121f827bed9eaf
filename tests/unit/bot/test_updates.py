import json

import pytest

from bot.updates import GetUpdatesError, read_answer, read_update
from services.errors import InvalidInputError

ALICE = {"id": 5, "is_bot": False, "first_name": "Alice"}
CLUB = {"id": -100, "type": "supergroup"}


@pytest.mark.parametrize(
    ("event", "lane", "user_id"),
    [
        ({"message": {"chat": CLUB, "from": ALICE}}, "-100", 5),
        ({"callback_query": {"from": ALICE, "message": {"chat": CLUB}}}, "-100", 5),
        ({"callback_query": {"from": ALICE, "inline_message_id": "x"}}, "5", 5),
        ({"channel_post": {"chat": CLUB, "sender_chat": CLUB}}, "-100", -100),
        ({"stopped_message_generation": {"chat": {"id": 5}, "draft_id": 1}}, "5", 0),
        ({"poll_answer": {"user": ALICE, "poll_id": "1"}}, "5", 5),
        ({"something_new": {"strange": True}}, "update-9", 0),
        ({}, "update-9", 0),
    ],
)
def test_whose_it_is(event: dict[str, object], lane: str, user_id: int) -> None:
    update = read_update(json.dumps({"update_id": 9, **event}).encode())
    assert (update.update_id, update.lane, update.user_id) == (9, lane, user_id)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"update_id": null}', b"\xff"])
def test_nonsense_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInputError):
        read_update(raw)


def test_a_refusal_carries_its_code_and_wait() -> None:
    body = (
        b'{"ok": false, "error_code": 429, "description": "slow", "parameters": {"retry_after": 7}}'
    )
    with pytest.raises(GetUpdatesError, match="slow") as refusal:
        read_answer(body)
    assert (refusal.value.code, refusal.value.retry_after_s) == (429, 7.0)
    with pytest.raises(GetUpdatesError):
        read_answer(b"<html>bad gateway</html>")
