from collections.abc import Mapping
from typing import Any, Final

from aiogram import BaseMiddleware, Dispatcher, Router
from aiogram.fsm.storage.base import DefaultKeyBuilder
from aiogram.fsm.storage.redis import RedisStorage
from redis.asyncio import Redis

from bot.middlewares.outages import OutagesMiddleware
from bot.middlewares.trace import TraceMiddleware
from services.adapters.redis.personal_data import FORMS_PREFIX

_FORM_TTL_S: Final = 24 * 3600


def create_dispatcher(
    redis: Redis,
    router: Router,
    *,
    workflow_data: Mapping[str, Any],
    identity: tuple[BaseMiddleware, ...] = (),
    throttle: BaseMiddleware | None = None,
) -> Dispatcher:
    """Put the middlewares into their order: trace, outages, forms, who it is; then throttle.

    Args:
        redis: Holds half-filled forms.
        router: All handlers.
        workflow_data: What handlers may ask for by name; see ``bot.workflow_data``.
        identity: Middlewares that find out who writes and in which language.
        throttle: Stands before the handlers that ask the bot to work.
    """
    storage = RedisStorage(
        redis,
        key_builder=DefaultKeyBuilder(prefix=FORMS_PREFIX, with_bot_id=True, with_destiny=True),
        state_ttl=_FORM_TTL_S,
        data_ttl=_FORM_TTL_S,
    )
    # aiogram would put its form middleware before ours, where an outage of Redis escapes them.
    dispatcher = Dispatcher(storage=storage, disable_fsm=True, **workflow_data)
    for middleware in (TraceMiddleware(), OutagesMiddleware(), dispatcher.fsm, *identity):
        dispatcher.update.outer_middleware(middleware)
    if throttle is not None:
        dispatcher.message.middleware(throttle)
        dispatcher.callback_query.middleware(throttle)
    dispatcher.include_router(router)
    return dispatcher
