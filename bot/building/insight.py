from typing import Final

import structlog
from aiogram import Bot
from apscheduler.triggers.cron import CronTrigger

from bot.alarms import ring
from bot.building.calibrating import Calibrating
from bot.building.knowledge import Knowledge
from bot.settings import Settings
from handlers.i18n import Catalogue
from handlers.reports import TelegramReportReaders
from handlers.retraining import TelegramRetrainView
from services.adapters.drift.classifier import LogisticTwoSample
from services.adapters.sql.engine import Sessions
from services.adapters.sql.insight import SqlAnswerJournal
from services.adapters.sql.people import SqlPeopleStore
from services.clock import Clock
from services.errors import UnavailableError
from services.inference.ports import TextEmbedder
from services.insight.reporting import Reporting
from services.insight.retraining import Retraining
from services.knowledge.models import DEMO_LIBRARY, OWNER_LIBRARY
from services.knowledge.ports import Lemmatizer
from services.tasks import Leases, Nursery

log = structlog.get_logger(__name__)

_HOUR: Final = 9
_SPREAD_S: Final = 300


def build_reporting(
    settings: Settings,
    *,
    bot: Bot,
    sessions: Sessions,
    catalogue: Catalogue,
    lemmatizer: Lemmatizer,
    clock: Clock,
) -> Reporting:
    """Put together what looks at each week's answers."""
    return Reporting(
        journal=SqlAnswerJournal(sessions),
        readers=TelegramReportReaders(
            bot=bot, catalogue=catalogue, people=SqlPeopleStore(sessions)
        ),
        classifier=LogisticTwoSample(settings.environment()),
        lemmatizer=lemmatizer,
        clock=clock,
    )


def build_retraining(
    settings: Settings,
    *,
    bot: Bot,
    sessions: Sessions,
    knowledge: Knowledge,
    embedder: TextEmbedder,
    catalogue: Catalogue,
    leases: Leases,
    nursery: Nursery,
) -> Retraining:
    """Put together what fits the ranking anew when the owner presses a button."""
    demo = (DEMO_LIBRARY,) if settings.demo else ()
    return Retraining(
        calibrate=Calibrating(sessions=sessions, knowledge=knowledge, embedder=embedder),
        libraries=(OWNER_LIBRARY, *demo),
        view=TelegramRetrainView(bot=bot, catalogue=catalogue),
        leases=leases,
        nursery=nursery,
    )


async def report_weekly(reporting: Reporting, clock: Clock) -> None:
    """Send what is due: now, if the bot was down when it was, and every Monday morning.

    Looked at on the next two mornings, too: on Monday SQL may be down.
    """
    try:
        await reporting.send_due()
    except UnavailableError as error:
        log.warning("report_postponed", reason=str(error))
    trigger = CronTrigger(day_of_week="mon-wed", hour=_HOUR, jitter=_SPREAD_S, timezone="UTC")
    await ring(trigger, reporting.send_due, clock, name="weekly_report")
