"""Alarms: they say when, and nothing else; what is to be done is looked up when they ring."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, Protocol

import structlog

from services.clock import Clock
from services.errors import UnavailableError

log = structlog.get_logger(__name__)

# A machine may sleep and its clock be set: look again now and then.
_LONGEST_SLEEP_S: Final = 600.0


class Trigger(Protocol):
    """When an alarm rings; the triggers of APScheduler are such."""

    def get_next_fire_time(
        self, previous_fire_time: datetime | None, now: datetime
    ) -> datetime | None:
        """Tell the first moment from ``now`` on; None: never again."""
        ...


async def ring(
    trigger: Trigger, work: Callable[[], Awaitable[None]], clock: Clock, *, name: str
) -> None:
    """Do ``work`` whenever the trigger says, until it says never or the caller is cancelled.

    What rings while the work is being done is left out. An error ends one ring, not the alarm.

    Args:
        trigger: When.
        work: What.
        clock: Tells the time.
        name: For the log.
    """
    previous: datetime | None = None
    while (due := await _due(trigger, previous, clock)) is not None:
        try:
            await work()
        except UnavailableError as error:
            log.warning("alarm_failed", alarm=name, reason=str(error))
        except Exception:
            # A fault of one night must not end all later ones unseen.
            log.exception("alarm_failed", alarm=name)
        previous = max(due, clock.now())


async def _due(trigger: Trigger, previous: datetime | None, clock: Clock) -> datetime | None:
    """Sleep until the trigger rings; None: it never does."""
    looked_at = clock.now()
    due = trigger.get_next_fire_time(previous, looked_at)
    while due is not None and (left_s := (due - clock.now()).total_seconds()) > 0:
        await clock.sleep(min(left_s, _LONGEST_SLEEP_S))
        if (looked_at - clock.now()).total_seconds() > _LONGEST_SLEEP_S:
            # The clock was set back, perhaps by years: what was due soon is far ahead now.
            previous, due = None, trigger.get_next_fire_time(None, clock.now())
        looked_at = clock.now()
    return due
