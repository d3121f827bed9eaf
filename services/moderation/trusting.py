"""How well a chat knows an author."""

from dataclasses import dataclass
from typing import Final

import structlog

from services.errors import UnavailableError
from services.moderation.hearing import CleanMessages
from services.moderation.messages import Author, GroupMessage
from services.moderation.policy import ChatPolicy, Trust
from services.moderation.ports import Administrators, Membership, MemberStore

log = structlog.get_logger(__name__)

_IMMUNE: Final = frozenset({Author.ANONYMOUS_ADMIN, Author.LINKED_CHANNEL, Author.BOT})


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustOf:
    """Tells how much an author is trusted in a chat."""

    members: MemberStore
    administrators: Administrators
    heard: CleanMessages

    async def __call__(self, message: GroupMessage, policy: ChatPolicy) -> Trust:
        """Judge the author of a message.

        What an administrator has said of somebody stands; otherwise it takes time and messages
        without a finding.

        Raises:
            UnavailableError: SQL is down.
        """
        if message.author in _IMMUNE or message.author_id == message.chat_id:
            return Trust.IMMUNE
        if message.author is Author.OTHER_CHANNEL:
            return Trust.NEWCOMER
        if await self._looks_after(message.chat_id, message.author_id):
            return Trust.IMMUNE
        known = await self.members.get(message.chat_id, message.author_id)
        if known.is_trusted is None:
            return self._earned(known, message, policy)
        return Trust.TRUSTED if known.is_trusted else Trust.MEMBER

    def _earned(self, known: Membership, message: GroupMessage, policy: ChatPolicy) -> Trust:
        joined_at = known.joined_at
        if joined_at is not None and message.sent_at - joined_at < policy.newcomer_for:
            return Trust.NEWCOMER
        clean = known.clean_messages + self.heard.waiting(message.chat_id, message.author_id)
        return Trust.TRUSTED if 0 < policy.trusted_after <= clean else Trust.MEMBER

    async def _looks_after(self, chat_id: int, user_id: int) -> bool:
        try:
            return await self.administrators.is_administrator(chat_id, user_id)
        except UnavailableError:
            # Judged like anybody meanwhile: what comes of it can be undone by a button.
            log.warning("administrators_unknown", chat_id=chat_id)
            return False
