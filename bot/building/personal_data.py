"""The places with personal data, for commands beside a bot: no token, no Telegram, no model."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.building.knowledge import open_knowledge
from bot.building.memory import build_forgetting
from bot.building.redis import open_redis
from bot.building.sent_sources import incoming_files, sent_sources
from bot.building.sql import open_sql
from bot.clock import SystemClock
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.adapters.queue.reply_erasure import RedisReplyErasure
from services.adapters.redis.client import connect, redis_errors
from services.adapters.redis.dialogue_store import RedisDialogueStore
from services.adapters.redis.inbox import RedisInbox
from services.adapters.redis.keys import DeadLettersKey
from services.adapters.redis.leases import RedisLeases
from services.adapters.redis.personal_data import (
    FORMS_PREFIX,
    AppendOnlyFile,
    DeadLetters,
    Forms,
    MessageCounts,
)
from services.adapters.sql.knowledge_people import SqlLibraryPeople
from services.adapters.sql.memory import SqlMemoryStore
from services.adapters.sql.moderation_cases import SqlCases
from services.adapters.sql.people import SqlPeopleStore
from services.adapters.sql.quizzes import SqlQuizStore
from services.adapters.sql.requests import SqlRequestStore
from services.adapters.sql.scrubbing import WriteAheadLog
from services.answering.withdrawing import RequestsElsewhere
from services.people.people import People, ProfileData
from services.people.personal_data import ExportPersonalData, ForgetPerson
from services.people.ports import PersonalData


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnData:
    """What a person may always have done with their data."""

    export: ExportPersonalData
    forget: ForgetPerson


@asynccontextmanager
async def open_own_data(settings: Settings) -> AsyncIterator[OwnData]:
    """Open the stores of a data directory, beside a running bot or without one.

    Raises:
        UnavailableError: Redis, SQL or the disk cannot be used.
    """
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        sessions = await stack.enter_async_context(open_sql(settings))
        redis_url = await stack.enter_async_context(open_redis(settings))
        redis = await stack.enter_async_context(connect(redis_url))
        nursery = AsyncioNursery()
        knowledge = await stack.enter_async_context(open_knowledge(settings, sessions, nursery))
        stack.push_async_callback(nursery.close)
        forgetting = build_forgetting(settings, sessions, redis, clock)
        dialogues = RedisDialogueStore(
            redis, budget_tokens=settings.dialogue_budget_tokens, ttl_s=settings.dialogue_ttl_s
        )
        places: tuple[PersonalData, ...] = (
            sent_sources(
                sessions, knowledge, RedisLeases(redis), clock, incoming=incoming_files(settings)
            ),
            RequestsElsewhere(
                store=SqlRequestStore(sessions), replies=RedisReplyErasure(redis=redis), clock=clock
            ),
            SqlMemoryStore(sessions),
            dialogues,
            *await _dead_letters(redis),
            Forms(redis=redis, prefix=FORMS_PREFIX),
            MessageCounts(redis=redis),
            SqlCases(sessions),
            SqlLibraryPeople(sessions),
            SqlQuizStore(sessions),
            forgetting.sanction_data,
            ProfileData(people=People(store=SqlPeopleStore(sessions), clock=clock)),
            AppendOnlyFile(redis=redis),
            WriteAheadLog(sessions=sessions),
        )
        yield OwnData(export=ExportPersonalData(places=places), forget=forgetting.person(places))


async def _dead_letters(redis: Redis) -> list[PersonalData]:
    """Find those of every bot that used this Redis: a command knows of no token."""
    pattern = str(DeadLettersKey(0)).removesuffix("0")
    with redis_errors():
        keys = [str(key) async for key in redis.scan_iter(match=f"{pattern}*", count=1000)]
    bots = sorted(int(key.removeprefix(pattern)) for key in keys)
    return [DeadLetters(inbox=RedisInbox(redis, bot_id=one, replica="command")) for one in bots]
