from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from services.adapters.redis.dialogue_store import RedisDialogueStore
from services.adapters.redis.personal_data import AppendOnlyFile
from services.dialogue.models import DialogueKey, Turn
from services.errors import DeadlineError

pytestmark = pytest.mark.services

KEY = DialogueKey(bot_id=1, chat_id=10, thread_id=0, user_id=42)
OTHER_CHAT = replace(KEY, chat_id=-20)
OTHER_PERSON = replace(KEY, user_id=43)


def turn(question: str, answer: str = "Ответ.") -> Turn:
    return Turn(
        question=question, query=question, answer=answer, passage_ids=(1, 2),
        decision="sources", abstained=False, asked_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


@pytest.fixture
def store(redis: Redis) -> RedisDialogueStore:
    return RedisDialogueStore(redis, budget_tokens=200, ttl_s=3600)


async def test_turns_come_back_in_order_and_as_they_were(store: RedisDialogueStore) -> None:
    assert (await store.load(KEY)).turns == ()
    await store.append(KEY, turn("щи?"))
    await store.append(KEY, turn("а без капусты?"))
    await store.append(OTHER_CHAT, turn("elsewhere"))
    assert (await store.load(KEY)).turns == (turn("щи?"), turn("а без капусты?"))


async def test_the_budget_keeps_the_newest(store: RedisDialogueStore) -> None:
    for number in range(50):
        await store.append(KEY, turn(f"{number}", "x" * 90))
    questions = [kept.question for kept in (await store.load(KEY)).turns]
    assert questions[-1] == "49"
    assert 1 < len(questions) <= 200 // 30


async def test_a_repeated_turn_is_kept_once(store: RedisDialogueStore) -> None:
    await store.append(KEY, turn("щи?", "first attempt"))
    await store.append(KEY, turn("щи?", "after the restart"))
    assert (await store.load(KEY)).turns == (turn("щи?", "after the restart"),)


async def test_reset_tells_whether_there_was_something(store: RedisDialogueStore) -> None:
    await store.append(KEY, turn("щи?"))
    assert await store.reset(KEY)
    assert not await store.reset(KEY)
    assert (await store.load(KEY)).turns == ()


async def test_it_expires(redis: Redis, store: RedisDialogueStore) -> None:
    await store.append(KEY, turn("щи?"))
    keys = [str(key) async for key in redis.scan_iter(match="samovar:dialogue*")]
    assert len(keys) == 2
    for key in keys:
        assert 3500 < await redis.ttl(key) <= 3600


async def test_a_person_is_forgotten_everywhere_and_alone(
    redis: Redis, store: RedisDialogueStore
) -> None:
    await store.append(KEY, turn("secret-question"))
    await store.append(OTHER_CHAT, turn("secret-question"))
    await store.append(OTHER_PERSON, turn("kept"))
    assert len(await store.export(42)) == 2
    assert await store.erase(42) == {"dialogues": 2}
    assert await store.erase(42) == {"dialogues": 0}
    assert await store.export(42) == {}
    assert (await store.load(OTHER_PERSON)).turns == (turn("kept"),)
    assert await AppendOnlyFile(redis=redis).erase(42) == {}
    directory = (await redis.config_get("dir"))["dir"]
    assert b"secret-question" not in _files_of(str(directory))
    assert b"kept" in _files_of(str(directory))


async def test_a_log_that_is_not_rewritten_in_time_asks_for_a_repeat(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An outage of Redis would run the update again and again, without a word to the person."""
    monkeypatch.setattr("services.adapters.redis.personal_data._REWRITE_DEADLINE_S", 0.0)
    with pytest.raises(DeadlineError):
        await AppendOnlyFile(redis=redis).erase(42)


def _files_of(directory: str) -> bytes:
    return b"".join(path.read_bytes() for path in Path(directory, "appendonlydir").iterdir())
