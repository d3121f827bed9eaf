"""The gate that every message and edit of a group passes before anything else looks at it."""

import structlog
from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.types import Message

from handlers.parsing import GROUPS

log = structlog.get_logger(__name__)


def build_router() -> Router:
    """Let every message through and note that it passed; nothing here ever waits."""
    router = Router(name="moderation")
    in_group = F.chat.type.in_(GROUPS)
    router.message.register(_pass, in_group)
    router.edited_message.register(_pass, in_group)
    return router


async def _pass(message: Message) -> None:
    log.info(
        "gate_passed",
        chat_id=message.chat.id,
        message_id=message.message_id,
        edited=message.edit_date is not None,
    )
    raise SkipHandler
