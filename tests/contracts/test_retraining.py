"""The ranking is fitted anew once, whichever replica was asked, and the outcome is told."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from redis.asyncio import Redis

from bot.nursery import AsyncioNursery
from services.adapters.redis.client import connect
from services.adapters.redis.leases import RedisLeases
from services.answering.calibrating import Calibration
from services.answering.weighing import PLAIN
from services.errors import NotFoundError, UnavailableError
from services.insight.retraining import Retraining, RetrainOrder
from services.knowledge.models import LibraryId
from services.tasks import Leases

pytestmark = pytest.mark.services

OUTCOME = Calibration(questions=90, held_out=45, plain=0.8, fitted=0.9, weights=PLAIN, kept=True)
OWNER, ADMIN = (RetrainOrder(chat_id=id_, user_id=id_, language="ru") for id_ in (1, 2))


@dataclass
class _View:
    told: list[tuple[str, int, object]] = field(default_factory=list)

    async def begun(self, order: RetrainOrder) -> int | None:
        self.told.append(("begun", order.user_id, None))
        return 7

    async def running(self, order: RetrainOrder) -> None:
        self.told.append(("running", order.user_id, None))

    async def done(self, order: RetrainOrder, shown: int | None, outcome: Calibration) -> None:
        assert shown == 7
        self.told.append(("done", order.user_id, outcome))

    async def failed(self, order: RetrainOrder, shown: int | None, code: str) -> None:
        self.told.append(("failed", order.user_id, code))


@dataclass
class _Calibrate:
    """Waits until it may end; a library whose name is an error's breaks."""

    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)

    async def __call__(self, library: LibraryId) -> Calibration:
        self.asked.append(library)
        if library == "empty":
            raise NotFoundError("empty")
        if library == "down":
            raise UnavailableError("no worker", dependency="workers")
        if library == "broken":
            raise ValueError("broken")
        self.begun.set()
        await self.may_end.wait()
        return OUTCOME


@pytest.fixture
async def elsewhere(redis_url: str) -> AsyncIterator[Leases]:
    async with connect(redis_url) as client:
        yield RedisLeases(client)


def _retraining(view: _View, calibrate: _Calibrate, leases: Leases, *names: str) -> Retraining:
    return Retraining(
        calibrate=calibrate, libraries=[LibraryId(name) for name in names], view=view,
        leases=leases, nursery=AsyncioNursery(),
    )  # fmt: skip


async def test_two_replicas_do_it_once(redis: Redis, elsewhere: Leases) -> None:
    view, calibrate = _View(), _Calibrate()
    here = _retraining(view, calibrate, RedisLeases(redis), "empty", "owner")
    other = _retraining(view, calibrate, elsewhere, "empty", "owner")
    task = asyncio.ensure_future(here.run(OWNER))
    await calibrate.begun.wait()
    await other.run(ADMIN)
    calibrate.may_end.set()
    await task
    assert calibrate.asked == ["empty", "owner"]
    assert view.told == [("begun", 1, None), ("running", 2, None), ("done", 1, OUTCOME)]
    await other.run(ADMIN)
    assert view.told[-1] == ("done", 2, OUTCOME), "afterwards it can be done again"


@pytest.mark.parametrize(("name", "code"), [("down", "unavailable"), ("empty", "not-found")])
async def test_a_failure_is_told_by_its_code(redis: Redis, name: str, code: str) -> None:
    view = _View()
    await _retraining(view, _Calibrate(), RedisLeases(redis), name).run(OWNER)
    assert view.told == [("begun", 1, None), ("failed", 1, code)]


async def test_what_breaks_is_told_and_logged(redis: Redis) -> None:
    view = _View()
    with pytest.raises(ValueError, match="broken"):
        await _retraining(view, _Calibrate(), RedisLeases(redis), "broken").run(OWNER)
    assert view.told[-1] == ("failed", 1, "internal")
