"""The inbox: a stream of accepted updates, one per bot, shared by all its replicas.

Accepted means written here; only then may Telegram forget the update. An entry stays until it was
handled, so its text is in Redis for as long as somebody has to work on it and no longer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import ResponseError

from services.adapters.redis.client import redis_errors
from services.adapters.redis.keys import (
    DeadLettersKey,
    HeartbeatKey,
    InboxAttemptsKey,
    InboxKey,
    InboxLaneKey,
    InboxSeenKey,
)

GROUP: Final = "bot"
_SEEN_FOR_MS: Final = 25 * 3600 * 1000  # Telegram keeps an update for a day
_SEEN_LIMIT: Final = 200_000
_DEAD_LETTERS_LIMIT: Final = 1_000
_PAGE: Final = 1_000

# Takes a batch at once: a repeated update id is not taken again.
_ACCEPT: Final = """
local stream, seen = KEYS[1], KEYS[2]
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', seen, '-inf', now - ARGV[1])
local taken = 0
for i = 3, #ARGV, 4 do
  if redis.call('ZADD', seen, 'NX', now, ARGV[i]) == 1 then
    local id = redis.call('XADD', stream, '*', 'update', ARGV[i], 'lane', ARGV[i + 1],
                          'user', ARGV[i + 2], 'payload', ARGV[i + 3])
    local lane = KEYS[3 + (i - 3) / 4]
    redis.call('RPUSH', lane, id)
    redis.call('PEXPIRE', lane, ARGV[1])
    taken = taken + 1
  end
end
redis.call('ZREMRANGEBYRANK', seen, 0, -1 - ARGV[2])
return taken
"""
# An entry is next when it is the oldest of its lane that is still in the stream.
_IS_NEXT: Final = """
while true do
  local oldest = redis.call('LINDEX', KEYS[1], 0)
  if not oldest or oldest == ARGV[1] then return 1 end
  if #redis.call('XRANGE', KEYS[2], oldest, oldest) == 1 then return 0 end
  redis.call('LPOP', KEYS[1])
end
"""
# Claims what a silent replica had begun; the check and the claim are one step for all replicas.
_ADOPT: Final = """
local stream, heartbeat = KEYS[1], KEYS[2]
local group, from, to = ARGV[1], ARGV[2], ARGV[3]
if redis.call('EXISTS', heartbeat) == 1 then return {} end
local ids = {}
for _, entry in ipairs(redis.call('XPENDING', stream, group, '-', '+', 1000, from)) do
  table.insert(ids, entry[1])
end
if #ids == 0 then
  redis.call('XGROUP', 'DELCONSUMER', stream, group, from)
  return {}
end
return redis.call('XCLAIM', stream, group, to, 0, unpack(ids))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingUpdate:
    """An update on its way into the inbox.

    Attributes:
        lane: Updates of one lane are handled in order; the chat, where there is one.
        user_id: Who caused it, 0 when nobody did.
        payload: The update as Telegram wrote it, JSON.
    """

    update_id: int
    lane: str
    user_id: int
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEntry:
    """An accepted update.

    Attributes:
        entry_id: Its place in the stream.
    """

    entry_id: str
    update: IncomingUpdate


