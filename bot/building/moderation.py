from dataclasses import dataclass
from typing import Final

import structlog
from aiogram import Bot
from redis.asyncio import Redis

from bot.settings import Settings
from bot.workflow_data import ModerationData
from handlers.administrators import TelegramAdministrators
from handlers.enforcing import TelegramEnforcer
from handlers.i18n import Catalogue
from handlers.refusals import telegram_unavailable
from handlers.rewrites import TelegramRewrites
from services.adapters.detox.artefacts import packaged_parts
from services.adapters.moderation.artefacts import packaged_detector
from services.adapters.redis.traffic import RedisTraffic
from services.adapters.sql.engine import Sessions
from services.adapters.sql.moderation_cases import SqlCases
from services.adapters.sql.moderation_chats import SqlMembers, SqlPolicies
from services.clock import Clock
from services.errors import UnavailableError
from services.inference.abilities import PoolDetoxifier
from services.inference.calls import PoolCalls
from services.moderation.checks import ALL_CHECKS
from services.moderation.detox.pooled import PooledDetoxifier
from services.moderation.detox.ports import Detoxifier
from services.moderation.detox.rewriting import PackagedDetoxifier
from services.moderation.hearing import CleanMessages
from services.moderation.moderator import Moderator
from services.moderation.ports import KEPT_FOR, TextJudge
from services.moderation.trusting import TrustOf
from services.tasks import Nursery

log = structlog.get_logger(__name__)

_PURGE_EVERY_S: Final = 6 * 3600.0
_TIDY_EVERY_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderation:
    """The area, put together."""

    workflow_data: ModerationData
    heard: CleanMessages
    cases: SqlCases
    enforcer: TelegramEnforcer
    clock: Clock

    def start(self, nursery: Nursery) -> None:
        """Let it count and forget beside the conversation."""
        nursery.start(self.heard.run(), name="clean_messages")
        nursery.start(self._purge_regularly(), name="purge_cases")
        nursery.start(self._tidy_regularly(), name="moderation_notices")

    async def _purge_regularly(self) -> None:
        while True:
            try:
                await self.cases.purge(self.clock.now() - KEPT_FOR)
            except UnavailableError as error:
                log.warning("cases_not_purged", error=error.code)
            await self.clock.sleep(_PURGE_EVERY_S)

    async def _tidy_regularly(self) -> None:
        while True:
            await self.clock.sleep(_TIDY_EVERY_S)
            try:
                with telegram_unavailable():
                    await self.enforcer.remove_old_notices()
            except UnavailableError as error:
                log.warning("notices_stay", error=error.code)


def build_moderation(
    settings: Settings,
    *,
    bot: Bot,
    sessions: Sessions,
    redis: Redis,
    catalogue: Catalogue,
    calls: PoolCalls,
    nursery: Nursery,
    clock: Clock,
) -> Moderation:
    """Put together what judges the messages of groups and acts on them."""
    policies, members, cases = SqlPolicies(sessions), SqlMembers(sessions), SqlCases(sessions)
    traffic = RedisTraffic(redis, clock, bot_id=bot.id)
    administrators = TelegramAdministrators(bot, clock)
    heard = CleanMessages(members=members, clock=clock)
    judge = packaged_detector()
    moderator = Moderator(
        policies=policies,
        trust=TrustOf(members=members, administrators=administrators, heard=heard),
        cases=cases,
        judge=judge,
        traffic=traffic,
        heard=heard,
        clock=clock,
        checks=ALL_CHECKS,
    )
    enforcer = TelegramEnforcer(
        bot=bot, catalogue=catalogue, policies=policies, cases=cases,
        administrators=administrators, clock=clock,
    )  # fmt: skip
    rewrites = TelegramRewrites(
        bot=bot, catalogue=catalogue, cases=cases, policies=policies,
        detoxifier=_detoxifier(settings, judge, calls), nursery=nursery,
    )  # fmt: skip
    return Moderation(
        workflow_data=ModerationData(
            moderator=moderator, enforcer=enforcer, administrators=administrators,
            rewrites=rewrites,
            policies=policies, members=members, cases=cases, clock=clock,
        ),
        heard=heard, cases=cases, enforcer=enforcer, clock=clock,
    )  # fmt: skip


def _detoxifier(settings: Settings, judge: TextJudge, calls: PoolCalls) -> Detoxifier:
    """Make what rewrites: the pool's model first where one is chosen."""
    packaged = PackagedDetoxifier(judge, *packaged_parts())
    if not settings.detox_backend:
        return packaged
    return PooledDetoxifier(PoolDetoxifier(calls), packaged, judge)
