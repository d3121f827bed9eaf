"""Who is let in, who waits where, and who is refused; a worker moved by hand does the jobs."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from services.adapters.queue.bus import StreaqBus
from services.adapters.queue.engine import GROUP
from services.adapters.queue.keys import LineKey
from services.adapters.queue.replies import reply_client
from services.errors import UnavailableError
from services.inference.bus import Admission, Admitted
from services.inference.caps import Caps
from services.inference.kinds import JobKind, TranslatePayload
from services.inference.models import Priority
from services.inference.protocol import Job
from tests.fakes.fair_line import FairLine, Waiting
from tests.support.hand_worker import HandWorker, Taken

pytestmark = pytest.mark.services

KIND = JobKind.TRANSLATE
CAPS = Caps(waiting={KIND: 20})


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[Redis]:
    async with reply_client(redis_url) as opened:
        yield opened


@pytest.fixture
def bus(client: Redis) -> StreaqBus:
    return StreaqBus(client, caps=CAPS)


def job(
    name: str, chat: str = "", *, priority: Priority = Priority.HIGH, seconds: float = 60.0,
    cost: float = 1.0, patient: bool = False,
) -> Job:  # fmt: skip
    return Job(
        job_id=name, kind=KIND, reply_to="test", priority=priority, fair_share=chat,
        payload=TranslatePayload(texts=(f"words of {name}",), source="ru", target="en"),
        deadline_at=time.time() + seconds, cost=cost, patient=patient,
    )  # fmt: skip


async def put(bus: StreaqBus, *jobs: Job) -> list[Admitted]:
    return [await bus.enqueue(each) for each in jobs]


async def served(worker: HandWorker) -> list[str]:
    """Do everything; gives the order in which jobs began."""
    order = []
    running = await worker.take_all()
    while running:
        order += [taken.job_id for taken in running]
        for taken in running:
            await worker.finish(taken)
        running = await worker.take_all()
    return order


async def keys_left(client: Redis) -> set[str]:
    """Name what is kept of a kind, but for what is kept always."""
    keys = {key.decode() async for key in client.scan_iter(match="*")}
    always = {f"{LineKey(KIND)}:{part}" for part in ("state", "workers", "service")}
    streams = {f"streaq:samovar-{KIND}:queues:{priority}" for priority in Priority}
    return keys - always - streams


async def test_only_as_many_jobs_as_slots_are_let_in(client: Redis, bus: StreaqBus) -> None:
    worker = HandWorker(client, KIND, slots=3)
    await worker.come()
    await put(bus, *(job(f"j{n}") for n in range(8)))
    running = await worker.take_all()
    assert [taken.job_id for taken in running] == ["j0", "j1", "j2"]
    assert await bus.depth(KIND) == 8
    await worker.finish(running[1])
    assert [taken.job_id for taken in await worker.take_all()] == ["j3"]


async def test_place_tells_who_is_ahead_and_how_fast_it_goes(client: Redis, bus: StreaqBus) -> None:
    worker = HandWorker(client, KIND, slots=2)
    await worker.come()
    await put(bus, *(job(f"run{n}") for n in range(2)))
    first, _ = await worker.take_all()
    await put(bus, job("a", "a", cost=3.0), job("low", "l", priority=Priority.LOW))
    (admitted,) = await put(bus, job("b", "b"))
    assert admitted.admission is Admission.ACCEPTED
    assert (admitted.place.ahead, admitted.place.ahead_cost) == (1, 3.0)
    assert (admitted.place.running, admitted.place.slots) == (2, 2)
    low = await bus.place(KIND, "low")
    assert low is not None
    assert (low.ahead, low.ahead_cost) == (2, 4.0)
    await asyncio.sleep(0.05)
    await worker.finish(first)
    await worker.come()
    place = await bus.place(KIND, "b")
    assert place is not None
    # One that was let in and not yet fetched counts as one that goes before.
    assert (place.ahead, place.running) == (1, 1)
    assert place.service_p50_s >= 0.05
    assert place.running_for_s >= 0.05
    assert await bus.place(KIND, "run1") is None
    assert await bus.place(KIND, "unheard") is None


async def test_full_room_refuses_and_says_where_one_would_have_stood(
    client: Redis, bus: StreaqBus
) -> None:
    worker = HandWorker(client, KIND, slots=1)
    await worker.come()
    accepted = await put(bus, *(job(f"j{n}", f"chat{n}") for n in range(21)))
    assert {each.admission for each in accepted} == {Admission.ACCEPTED}
    (refused,) = await put(bus, job("over", "late"))
    assert refused.admission is Admission.FULL
    assert refused.place.ahead == 21
    assert await worker.words_of("over") is None
    (patient,) = await put(bus, job("agreed", "late", patient=True))
    assert patient.admission is Admission.ACCEPTED
    (again,) = await put(bus, job("agreed", "late"))
    assert again.admission is Admission.KNOWN
    # It runs like all others, once.
    assert (await served(worker)).count("agreed") == 1


async def test_flooding_chat_fills_its_own_part_of_the_room(bus: StreaqBus) -> None:
    flood = await put(bus, *(job(f"j{n}", "flood") for n in range(8)))
    assert [each.admission for each in flood].count(Admission.ACCEPTED) == 5
    other, house = await put(bus, job("other", "light"), job("house"))
    assert other.admission is house.admission is Admission.ACCEPTED


async def test_room_that_few_chats_have_filled_is_open_to_others(bus: StreaqBus) -> None:
    for chat in "abcde":
        await put(bus, *(job(f"{chat}{n}", chat) for n in range(4)))
    assert await bus.depth(KIND) == 20
    mine, other = await put(bus, job("a-more", "a", patient=False), job("light", "light"))
    assert mine.admission is Admission.FULL
    assert (other.admission, other.place.ahead) == (Admission.ACCEPTED, 5)


async def test_batch_work_takes_no_room_from_people(bus: StreaqBus) -> None:
    await put(bus, *(job(f"j{n}", priority=Priority.LOW) for n in range(25)))
    low, person = await put(
        bus, job("low", priority=Priority.LOW), job("person", "chat", priority=Priority.HIGH)
    )
    assert (low.admission, person.admission) == (Admission.FULL, Admission.ACCEPTED)


async def test_no_room_to_wait_still_lets_jobs_run(client: Redis) -> None:
    bus = StreaqBus(client, caps=Caps(waiting={KIND: 0}))
    await HandWorker(client, KIND, slots=1).come()
    first, second = await put(bus, job("first"), job("second"))
    assert (first.admission, second.admission) == (Admission.ACCEPTED, Admission.FULL)


async def test_light_chat_goes_before_the_rest_of_a_flood(client: Redis, bus: StreaqBus) -> None:
    worker = HandWorker(client, KIND, slots=2)
    await worker.come()
    await put(bus, *(job(f"flood{n}", "flood", patient=True) for n in range(30)))
    running = await worker.take_all()
    await put(bus, job("light", "light"))
    await worker.finish(running[0])
    assert [taken.job_id for taken in await worker.take_all()] == ["light"]


async def test_chat_of_double_weight_moves_twice_as_fast(client: Redis) -> None:
    bus = StreaqBus(client, caps=Caps(waiting={KIND: 100}, weights={"big": 2.0}))
    worker = HandWorker(client, KIND, slots=1)
    await put(bus, *(job(f"big{n}", "big") for n in range(12)))
    await put(bus, *(job(f"small{n}", "small") for n in range(12)))
    await worker.come()
    early = (await served(worker))[:9]
    assert sum(name.startswith("big") for name in early) == 6


async def test_urgent_job_overtakes_a_backlog_of_a_hundred(client: Redis) -> None:
    bus = StreaqBus(client, caps=Caps(waiting={KIND: 100}))
    worker = HandWorker(client, KIND, slots=2)
    await worker.come()
    await put(bus, *(job(f"low{n}", priority=Priority.LOW) for n in range(100)))
    running = await worker.take_all()
    await put(bus, job("urgent"))
    await worker.finish(running[0])
    assert [taken.job_id for taken in await worker.take_all()] == ["urgent"]


async def test_urgent_job_passes_what_was_let_in_and_not_fetched(
    client: Redis, bus: StreaqBus
) -> None:
    worker = HandWorker(client, KIND, slots=2)
    await worker.come()
    await put(bus, *(job(f"low{n}", priority=Priority.LOW) for n in range(5)), job("urgent"))
    first = await worker.fetch()
    assert first is not None
    assert first.job_id == "urgent"


async def test_expired_job_never_runs_and_takes_no_room(client: Redis) -> None:
    bus = StreaqBus(client, caps=Caps(waiting={KIND: 1}))
    await put(bus, job("late", seconds=0.05))
    await asyncio.sleep(0.1)
    (next_one,) = await put(bus, job("next"))
    assert next_one.admission is Admission.ACCEPTED
    worker = HandWorker(client, KIND, slots=4)
    await worker.come()
    assert await served(worker) == ["next"]
    assert await keys_left(client) == set()


async def test_job_that_expires_after_it_was_let_in_never_runs(
    client: Redis, bus: StreaqBus
) -> None:
    worker = HandWorker(client, KIND, slots=1)
    await worker.come()
    await put(bus, job("late", seconds=0.05), job("next"))
    await asyncio.sleep(0.1)
    assert await served(worker) == ["next"]
    assert await keys_left(client) == set()


async def test_aborted_job_leaves_the_line_at_once(client: Redis, bus: StreaqBus) -> None:
    worker = HandWorker(client, KIND, slots=1)
    await worker.come()
    await put(bus, *(job(f"j{n}", "chat") for n in range(4)))
    # One that was let in and that nobody fetched yet, and one in the line.
    await bus.abort(KIND, "j0")
    await bus.abort(KIND, "j2")
    assert await bus.depth(KIND) == 2
    assert await worker.words_of("j2") is None
    assert await served(worker) == ["j1", "j3"]
    (again,) = await put(bus, job("j2"))
    assert again.admission is Admission.ACCEPTED
    assert await served(worker) == ["j2"]
    assert await keys_left(client) == set()


async def test_aborted_job_that_runs_is_told_to_its_worker_and_frees_its_slot(
    client: Redis, bus: StreaqBus
) -> None:
    worker = HandWorker(client, KIND, slots=1)
    await worker.come()
    await put(bus, job("running"), job("next"))
    (running,) = await worker.take_all()
    await bus.abort(KIND, "running")
    assert await worker.come() == ["running"]
    await worker.finish(running)
    assert await worker.come() == []
    assert await served(worker) == ["next"]


async def test_job_aborted_between_fetch_and_begin_does_not_run(
    client: Redis, bus: StreaqBus
) -> None:
    worker = HandWorker(client, KIND, slots=1)
    await worker.come()
    await put(bus, job("aborted"), job("next"))
    fetched = await worker.fetch()
    assert fetched is not None
    await bus.abort(KIND, "aborted")
    assert await worker.begin(fetched) == "aborted"
    assert await served(worker) == ["next"]


async def test_job_taken_back_is_not_paid_for(client: Redis, bus: StreaqBus) -> None:
    await put(bus, *(job(f"back{n}", "chat") for n in range(4)))
    for n in (3, 2, 1, 0):
        await bus.abort(KIND, f"back{n}")
    await put(bus, job("own", "chat"), job("other", "other"))
    worker = HandWorker(client, KIND, slots=1)
    await worker.come()
    assert await served(worker) == ["own", "other"]


async def test_worker_that_comes_back_gets_what_waited(client: Redis, bus: StreaqBus) -> None:
    worker = HandWorker(client, KIND, slots=1)
    await worker.come()
    await put(bus, *(job(f"j{n}") for n in range(3)))
    assert len(await worker.take_all()) == 1
    await worker.leave()
    # j0 is with a worker that is gone; the new one's slot is not taken by it.
    again = HandWorker(client, KIND, slots=2, name="again")
    await again.come()
    assert [taken.job_id for taken in await again.take_all()] == ["j1", "j2"]


async def test_job_that_one_worker_puts_back_reaches_another(client: Redis, bus: StreaqBus) -> None:
    one, other = (HandWorker(client, KIND, slots=1, name=name) for name in ("one", "other"))
    await one.come()
    await other.come()
    await put(bus, job("passed-on"))
    fetched = await one.fetch()
    assert fetched is not None
    await one.put_back(fetched)
    assert await bus.place(KIND, "passed-on") is not None
    assert await served(other) == ["passed-on"]
    assert await keys_left(client) == set()


async def test_job_that_another_worker_claimed_is_not_put_back(
    client: Redis, bus: StreaqBus
) -> None:
    cut_off, other = (HandWorker(client, KIND, slots=1, name=name) for name in ("cut", "other"))
    await cut_off.come()
    await put(bus, job("claimed"))
    (taken,) = await cut_off.take_all()
    stream = f"streaq:samovar-{KIND}:queues:high"
    await client.xclaim(stream, GROUP, "other", 0, [taken.message_id])
    assert await other.begin(taken) == "run"
    await cut_off.put_back(taken)
    assert await other.fetch() is None
    await other.finish(taken)
    assert await bus.depth(KIND) == 0


async def test_jobs_can_end_when_memory_is_full(client: Redis, bus: StreaqBus) -> None:
    worker = HandWorker(client, KIND, slots=1)
    await worker.come()
    await put(bus, job("first"), job("second"), job("third"))
    before = str((await client.config_get("maxmemory"))["maxmemory"])
    await client.config_set("maxmemory", "1kb")
    try:
        with pytest.raises(UnavailableError):
            await put(bus, job("no-memory-for-it"))
        await bus.abort(KIND, "second")
        assert await served(worker) == ["first", "third"]
    finally:
        await client.config_set("maxmemory", before)


async def test_slots_of_silent_workers_count_no_more(client: Redis, bus: StreaqBus) -> None:
    await HandWorker(client, KIND, slots=2, name="silent").come()
    # As after some seconds without a beat.
    await client.zadd(f"{LineKey(KIND)}:workers", {"silent|2": 1})
    (admitted,) = await put(bus, job("waits"))
    assert admitted.place.slots == 0
    assert await client.xlen(f"streaq:samovar-{KIND}:queues:high") == 0


async def test_dead_workers_are_forgotten_when_nothing_of_theirs_is_left(
    client: Redis, bus: StreaqBus
) -> None:
    dead, living = (HandWorker(client, KIND, slots=1, name=name) for name in ("dead", "living"))
    await dead.come()
    await put(bus, job("held"))
    (held,) = await dead.take_all()
    await client.zadd(f"{LineKey(KIND)}:workers", {"dead|1": 1})
    await living.come()
    assert b"dead" in await _consumers(client)
    await dead.finish(held)
    await living.come()
    assert b"dead" not in await _consumers(client)


async def _consumers(client: Redis) -> set[bytes]:
    stream = f"streaq:samovar-{KIND}:queues:high"
    found = await client.xinfo_consumers(stream, GROUP)
    return {consumer["name"] for consumer in found}


async def test_known_job_changes_nothing(client: Redis, bus: StreaqBus) -> None:
    worker = HandWorker(client, KIND, slots=1)
    await worker.come()
    await put(bus, job("run"), job("before"), job("twice"))
    (running,) = await worker.take_all()
    for name, ahead in (("twice", 1), ("run", 0)):
        (admitted,) = await put(bus, job(name))
        assert (admitted.admission, admitted.place.ahead) == (Admission.KNOWN, ahead)
    await worker.finish(running)
    assert await served(worker) == ["before", "twice"]
    (renewed,) = await put(bus, job("run"))
    assert renewed.admission is Admission.ACCEPTED


async def test_end_of_a_lost_run_harms_no_later_job_of_its_id(
    client: Redis, bus: StreaqBus
) -> None:
    worker = HandWorker(client, KIND, slots=2)
    await worker.come()
    await put(bus, job("again"))
    (lost,) = await worker.take_all()
    # Another worker claimed and ended it; then it was asked for anew.
    await worker.finish(lost)
    await put(bus, job("again"))
    await worker.finish(lost)
    assert await served(worker) == ["again"]


async def test_delayed_job_joins_the_line_when_it_is_due(client: Redis, bus: StreaqBus) -> None:
    worker = HandWorker(client, KIND, slots=1)
    await worker.come()
    await bus.enqueue(job("later"), delay_s=0.2)
    await bus.enqueue(job("never"), delay_s=0.2)
    await put(bus, job("now"))
    assert await bus.depth(KIND) == 3
    await bus.abort(KIND, "never")
    await asyncio.sleep(0.25)
    await worker.come()
    assert await served(worker) == ["now", "later"]
    assert await keys_left(client) == set()


Ask = tuple[str, float, Priority]
asks = st.tuples(
    st.sampled_from(["a", "b", "c", ""]), st.sampled_from([0.5, 1.0, 4.0]),
    st.sampled_from(Priority),
)  # fmt: skip


@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    steps=st.lists(st.one_of(asks, st.sampled_from(["end", "abort"])), max_size=40),
    slots=st.integers(1, 3),
)
async def test_order_is_that_of_the_model(
    client: Redis, steps: Sequence[Ask | str], slots: int
) -> None:
    await client.flushdb()
    bus = StreaqBus(client, caps=Caps(waiting={KIND: 10**6}))
    worker, model = HandWorker(client, KIND, slots=slots), FairLine(slots)
    await worker.come()
    running: list[Taken] = []
    for number, step in enumerate(steps):
        if step == "end":
            if running:
                await worker.finish(running.pop(0))
                model.end()
        elif isinstance(step, str):
            if (last := model.last_waiting()) is not None:
                await bus.abort(KIND, last)
                model.take_back(last)
        else:
            chat, cost, priority = step
            name = f"job{number}"
            await put(bus, job(name, chat, cost=cost, priority=priority, patient=True))
            model.ask(Waiting(name=name, chat=chat, cost=cost, priority=priority))
        began = await worker.take_all()
        assert [taken.job_id for taken in began] == model.begin()
        running += began
        assert await bus.depth(KIND) == model.depth
