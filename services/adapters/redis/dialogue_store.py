from typing import ClassVar

import msgspec
import structlog
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import WatchError

from services.adapters.redis.client import redis_errors
from services.adapters.redis.keys import DialogueStateKey, UserDialoguesKey
from services.dialogue.models import DialogueKey, DialogueState, Turn
from services.dialogue.state import trim
from services.people.ports import Exported

log = structlog.get_logger(__name__)


class _Stored(msgspec.Struct, frozen=True):
    """What stands under a key; a later version must read all earlier ones."""

    turns: tuple[Turn, ...]
    version: int = 1


class RedisDialogueStore:
    """Dialogue states as JSON that expires; also the personal data in them.

    Args:
        budget_tokens: What the turns of a dialogue may cost together in a prompt.
        ttl_s: Seconds of silence until a dialogue is forgotten.
    """

    name: ClassVar[str] = "dialogues"

    def __init__(self, redis: Redis, *, budget_tokens: int, ttl_s: int) -> None:
        self._redis = redis
        self._budget_tokens = budget_tokens
        self._ttl_s = ttl_s

    async def load(self, key: DialogueKey) -> DialogueState:
        """Read the state; see ``services.dialogue.ports.DialogueStore``."""
        with redis_errors():
            stored = await self._redis.get(state_key(key))
        return DialogueState(turns=read_turns(stored))

    async def append(self, key: DialogueKey, turn: Turn) -> None:
        """Add a turn, drop the oldest beyond the budget, renew the time to live."""
        with redis_errors():
            async with self._redis.pipeline(transaction=True) as pipe:
                while not await self._append_unless_changed(pipe, key, turn):
                    log.debug("dialogue_changed_meanwhile")

    async def _append_unless_changed(self, pipe: Pipeline, key: DialogueKey, turn: Turn) -> bool:
        name, index = state_key(key), str(UserDialoguesKey(key.user_id))
        try:
            await pipe.watch(name)
            turns = _with(read_turns(await pipe.get(name)), turn)
            stored = _Stored(turns=trim(turns, budget_tokens=self._budget_tokens))
            pipe.multi()  # type: ignore[no-untyped-call]  # redis-py leaves it unannotated
            pipe.set(name, msgspec.json.encode(stored), ex=self._ttl_s)
            pipe.sadd(index, name)
            pipe.expire(index, self._ttl_s)
            await pipe.execute()
        except WatchError:
            return False
        return True

    async def reset(self, key: DialogueKey) -> bool:
        """Forget the state; tell whether there was one."""
        with redis_errors():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.delete(state_key(key))
                pipe.srem(str(UserDialoguesKey(key.user_id)), state_key(key))
                removed, _ = await pipe.execute()
        return bool(removed)

    async def forget_user(self, user_id: int) -> int:
        """Erase all states of a person in all chats; tell how many."""
        names = await self._names(user_id)
        if not names:
            return 0
        with redis_errors():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.delete(*names)
                pipe.srem(str(UserDialoguesKey(user_id)), *names)
                erased, _ = await pipe.execute()
        return int(erased)

    async def export(self, user_id: int) -> Exported:
        """Give what is remembered of the person's dialogues, by chat."""
        names = await self._names(user_id)
        if not names:
            return {}
        with redis_errors():
            stored = await self._redis.mget(names)
        exported: dict[str, object] = {}
        for name, value in zip(names, stored, strict=True):
            if turns := read_turns(value):
                exported[name] = msgspec.to_builtins(turns)
        return exported

    async def erase(self, user_id: int) -> dict[str, int]:
        """Erase; see ``services.people.ports.PersonalData``."""
        return {"dialogues": await self.forget_user(user_id)}

    async def _names(self, user_id: int) -> list[str]:
        with redis_errors():
            members = await self._redis.smembers(str(UserDialoguesKey(user_id)))
        return sorted(str(name) for name in members)


def state_key(key: DialogueKey) -> str:
    """Name the present dialogue."""
    return str(DialogueStateKey(key.bot_id, key.chat_id, key.thread_id, key.user_id))


def _with(turns: tuple[Turn, ...], new: Turn) -> tuple[Turn, ...]:
    """Add a turn; the same question of the same moment is a repeat after a crash."""
    same = (new.question, new.asked_at)
    return (*(turn for turn in turns if (turn.question, turn.asked_at) != same), new)


def read_turns(stored: bytes | str | None) -> tuple[Turn, ...]:
    """Read what stands under the key of a dialogue."""
    return msgspec.json.decode(stored, type=_Stored).turns if stored else ()