class RedisInbox:
    """The inbox of one bot, as one of its replicas uses it."""

    def __init__(self, redis: Redis, *, bot_id: int, replica: str) -> None:
        self._redis = redis
        self._bot_id = bot_id
        self._replica = replica
        self._stream = str(InboxKey(bot_id))
        self._seen = str(InboxSeenKey(bot_id))
        self._attempts = str(InboxAttemptsKey(bot_id))
        self._dead = str(DeadLettersKey(bot_id))
        self._accept = redis.register_script(_ACCEPT)
        self._adopt = redis.register_script(_ADOPT)
        self._is_next = redis.register_script(_IS_NEXT)

    async def open(self) -> None:
        """Make the stream and its consumer group unless they are there."""
        with redis_errors():
            try:
                await self._redis.xgroup_create(self._stream, GROUP, id="0", mkstream=True)
            except ResponseError as error:
                if not str(error).startswith("BUSYGROUP"):
                    raise

    async def accept(self, updates: Sequence[IncomingUpdate]) -> int:
        """Take updates, all or none of them; tell how many were new.

        Raises:
            UnavailableError: None was taken, as far as we know; the same batch may be given again.
        """
        arguments: list[str | int] = [_SEEN_FOR_MS, _SEEN_LIMIT]
        for update in updates:
            arguments += [update.update_id, update.lane, update.user_id, update.payload]
        keys = [self._stream, self._seen, *(self._lane(update) for update in updates)]
        with redis_errors():
            taken: int = await self._accept(keys=keys, args=arguments)
        return taken

    async def read(self, *, limit: int, wait_s: float) -> list[InboxEntry]:
        """Reserve new entries for this replica, waiting for the first one up to ``wait_s``."""
        with redis_errors():
            answer: Any = await self._redis.xreadgroup(
                GROUP, self._replica, {self._stream: ">"}, count=limit, block=int(wait_s * 1000)
            )
        return _first_stream(answer)

    async def begun(self) -> list[InboxEntry]:
        """List what this replica reserved and did not finish, oldest first."""
        entries: list[InboxEntry] = []
        last = "0"
        while True:
            with redis_errors():
                answer: Any = await self._redis.xreadgroup(
                    GROUP, self._replica, {self._stream: last}, count=_PAGE
                )
            rows = answer[0][1] if answer else []
            if not rows:
                return entries
            entries += _entries(rows)
            last = rows[-1][0]

    async def adopt(self, replica: str) -> list[InboxEntry]:
        """Take over what a replica without a heartbeat left; nothing while it lives."""
        with redis_errors():
            answer: Any = await self._adopt(
                keys=[self._stream, str(HeartbeatKey(self._bot_id, replica))],
                args=[GROUP, replica, self._replica],
            )
        return _entries(answer)

    async def is_next(self, entry: InboxEntry) -> bool:
        """Tell whether all earlier entries of its lane are finished, whichever replica has them."""
        with redis_errors():
            keys = [self._lane(entry.update), self._stream]
            return bool(await self._is_next(keys=keys, args=[entry.entry_id]))

    async def count_start(self, entry: InboxEntry) -> None:
        """Note that an entry is begun now."""
        with redis_errors():
            await self._redis.hincrby(self._attempts, entry.entry_id, 1)

    async def starts(self, entries: Sequence[InboxEntry]) -> list[int]:
        """Tell of each entry how often it was begun."""
        if not entries:
            return []
        with redis_errors():
            counted = await self._redis.hmget(self._attempts, [entry.entry_id for entry in entries])
        return [int(count or 0) for count in counted]

    async def finish(self, entry: InboxEntry) -> None:
        """Forget a handled entry, text and all."""
        with redis_errors():
            async with self._redis.pipeline(transaction=True) as pipe:
                self._remove(pipe, entry)
                await pipe.execute()

    async def bury(self, entry: InboxEntry, *, reason: str) -> None:
        """Move an entry that cannot be handled to the dead letters."""
        fields = {**_fields(entry.update), "reason": reason}
        with redis_errors():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.xadd(self._dead, fields, maxlen=_DEAD_LETTERS_LIMIT, approximate=True)
                self._remove(pipe, entry)
                await pipe.execute()

    def _lane(self, update: IncomingUpdate) -> str:
        return str(InboxLaneKey(self._bot_id, update.lane))

    def _remove(self, pipe: Pipeline, entry: InboxEntry) -> None:
        pipe.xack(self._stream, GROUP, entry.entry_id)
        pipe.xdel(self._stream, entry.entry_id)
        pipe.hdel(self._attempts, entry.entry_id)
        pipe.lrem(self._lane(entry.update), 1, entry.entry_id)

    async def depth(self) -> int:
        """Count the accepted updates that are not finished."""
        with redis_errors():
            return await self._redis.xlen(self._stream)

    async def dead_letters(self, user_id: int) -> list[InboxEntry]:
        """List the buried updates of a person."""
        with redis_errors():
            answer: Any = await self._redis.xrange(self._dead)
        return [entry for entry in _entries(answer) if entry.update.user_id == user_id]

    async def erase_dead_letters(self, user_id: int) -> int:
        """Erase the buried updates of a person; tell how many."""
        buried = [entry.entry_id for entry in await self.dead_letters(user_id)]
        if not buried:
            return 0
        with redis_errors():
            return await self._redis.xdel(self._dead, *buried)


def _fields(update: IncomingUpdate) -> dict[Any, Any]:
    return {
        "update": update.update_id,
        "lane": update.lane,
        "user": update.user_id,
        "payload": update.payload,
    }


def _first_stream(answer: Sequence[Any]) -> list[InboxEntry]:
    return _entries(answer[0][1]) if answer else []


def _entries(rows: Sequence[Any]) -> list[InboxEntry]:
    """Read rows of (id, fields); a row without fields was deleted and has nothing to handle."""
    return [_entry(row[0], row[1]) for row in rows if row and row[1]]


def _entry(entry_id: str, fields: Any) -> InboxEntry:  # noqa: ANN401 - a map, or a flat list in Lua
    if not isinstance(fields, Mapping):
        fields = dict(zip(fields[::2], fields[1::2], strict=True))
    update = IncomingUpdate(
        update_id=int(fields["update"]),
        lane=fields["lane"],
        user_id=int(fields["user"]),
        payload=fields["payload"],
    )
    return InboxEntry(entry_id=entry_id, update=update)
