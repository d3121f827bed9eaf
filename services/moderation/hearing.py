"""Clean messages, counted in memory and put down now and then: a chat may say fifty a second."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import structlog

from services.clock import Clock
from services.errors import ServiceError
from services.moderation.ports import MemberStore

log = structlog.get_logger(__name__)

_EVERY_S: Final = 5.0
_MOST: Final = 10_000
"""Authors whose counts wait; more of them are not counted until some are put down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanMessages:
    """Counts what was said without a finding; a bot that is killed forgets some seconds of it."""

    members: MemberStore
    clock: Clock
    _waiting: Counter[tuple[int, int]] = field(default_factory=Counter, init=False)

    def note(self, chat_id: int, user_id: int) -> None:
        """Count one message."""
        author = (chat_id, user_id)
        if author in self._waiting or len(self._waiting) < _MOST:
            self._waiting[author] += 1

    def waiting(self, chat_id: int, user_id: int) -> int:
        """Tell how many of an author's messages are not put down yet."""
        return self._waiting[chat_id, user_id]

    async def run(self) -> None:
        """Put counts down until cancelled, and a last time then."""
        try:
            while True:
                await self.clock.sleep(_EVERY_S)
                await self._put_down()
        except asyncio.CancelledError:
            await self._put_down()
            raise

    async def _put_down(self) -> None:
        if not self._waiting:
            return
        counts = dict(self._waiting)
        self._waiting.clear()
        try:
            await self.members.heard(counts)
        except ServiceError as error:
            self._waiting.update(counts)
            log.warning("clean_messages_wait", error=error.code)
