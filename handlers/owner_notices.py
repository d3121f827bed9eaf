"""Telling the owner what only the owner can mend."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from handlers.i18n import Catalogue
from services.people.models import Role
from services.people.ports import PeopleStore

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerNotices:
    """Messages to the owner that answer nothing."""

    bot: Bot
    catalogue: Catalogue
    people: PeopleStore

    async def tell_of_redis(self, risks: Sequence[str], *, policy: str) -> bool:
        """Say how accepted messages can get lost, in one message in the owner's language.

        Args:
            risks: ``no-log``, ``evicts`` or ``unknown``.
            policy: What Redis does when its memory is short.

        Returns:
            Whether somebody was told; not when nobody owns the bot yet, or the owner has never
            written to it.

        Raises:
            UnavailableError: SQL is down.
        """
        told = False
        for owner in await self.people.with_roles((Role.OWNER,)):
            texts = self.catalogue.texts(owner.language)
            sentences = [texts(f"owner-redis-{risk}", policy=policy) for risk in risks]
            try:
                await self.bot.send_message(owner.user_id, "\n\n".join(sentences))
            except TelegramAPIError as error:
                log.warning("owner_not_told", risks=list(risks), reason=type(error).__name__)
            else:
                told = True
        return told
