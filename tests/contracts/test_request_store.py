from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.adapters.sql.engine import create_sessions
from services.adapters.sql.requests import SqlRequestStore
from services.answering.models import AnswerLength
from services.answering.request_models import Request, RequestId, RequestState, StopReason
from services.answering.request_ports import RequestStore
from services.dialogue.models import DialogueKey

pytestmark = pytest.mark.services

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_BIG = 7_000_000_001
_DIALOGUE = DialogueKey(bot_id=_BIG, chat_id=-1_001_000_000_001, thread_id=0, user_id=_BIG + 1)


@pytest.fixture
def store(sql_engine: AsyncEngine) -> RequestStore:
    return SqlRequestStore(create_sessions(sql_engine))


def _request(update_id: int, **changes: object) -> Request:
    request = Request(
        request_id=RequestId(f"{update_id:016x}"), update_id=update_id, dialogue=_DIALOGUE,
        private=False, question_message_id=5, question="Как варить щи?", language="ru",
        length=AnswerLength.NORMAL, asked_at=_NOW, state=RequestState.ACCEPTED, replica="one",
    )  # fmt: skip
    return replace(request, **changes)  # type: ignore[arg-type]  # tests change any field


async def test_the_same_update_is_accepted_once(store: RequestStore) -> None:
    first = await store.add(_request(1))
    again = await store.add(_request(1, request_id=RequestId("f" * 16), question="другое"))
    assert again == first == await store.find(first.request_id)
    assert await store.by_update(_BIG, 1) == first
    elsewhere = replace(_DIALOGUE, bot_id=_BIG + 9)
    other_bot = await store.add(_request(1, request_id=RequestId("e" * 16), dialogue=elsewhere))
    assert other_bot.request_id == "e" * 16


async def test_open_requests_come_in_the_order_of_asking(store: RequestStore) -> None:
    for update_id in (3, 1, 2):
        await store.add(_request(update_id))
    await store.add(_request(4, dialogue=replace(_DIALOGUE, thread_id=8)))
    await store.close(RequestId(f"{1:016x}"), RequestState.DONE)
    assert [request.update_id for request in await store.open_of(_DIALOGUE)] == [2, 3]
    following = await store.next_open(_DIALOGUE)
    assert following is not None
    assert following.update_id == 2
    assert len(await store.open_of_user(_DIALOGUE.user_id)) == 3


async def test_a_request_goes_through_its_life(store: RequestStore) -> None:
    key = (await store.add(_request(1))).request_id
    begun = await store.begin(key, "two", _NOW + timedelta(seconds=9))
    assert begun is not None
    assert (begun.state, begun.attempt, begun.replica) == (RequestState.RUNNING, 1, "two")
    assert begun.deadline == _NOW + timedelta(seconds=9)
    placed = await store.placed(key, 70)
    assert placed is not None
    assert (placed.message_id, placed.in_flight) == (70, False)
    settled = await store.settle(key, ["раз", "два"], RequestState.DONE, query="щи")
    assert settled is not None
    assert (settled.state, settled.reply) == (RequestState.SENDING, ("раз", "два"))
    assert (settled.outcome, settled.query) == (RequestState.DONE, "щи")
    delivered = await store.delivered(key, 1, 71)
    assert delivered is not None
    assert (delivered.delivered, delivered.message_id) == (1, 71)
    closed = await store.close(key, RequestState.DONE)
    assert closed is not None
    assert (closed.state, closed.reply) == (RequestState.DONE, ())
    assert await store.next_open(_DIALOGUE) is None


async def test_a_send_that_may_have_happened_is_counted(store: RequestStore) -> None:
    key = (await store.add(_request(1))).request_id
    first = await store.about_to_send(key)
    second = await store.about_to_send(key)
    assert first is not None
    assert second is not None
    assert (first.possible_repeats, second.possible_repeats) == (0, 1)
    await store.placed(key, 70)
    third = await store.about_to_send(key)
    assert third is not None
    assert third.possible_repeats == 1


async def test_only_the_unfinished_can_be_stopped(store: RequestStore) -> None:
    key = (await store.add(_request(1))).request_id
    assert await store.stop_reason(key) is None
    assert await store.ask_to_stop(key, StopReason.PERSON)
    assert await store.stop_reason(key) is StopReason.PERSON
    await store.close(key, RequestState.CANCELLED)
    assert not await store.ask_to_stop(key, StopReason.PERSON)
    assert await store.stop_reason(RequestId("nothing")) is StopReason.FORGET


async def test_a_dead_replica_is_adopted_dialogue_by_dialogue(store: RequestStore) -> None:
    other = replace(_DIALOGUE, user_id=9)
    for update_id, dialogue, replica in (
        (1, _DIALOGUE, "one"), (2, _DIALOGUE, "one"), (3, other, "one"), (4, other, "two"),
    ):  # fmt: skip
        await store.add(_request(update_id, dialogue=dialogue, replica=replica))
    await store.close(RequestId(f"{3:016x}"), RequestState.DONE)
    assert await store.adopt(_BIG, "one", "three") == [_DIALOGUE]
    assert await store.adopt(_BIG, "one", "three") == []
    adopted = await store.find(RequestId(f"{2:016x}"))
    assert adopted is not None
    assert adopted.replica == "three"


async def test_a_persons_requests_are_exported_and_erased_with_their_ratings(
    store: RequestStore,
) -> None:
    key = (await store.add(_request(1))).request_id
    await store.add(_request(2, dialogue=replace(_DIALOGUE, user_id=9)))
    await store.rate(key, _DIALOGUE.user_id, 1, _NOW)
    await store.rate(key, _DIALOGUE.user_id, -1, _NOW)
    exported = await store.export(_DIALOGUE.user_id)
    assert [(row["question"], row["feedback"]) for row in exported["requests"]] == [  # type: ignore[attr-defined]  # JSON is untyped
        ("Как варить щи?", -1)
    ]
    assert await store.erase(_DIALOGUE.user_id) == {"feedback": 1, "requests": 1}
    assert await store.erase(_DIALOGUE.user_id) == {"feedback": 0, "requests": 0}
    assert await store.export(_DIALOGUE.user_id) == {}
    assert len(await store.open_of_user(9)) == 1


async def test_a_request_that_is_gone_changes_nothing(store: RequestStore) -> None:
    gone = RequestId("0" * 16)
    assert await store.begin(gone, "one", _NOW) is None
    assert await store.settle(gone, ["x"], RequestState.DONE, query=None) is None
    assert await store.about_to_send(gone) is None


async def test_old_finished_requests_are_purged_with_their_ratings(store: RequestStore) -> None:
    old, unfinished, fresh = [
        (await store.add(_request(n, asked_at=_NOW + timedelta(days=days)))).request_id
        for n, days in ((1, 0), (2, 0), (3, 40))
    ]
    await store.rate(old, _DIALOGUE.user_id, 1, _NOW)
    for key in (old, fresh):
        await store.close(key, RequestState.DONE)
    assert await store.purge(_NOW + timedelta(days=30)) == 1
    assert await store.find(old) is None
    assert await store.find(unfinished) is not None


async def test_an_error_of_the_database_quotes_nobody(sql_engine: AsyncEngine) -> None:
    statement = text("SELECT 1 FROM nowhere WHERE words = :words")
    with pytest.raises(DBAPIError) as raised:
        async with sql_engine.connect() as connection:
            await connection.execute(statement, {"words": "a secret question"})
    assert "a secret question" not in str(raised.value)
