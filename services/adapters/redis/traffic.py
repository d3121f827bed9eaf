from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from services.adapters.redis.client import redis_errors
from services.adapters.redis.keys import EchoKey, FloodKey, JoinsKey, RaidKey, SaidKey
from services.clock import Clock
from services.moderation.messages import GroupMessage
from services.moderation.traffic import (
    FLOOD_WINDOW,
    RAID_JOINS,
    RAID_LASTS,
    RAID_WINDOW,
    REPEAT_WINDOW,
    TrafficCounts,
    fingerprint,
    is_short,
)

_MOST_KEPT: Final = 64
"""Messages counted in one set; more of them change no verdict."""
_COMMANDS: Final = 4
"""To Redis for one set; the third answer is what it holds."""
_HELD: Final = 2


class RedisTraffic:
    """``TrafficLog`` over sets of message ids by time; texts are kept as hashes alone.

    A set holds each message once, so that an update which is handled again counts once. All of it
    expires within the longest window.
    """

    def __init__(self, redis: Redis, clock: Clock, *, bot_id: int) -> None:
        self._redis = redis
        self._clock = clock
        self._bot_id = bot_id

    async def note(self, message: GroupMessage) -> TrafficCounts:
        """See ``TrafficLog.note``."""
        counted = list(self._sets(message))
        with redis_errors():
            async with self._redis.pipeline(transaction=False) as pipe:
                for _, key, member, window in counted:
                    self._add(pipe, key, member, window)
                pipe.exists(str(RaidKey(self._bot_id, message.chat_id)))
                answers = await pipe.execute()
        held = {
            kind: [str(member) for member in answers[_COMMANDS * at + _HELD]]
            for at, (kind, *_) in enumerate(counted)
        }
        chats = [place.partition(":")[0] for place in held.get("said", ())]
        return TrafficCounts(
            messages=len(held["all"]),
            short=len(held.get("short", ())),
            repeats=max(1, chats.count(str(message.chat_id))),
            chats=max(1, len(set(chats))),
            echoes=max(1, len(held.get("echo", ()))),
            is_raid=bool(answers[-1]),
        )

    def _sets(self, message: GroupMessage) -> Iterator[tuple[str, str, str, timedelta]]:
        """Name the sets that a message belongs in: kind, key, member, window."""
        me, author, chat = self._bot_id, message.author_id, message.chat_id
        # An album arrives as many messages, sent at once.
        each = message.album or str(message.message_id)
        yield "all", str(FloodKey(me, author, chat, "all")), each, FLOOD_WINDOW
        if is_short(message):
            yield "short", str(FloodKey(me, author, chat, "short")), each, FLOOD_WINDOW
        said = fingerprint(message)
        if said is not None:
            place = f"{chat}:{message.message_id}"
            yield "said", str(SaidKey(me, author, said)), place, REPEAT_WINDOW
            yield "echo", str(EchoKey(me, chat, said)), place, REPEAT_WINDOW

    async def joined(self, chat_id: int, user_id: int) -> bool:
        """See ``TrafficLog.joined``."""
        raid = str(RaidKey(self._bot_id, chat_id))
        with redis_errors():
            async with self._redis.pipeline(transaction=False) as pipe:
                joins = str(JoinsKey(self._bot_id, chat_id))
                self._add(pipe, joins, str(user_id), RAID_WINDOW)
                pipe.exists(raid)
                answers = await pipe.execute()
            is_raid = bool(answers[-1]) or len(answers[_HELD]) >= RAID_JOINS
            if is_raid:
                await self._redis.set(raid, "1", px=_ms(RAID_LASTS))
        return is_raid

    def _add(self, pipe: Pipeline, key: str, member: str, window: timedelta) -> None:
        """Put four commands into the pipe; the third gives what the set holds now."""
        now = int(self._clock.now().timestamp() * 1000)
        pipe.zadd(key, {member: now})
        pipe.zremrangebyscore(key, 0, now - _ms(window))
        pipe.zrange(key, -_MOST_KEPT, -1)
        pipe.pexpire(key, _ms(window))


def _ms(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)
