"""``/report`` and what comes by itself on Mondays: how answers went."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command
from aiogram.types import Message

from handlers.filters import FromPerson
from handlers.i18n import Catalogue, Texts
from handlers.own_data import refer_to_private
from handlers.rendering.reports import drift_text, quality_text
from handlers.retraining import retrain_keyboard
from services.insight.models import Drift, QualityReport
from services.insight.reporting import Reporting
from services.people.models import Person, Role
from services.people.ports import PeopleStore

log = structlog.get_logger(__name__)

_READERS = (Role.OWNER, Role.ADMIN)


def build_router() -> Router:
    """Take ``/report``."""
    router = Router(name="reports")
    router.message.register(_report, FromPerson(), Command("report"))
    return router


async def _report(
    message: Message, *, bot: Bot, person: Person, texts: Texts, reporting: Reporting
) -> None:
    if person.role not in _READERS:
        await message.reply(texts("report-not-for-you"))
        return
    if message.chat.type != ChatType.PRIVATE:
        await refer_to_private(message, bot, texts)
        return
    report, first, end = await reporting.last_week()
    await message.answer(
        quality_text(report, first=first, end=end, texts=texts),
        reply_markup=retrain_keyboard(texts),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramReportReaders:
    """``ReportReaders``: the owner, in private."""

    bot: Bot
    catalogue: Catalogue
    people: PeopleStore

    async def quality(self, report: QualityReport, *, first: datetime, end: datetime) -> bool:
        """See ``ReportReaders.quality``."""
        return await self._tell(
            lambda texts: quality_text(report, first=first, end=end, texts=texts)
        )

    async def drift(self, drift: Drift) -> bool:
        """See ``ReportReaders.drift``."""
        return await self._tell(lambda texts: drift_text(drift, texts), retrain=True)

    async def _tell(self, write: Callable[[Texts], str], *, retrain: bool = False) -> bool:
        told = False
        for owner in await self.people.with_roles((Role.OWNER,)):
            texts = self.catalogue.texts(owner.language)
            try:
                await self.bot.send_message(
                    owner.user_id, write(texts),
                    reply_markup=retrain_keyboard(texts) if retrain else None,
                )  # fmt: skip
            except TelegramAPIError as error:
                log.warning("report_not_sent", reason=type(error).__name__)
            else:
                told = True
        return told
