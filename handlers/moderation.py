"""The gate that every message and edit of a group passes before anything else looks at it."""

import structlog
from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.enums import ChatMemberStatus
from aiogram.types import ChatMemberUpdated, Message

from handlers.administrators import TelegramAdministrators
from handlers.enforcing import TelegramEnforcer
from handlers.membership import is_inside
from handlers.moderation_parsing import group_message
from handlers.parsing import GROUPS
from services.clock import Clock
from services.moderation.moderator import Moderator
from services.moderation.ports import MemberStore, PolicyStore

log = structlog.get_logger(__name__)

_STAFF = frozenset({ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR})


def build_router() -> Router:
    """Judge every message and edit of groups, and follow who comes and who looks after them."""
    router = Router(name="moderation")
    in_group = F.chat.type.in_(GROUPS)
    router.message.register(_moved, F.migrate_to_chat_id)
    router.message.register(_judge, in_group)
    router.edited_message.register(_judge, in_group)
    router.chat_member.register(_learn, in_group)
    router.my_chat_member.register(_learn, in_group)
    return router


async def _judge(message: Message, *, moderator: Moderator, enforcer: TelegramEnforcer) -> None:
    judged = group_message(message)
    case = None if judged is None else await moderator(judged)
    if case is not None:
        await enforcer.enforce(case, title=message.chat.title or "")
        if case.verdict.delete and not case.was_dry_run:
            return
    log.info(
        "gate_passed",
        chat_id=message.chat.id,
        message_id=message.message_id,
        edited=message.edit_date is not None,
    )
    raise SkipHandler


async def _learn(
    event: ChatMemberUpdated,
    *,
    administrators: TelegramAdministrators,
    moderator: Moderator,
    members: MemberStore,
    clock: Clock,
) -> None:
    was, now = event.old_chat_member, event.new_chat_member
    if {was.status, now.status} & _STAFF:
        administrators.forget(event.chat.id)
    if is_inside(now) and not is_inside(was) and not now.user.is_bot:
        await members.joined(event.chat.id, now.user.id, clock.now())
        await moderator.traffic.joined(event.chat.id, now.user.id)
    raise SkipHandler


async def _moved(message: Message, *, policies: PolicyStore) -> None:
    if message.migrate_to_chat_id is not None:
        await policies.move(message.chat.id, message.migrate_to_chat_id)
    raise SkipHandler
