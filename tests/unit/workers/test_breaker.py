import asyncio
from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from services.workers.breaker import Breaker, BreakerPolicy, BreakerState, Permit
from tests.fakes.clock import FakeClock

POLICY = BreakerPolicy(failures=3, first_wait_s=4.0, longest_wait_s=30.0, jitter=0.0)


def _fails(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        permit = breaker.ask()
        assert permit is not None
        permit.failed()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def breaker(clock: FakeClock) -> Breaker:
    return Breaker(clock, POLICY)


def test_failures_in_a_row_open_it_and_calls_are_refused_at_once(breaker: Breaker) -> None:
    _fails(breaker, 2)
    assert breaker.state is BreakerState.CLOSED
    _fails(breaker)
    assert (breaker.state, breaker.failures, breaker.retry_in_s) == (BreakerState.OPEN, 3, 4.0)
    assert breaker.ask() is None


def test_a_success_between_failures_keeps_it_closed(breaker: Breaker) -> None:
    for _ in range(10):
        _fails(breaker, 2)
        permit = breaker.ask()
        assert permit is not None
        permit.succeeded()
    assert (breaker.state, breaker.failures) == (BreakerState.CLOSED, 0)


async def test_half_open_one_probe_goes_through_and_its_success_closes(
    breaker: Breaker, clock: FakeClock
) -> None:
    _fails(breaker, 3)
    await clock.sleep(3.9)
    assert breaker.ask() is None
    await clock.sleep(0.2)
    assert breaker.state is BreakerState.HALF_OPEN
    probe = breaker.ask()
    assert probe is not None
    assert [breaker.ask() for _ in range(5)] == [None] * 5
    probe.succeeded()
    assert (breaker.state, breaker.failures) == (BreakerState.CLOSED, 0)
    assert all(breaker.ask() is not None for _ in range(5))


async def test_each_failed_probe_doubles_the_wait_up_to_the_cap_and_a_success_resets_it(
    breaker: Breaker, clock: FakeClock
) -> None:
    _fails(breaker, 3)
    waits = []
    for _ in range(6):
        waits.append(breaker.retry_in_s)
        await clock.sleep(breaker.retry_in_s)
        _fails(breaker)
    assert waits == [4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    await clock.sleep(breaker.retry_in_s)
    probe = breaker.ask()
    assert probe is not None
    probe.succeeded()
    _fails(breaker, 3)
    assert breaker.retry_in_s == 4.0


async def test_a_probe_that_told_nothing_leaves_room_for_another(
    breaker: Breaker, clock: FakeClock
) -> None:
    _fails(breaker, 3)
    await clock.sleep(4.0)
    probe = breaker.ask()
    assert probe is not None
    probe.drop()
    assert breaker.state is BreakerState.HALF_OPEN
    assert breaker.ask() is not None


async def test_calls_that_began_before_it_opened_do_not_lengthen_the_wait_or_close_it(
    breaker: Breaker, clock: FakeClock
) -> None:
    early = [breaker.ask() for _ in range(8)]
    _fails(breaker, 3)
    await clock.sleep(1.0)
    for number, permit in enumerate(early):
        assert permit is not None
        permit.succeeded() if number % 2 else permit.failed()
    assert (breaker.state, breaker.retry_in_s) == (BreakerState.OPEN, 3.0)


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_chance_only_shortens_the_wait(clock: FakeClock, chance: float) -> None:
    policy = BreakerPolicy(failures=1, first_wait_s=10.0, longest_wait_s=10.0, jitter=0.2)
    breaker = Breaker(clock, policy, chance=lambda: chance)
    _fails(breaker)
    assert breaker.retry_in_s == pytest.approx(10.0 - 2.0 * chance)


class BreakerMachine(RuleBasedStateMachine):
    """Any order of calls, outcomes and times."""

    permits = Bundle("permits")

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.breaker = Breaker(self.clock, BreakerPolicy(failures=3))
        self.waits_until: float | None = None
        self.probing: Permit | None = None

    @rule(target=permits)
    def ask(self) -> Permit | None:
        state = self.breaker.state
        permit = self.breaker.ask()
        if state is BreakerState.CLOSED:
            assert permit is not None
        if state is BreakerState.OPEN:
            assert permit is None
        if state is BreakerState.HALF_OPEN:
            assert (permit is None) == (self.probing is not None), "exactly one probe"
            self.probing = permit or self.probing
        return permit

    @rule(permit=consumes(permits), report=st.sampled_from(["succeeded", "failed", "drop"]))
    def end(self, permit: Permit | None, report: str) -> None:
        if permit is None:
            return
        before = self.breaker.state
        reports: dict[str, Callable[[], None]] = {
            "succeeded": permit.succeeded, "failed": permit.failed, "drop": permit.drop,
        }  # fmt: skip
        reports[report]()
        if permit is self.probing:
            self.probing = None
            after = {"succeeded": BreakerState.CLOSED, "failed": BreakerState.OPEN}
            assert self.breaker.state is after.get(report, BreakerState.HALF_OPEN)
        elif before is not BreakerState.CLOSED:
            assert self.breaker.state is before, "only the probe moves an open breaker"
        state = self.breaker.state
        reports["failed"]()
        assert self.breaker.state is state, "an outcome counts once"

    @rule(seconds=st.floats(min_value=0.01, max_value=200.0))
    def wait(self, seconds: float) -> None:
        asyncio.run(self.clock.sleep(seconds))

    @invariant()
    def what_it_says_agrees(self) -> None:
        match self.breaker.state:
            case BreakerState.CLOSED:
                assert self.breaker.failures < 3
                assert self.breaker.retry_in_s == 0
            case BreakerState.OPEN:
                assert 0 < self.breaker.retry_in_s <= 120
            case BreakerState.HALF_OPEN:
                assert self.breaker.retry_in_s == 0


def test_any_order_of_calls_outcomes_and_times() -> None:
    run_state_machine_as_test(
        BreakerMachine, settings=settings(max_examples=150, stateful_step_count=40, deadline=None)
    )
