from hypothesis import given
from hypothesis import strategies as st

from bot.pacing import Bucket, LocalPace, Pace, ResilientPace
from services.errors import UnavailableError
from tests.fakes.clock import FakeClock

CHAT = Bucket(scope="chat:1", count=3, window_ms=3000)
GROUP = Bucket(scope="chat:-1", count=5, window_ms=15_000)
ALL = Bucket(scope="global", count=28, window_ms=1000)

arrivals = st.lists(st.integers(min_value=0, max_value=3000), min_size=1, max_size=60)


def most_in_window(moments: list[float], window_s: float) -> int:
    return max(
        sum(1 for later in moments if 0 <= later - first < window_s - 1e-6) for first in moments
    )


@given(pauses_ms=arrivals)
async def test_no_window_holds_more_than_the_limits_allow(pauses_ms: list[int]) -> None:
    clock = FakeClock()
    pace = LocalPace(clock)
    moments: list[float] = []
    for pause_ms in pauses_ms:
        await clock.sleep(pause_ms / 1000)
        wait_s = await pace.reserve([GROUP, ALL], max_wait_s=1000)
        assert wait_s is not None
        moments.append(round(clock.monotonic() + wait_s, 6))  # microseconds: sums of floats differ
    assert moments == sorted(moments)
    assert most_in_window(moments, 60.0) <= 20


@given(chats=st.lists(st.integers(min_value=1, max_value=40), min_size=1, max_size=200))
async def test_all_chats_together_stay_below_thirty_a_second(chats: list[int]) -> None:
    pace = LocalPace(FakeClock())
    moments: list[float] = []
    for chat in chats:
        bucket = Bucket(scope=f"chat:{chat}", count=3, window_ms=3000)
        wait_s = await pace.reserve([bucket, ALL], max_wait_s=1000)
        assert wait_s is not None
        moments.append(wait_s)
    assert most_in_window(moments, 1.0) <= 30


async def test_a_quiet_chat_gets_its_burst_at_once() -> None:
    pace = LocalPace(FakeClock())
    waits = [await pace.reserve([CHAT], max_wait_s=10) for _ in range(5)]
    assert waits == [0, 0, 0, 3, 3]


async def test_what_would_wait_too_long_reserves_nothing() -> None:
    clock = FakeClock()
    pace = LocalPace(clock)
    for _ in range(3):
        await pace.reserve([CHAT], max_wait_s=0)
    assert await pace.reserve([CHAT], max_wait_s=0) is None
    await clock.sleep(3)
    assert await pace.reserve([CHAT], max_wait_s=0) == 0


async def test_a_frozen_scope_lets_nothing_out_and_a_shorter_freeze_changes_nothing() -> None:
    clock = FakeClock()
    pace = LocalPace(clock)
    await pace.freeze("chat:1", 30)
    await pace.freeze("chat:1", 5)
    assert await pace.frozen_for(["chat:1", "global"]) == 30
    assert await pace.reserve([CHAT, ALL], max_wait_s=100) == 30
    await clock.sleep(31)
    assert await pace.frozen_for(["chat:1"]) == 0


class DeadPace:
    async def reserve(self, buckets: object, *, max_wait_s: float) -> float | None:
        raise UnavailableError("down", dependency="redis")

    async def freeze(self, scope: str, seconds: float) -> None:
        raise UnavailableError("down", dependency="redis")

    async def frozen_for(self, scopes: object) -> float:
        raise UnavailableError("down", dependency="redis")


async def test_without_redis_the_process_paces_itself() -> None:
    dead: Pace = DeadPace()
    pace = ResilientPace(dead, LocalPace(FakeClock()))
    assert [await pace.reserve([CHAT], max_wait_s=0) for _ in range(4)] == [0, 0, 0, None]
    await pace.freeze("global", 7)
    assert await pace.frozen_for(["global"]) == 7
