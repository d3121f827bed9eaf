import secrets
from typing import Final

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import WatchError

from services.adapters.redis.client import redis_errors
from services.adapters.redis.dialogue_store import read_turns, state_key
from services.adapters.redis.keys import AsideDialogueKey, UserDialoguesKey
from services.dialogue.models import Conversation, DialogueKey

log = structlog.get_logger(__name__)

MOST_CONVERSATIONS: Final = 10


class RedisConversations:
    """``Conversations`` beside the present dialogues, in the same form.

    They stand in the same register of a person's dialogues, so that whatever exports or forgets
    those does it with these, and they expire as those do.

    Args:
        ttl_s: Seconds until a conversation that nobody goes on with is forgotten.
    """

    def __init__(self, redis: Redis, *, ttl_s: int) -> None:
        self._redis = redis
        self._ttl_s = ttl_s

    async def set_aside(self, key: DialogueKey) -> bool:
        """See ``Conversations.set_aside``."""
        kept = await self.listed(key)
        with redis_errors():
            async with self._redis.pipeline(transaction=True) as pipe:
                done = await self._swap(pipe, key, None)
        for oldest in kept[MOST_CONVERSATIONS - 1 :] if done else ():
            await self.remove(key, oldest.conversation_id)
        return done

    async def listed(self, key: DialogueKey) -> list[Conversation]:
        """See ``Conversations.listed``."""
        beginning = _aside(key, "")
        with redis_errors():
            members = await self._redis.smembers(str(UserDialoguesKey(key.user_id)))
            names = sorted(str(name) for name in members if str(name).startswith(beginning))
            stored = await self._redis.mget(names) if names else []
            expired = [name for name, value in zip(names, stored, strict=True) if value is None]
            if expired:
                # Names are random: what has expired never comes back under one.
                await self._redis.srem(str(UserDialoguesKey(key.user_id)), *expired)
        found = [
            _conversation(name.removeprefix(beginning), value)
            for name, value in zip(names, stored, strict=True)
        ]
        known = [one for one in found if one is not None]
        return sorted(known, key=lambda one: one.last_at, reverse=True)

    async def resume(self, key: DialogueKey, conversation_id: str) -> Conversation | None:
        """See ``Conversations.resume``."""
        wanted = next(
            (one for one in await self.listed(key) if one.conversation_id == conversation_id), None
        )
        if wanted is None:
            return None
        with redis_errors():
            async with self._redis.pipeline(transaction=True) as pipe:
                return wanted if await self._swap(pipe, key, conversation_id) else None

    async def remove(self, key: DialogueKey, conversation_id: str) -> bool:
        """See ``Conversations.remove``."""
        name = _aside(key, conversation_id)
        with redis_errors():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.delete(name)
                pipe.srem(str(UserDialoguesKey(key.user_id)), name)
                removed, _ = await pipe.execute()
        return bool(removed)

    async def _swap(self, pipe: Pipeline, key: DialogueKey, conversation_id: str | None) -> bool:
        """Put the present dialogue aside and, where one is named, that one in its place."""
        current, index = state_key(key), str(UserDialoguesKey(key.user_id))
        wanted = None if conversation_id is None else _aside(key, conversation_id)
        while True:
            try:
                await pipe.watch(current, *([wanted] if wanted else []))
                present = await pipe.get(current)
                coming = await pipe.get(wanted) if wanted else None
                if (coming if wanted else present) is None:
                    return False
                pipe.multi()  # type: ignore[no-untyped-call]  # redis-py leaves it unannotated
                if present is not None:
                    name = _aside(key, secrets.token_hex(4))
                    pipe.set(name, present, ex=self._ttl_s)
                    pipe.sadd(index, name)
                    pipe.delete(current)
                if wanted is not None and coming is not None:
                    pipe.set(current, coming, ex=self._ttl_s)
                    pipe.delete(wanted)
                    pipe.srem(index, wanted)
                    pipe.sadd(index, current)
                pipe.expire(index, self._ttl_s)
                await pipe.execute()
            except WatchError:
                log.debug("dialogue_changed_meanwhile")
            else:
                return True


def _aside(key: DialogueKey, conversation_id: str) -> str:
    return str(AsideDialogueKey(state_key(key), conversation_id))


def _conversation(conversation_id: str, stored: bytes | str | None) -> Conversation | None:
    turns = read_turns(stored)
    if not turns:
        return None
    return Conversation(
        conversation_id=conversation_id, title=turns[0].question, questions=len(turns),
        last_at=turns[-1].asked_at,
    )  # fmt: skip
