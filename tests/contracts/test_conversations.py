from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from services.adapters.redis.conversations import MOST_CONVERSATIONS, RedisConversations
from services.adapters.redis.dialogue_store import RedisDialogueStore, state_key
from services.adapters.redis.keys import UserDialoguesKey
from services.dialogue.models import DialogueKey, Turn

pytestmark = pytest.mark.services

KEY = DialogueKey(bot_id=1, chat_id=10, thread_id=0, user_id=42)
LONGER_ID = replace(KEY, user_id=421)
OTHER_TOPIC = replace(KEY, thread_id=7)
START = datetime(2026, 1, 1, tzinfo=UTC)


def turn(question: str, minute: int = 0) -> Turn:
    return Turn(
        question=question, query=question, answer="Ответ.", passage_ids=(1,), decision="sources",
        abstained=False, asked_at=START + timedelta(minutes=minute),
    )  # fmt: skip


@pytest.fixture
def store(redis: Redis) -> RedisDialogueStore:
    return RedisDialogueStore(redis, budget_tokens=500, ttl_s=3600)


@pytest.fixture
def conversations(redis: Redis) -> RedisConversations:
    return RedisConversations(redis, ttl_s=3600)


async def questions(store: RedisDialogueStore, key: DialogueKey = KEY) -> list[str]:
    return [kept.question for kept in (await store.load(key)).turns]


async def test_a_conversation_is_set_aside_and_gone_on_with(
    store: RedisDialogueStore, conversations: RedisConversations
) -> None:
    await store.append(KEY, turn("щи?"))
    await store.append(KEY, turn("а без капусты?", 1))
    assert await conversations.set_aside(KEY)
    assert await questions(store) == []

    await store.append(KEY, turn("чай?", 2))
    (soup,) = await conversations.listed(KEY)
    assert (soup.title, soup.questions) == ("щи?", 2)
    resumed = await conversations.resume(KEY, soup.conversation_id)
    assert resumed == soup
    assert await questions(store) == ["щи?", "а без капусты?"]
    assert [one.title for one in await conversations.listed(KEY)] == ["чай?"]


async def test_what_has_expired_is_taken_off_the_register(
    store: RedisDialogueStore, conversations: RedisConversations, redis: Redis
) -> None:
    register = str(UserDialoguesKey(KEY.user_id))
    await store.append(KEY, turn("щи?"))
    await conversations.set_aside(KEY)
    (aside,) = await redis.smembers(register) - {state_key(KEY)}
    await redis.delete(aside)
    assert await conversations.listed(KEY) == []
    assert aside not in await redis.smembers(register)


async def test_nothing_is_set_aside_when_nothing_was_said(
    conversations: RedisConversations,
) -> None:
    assert not await conversations.set_aside(KEY)
    assert await conversations.listed(KEY) == []


async def test_what_is_gone_cannot_be_resumed_or_removed_again(
    store: RedisDialogueStore, conversations: RedisConversations
) -> None:
    await store.append(KEY, turn("щи?"))
    await conversations.set_aside(KEY)
    (soup,) = await conversations.listed(KEY)
    assert await conversations.remove(KEY, soup.conversation_id)
    assert not await conversations.remove(KEY, soup.conversation_id)
    assert await conversations.resume(KEY, soup.conversation_id) is None


async def test_other_people_and_other_topics_have_their_own(
    store: RedisDialogueStore, conversations: RedisConversations
) -> None:
    for key in (KEY, LONGER_ID, OTHER_TOPIC):
        await store.append(key, turn(f"{key.user_id} {key.thread_id}"))
        await conversations.set_aside(key)
    (own,) = await conversations.listed(KEY)
    assert own.title == "42 0"
    assert await conversations.resume(OTHER_TOPIC, own.conversation_id) is None


async def test_the_oldest_of_too_many_goes(
    store: RedisDialogueStore, conversations: RedisConversations
) -> None:
    for number in range(MOST_CONVERSATIONS + 2):
        await store.append(KEY, turn(f"{number}", number))
        await conversations.set_aside(KEY)
    titles = [one.title for one in await conversations.listed(KEY)]
    assert titles == [str(n) for n in reversed(range(2, MOST_CONVERSATIONS + 2))]


async def test_forgetting_a_person_takes_what_was_set_aside_too(
    store: RedisDialogueStore, conversations: RedisConversations, redis: Redis
) -> None:
    for question in ("щи?", "чай?"):
        await store.append(KEY, turn(question))
        await conversations.set_aside(KEY)
    assert len(await store.export(42)) == 2
    assert await store.forget_user(42) == 2
    assert await conversations.listed(KEY) == []
    assert await redis.keys("*dialogue*") == []
