"""One library with a pool, for commands that ask it: no Telegram, no bot."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.building.inference import Inference, open_inference
from bot.building.knowledge import Knowledge, open_knowledge
from bot.building.redis import open_redis
from bot.building.sql import open_sql
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.adapters.sql.engine import Sessions
from services.errors import NotFoundError
from services.inference.kinds import JobKind
from services.knowledge.models import LibraryId


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLibrary:
    """What a command needs to ask a library."""

    sessions: Sessions
    knowledge: Knowledge
    inference: Inference


@asynccontextmanager
async def open_library(
    settings: Settings, library: LibraryId, *, command: str, kinds: Sequence[JobKind]
) -> AsyncIterator[OpenLibrary]:
    """Open a library; what was not running is started here and stopped at the end.

    Args:
        settings: Of the process.
        library: The library.
        command: Who asks, for the name of the reply stream.
        kinds: What will be asked of the pool.

    Raises:
        NotFoundError: The library is empty.
        UnavailableError: A part cannot be started.
    """
    async with AsyncExitStack() as stack:
        sessions = await stack.enter_async_context(open_sql(settings))
        nursery = AsyncioNursery()
        knowledge = await stack.enter_async_context(open_knowledge(settings, sessions, nursery))
        stack.push_async_callback(nursery.close)
        found = await knowledge.libraries.find(library)
        if found is None or not found.change_number:
            raise NotFoundError(
                f"the library {library!r} is empty; "
                f"`samovar ingest PATH --tenant {library}` fills it"
            )
        redis_url = await stack.enter_async_context(open_redis(settings))
        inference = await stack.enter_async_context(
            open_inference(
                settings, redis_url, replica_id=f"{command}-{secrets.token_hex(6)}",
                nursery=nursery, spawn_worker=True, kinds=kinds,
            )
        )  # fmt: skip
        yield OpenLibrary(sessions=sessions, knowledge=knowledge, inference=inference)
