import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import InvalidInputError, UnavailableError
from services.workers.memory import usable_memory
from services.workers.shelf import Recipe, Shelf

_GB = 1_000_000_000


@dataclass
class Warehouse:
    """Recipes whose models are strings; what is loaded and what was is on record."""

    present: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    failures: dict[str, list[Exception]] = field(default_factory=dict)
    gates: dict[str, threading.Event] = field(default_factory=dict)
    entered: dict[str, threading.Event] = field(default_factory=dict)

    def recipe(self, key: str, memory: int = _GB) -> Recipe[str]:
        return Recipe(
            key=key, name=key, memory=memory, load=lambda: self._load(key), unload=self._unload
        )

    def hold(self, key: str) -> None:
        """Let the load of ``key``, or ``unload <key>``, wait until it is released."""
        self.gates[key], self.entered[key] = threading.Event(), threading.Event()

    async def begun(self, key: str) -> None:
        assert await asyncio.to_thread(self.entered[key].wait, 10)

    def _load(self, key: str) -> str:
        self.loads.append(key)
        if key in self.gates:
            self.entered[key].set()
            assert self.gates[key].wait(10)
        if self.failures.get(key):
            raise self.failures[key].pop(0)
        self.present.append(key)
        return key

    def _unload(self, model: str) -> None:
        if f"unload {model}" in self.gates:
            self.entered[f"unload {model}"].set()
            assert self.gates[f"unload {model}"].wait(10)
        if self.failures.get(f"unload {model}"):
            raise self.failures[f"unload {model}"].pop(0)
        self.present.remove(model)


class Seconds:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def house() -> Warehouse:
    return Warehouse()


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
async def shelf(clock: Seconds) -> AsyncIterator[Shelf]:
    """A shelf with room for three models of one GB."""
    shelf = Shelf(memory=3 * _GB, idle_s=60.0, monotonic=clock)
    yield shelf
    await shelf.close()


async def _use(shelf: Shelf, recipe: Recipe[str]) -> str:
    async with shelf.use(recipe) as model:
        return model


async def test_one_model_is_loaded_once_for_all_who_ask(shelf: Shelf, house: Warehouse) -> None:
    house.hold("a")
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(_use(shelf, house.recipe("a"))) for _ in range(5)]
        await house.begun("a")
        house.gates["a"].set()
    assert [task.result() for task in asked] == ["a"] * 5
    assert await _use(shelf, house.recipe("a")) == "a"
    assert house.loads == ["a"]


async def test_different_models_load_side_by_side(shelf: Shelf, house: Warehouse) -> None:
    house.hold("slow")
    async with asyncio.TaskGroup() as group:
        slow = group.create_task(_use(shelf, house.recipe("slow")))
        await house.begun("slow")
        assert await _use(shelf, house.recipe("quick")) == "quick"
        assert not slow.done()
        house.gates["slow"].set()


async def test_a_failed_load_is_told_to_all_who_wait_and_is_not_remembered(
    shelf: Shelf, house: Warehouse
) -> None:
    house.failures["a"] = [InvalidInputError("no model")]
    house.hold("a")
    asked = [asyncio.create_task(_use(shelf, house.recipe("a"))) for _ in range(2)]
    await house.begun("a")
    house.gates["a"].set()
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [str(outcome) for outcome in outcomes] == ["no model"] * 2
    assert shelf.loaded() == ()
    assert await _use(shelf, house.recipe("a")) == "a"


async def test_a_failed_load_takes_no_memory(shelf: Shelf, house: Warehouse) -> None:
    house.failures["a"] = [UnavailableError("no file", dependency="workers")]
    with pytest.raises(UnavailableError, match="no file"):
        await _use(shelf, house.recipe("a", 3 * _GB))
    async with shelf.use(house.recipe("b", 3 * _GB)) as model:
        assert model == "b"


async def test_a_load_goes_on_when_who_asked_is_cancelled(shelf: Shelf, house: Warehouse) -> None:
    house.hold("a")
    first = asyncio.create_task(_use(shelf, house.recipe("a")))
    await house.begun("a")
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    second = asyncio.create_task(_use(shelf, house.recipe("a")))
    house.gates["a"].set()
    assert await second == "a"
    assert house.loads == ["a"]


async def test_the_longest_unused_makes_room(
    shelf: Shelf, house: Warehouse, clock: Seconds
) -> None:
    for key in ("a", "b", "c", "a"):
        clock.now += 1
        await _use(shelf, house.recipe(key))
    await _use(shelf, house.recipe("d"))
    assert sorted(house.present) == ["a", "c", "d"]


async def test_all_that_idle_long_make_room_at_once_but_only_when_room_is_needed(
    shelf: Shelf, house: Warehouse, clock: Seconds
) -> None:
    await _use(shelf, house.recipe("a"))
    await _use(shelf, house.recipe("b"))
    clock.now += 61
    await _use(shelf, house.recipe("c"))
    assert sorted(house.present) == ["a", "b", "c"]
    await _use(shelf, house.recipe("d"))
    assert sorted(house.present) == ["c", "d"]


async def test_a_model_in_use_stays_and_the_error_names_it(shelf: Shelf, house: Warehouse) -> None:
    async with shelf.use(house.recipe("talker", 2 * _GB)):
        await _use(shelf, house.recipe("idle", _GB))
        with pytest.raises(UnavailableError) as caught:
            await _use(shelf, house.recipe("painter", 2 * _GB))
    assert str(caught.value) == (
        "the model painter needs 2.0 GB, and all models together may take 3.0 GB, of which 2.0 GB"
        " are in use by talker: choose a smaller one, raise SAMOVAR_MODEL_MEMORY_GB, or let"
        " another worker serve this kind"
    )
    # It would not have helped, so nothing was put away for it.
    assert sorted(house.present) == ["idle", "talker"]


async def test_a_model_larger_than_all_memory_is_refused_before_it_is_read(
    shelf: Shelf, house: Warehouse
) -> None:
    with pytest.raises(UnavailableError, match=r"needs 4\.0 GB.*may take 3\.0 GB: choose"):
        await _use(shelf, house.recipe("giant", 4 * _GB))
    assert house.loads == []


async def test_a_model_that_is_still_loading_counts(shelf: Shelf, house: Warehouse) -> None:
    house.hold("a")
    loading = asyncio.create_task(_use(shelf, house.recipe("a", 2 * _GB)))
    await house.begun("a")
    with pytest.raises(UnavailableError, match=r"2\.0 GB are in use by a"):
        await _use(shelf, house.recipe("b", 2 * _GB))
    house.gates["a"].set()
    assert await loading == "a"


async def test_a_model_that_was_put_away_comes_back(shelf: Shelf, house: Warehouse) -> None:
    await _use(shelf, house.recipe("a", 3 * _GB))
    await _use(shelf, house.recipe("b", 3 * _GB))
    assert await _use(shelf, house.recipe("a", 3 * _GB)) == "a"
    assert house.loads == ["a", "b", "a"]
    assert house.present == ["a"]


async def test_a_model_that_was_taken_while_another_left_is_not_put_away(
    shelf: Shelf, house: Warehouse, clock: Seconds
) -> None:
    for key in ("a", "b", "c"):
        clock.now += 1
        await _use(shelf, house.recipe(key))
    house.hold("unload a")
    coming = asyncio.create_task(_use(shelf, house.recipe("large", 2 * _GB)))
    await house.begun("unload a")
    async with shelf.use(house.recipe("b")) as model:
        assert model == "b"
        house.gates["unload a"].set()
        assert await coming == "large"
        assert sorted(house.present) == ["b", "large"]


async def test_room_that_was_taken_while_models_left_is_refused_by_name(
    shelf: Shelf, house: Warehouse, clock: Seconds
) -> None:
    for key in ("a", "b", "c"):
        clock.now += 1
        await _use(shelf, house.recipe(key))
    house.hold("unload a")
    coming = asyncio.create_task(_use(shelf, house.recipe("giant", 3 * _GB)))
    await house.begun("unload a")
    async with shelf.use(house.recipe("b")):
        house.gates["unload a"].set()
        with pytest.raises(UnavailableError, match=r"1\.0 GB are in use by b"):
            await coming
        assert house.present == ["b"]
    assert house.loads == ["a", "b", "c"]


async def test_a_model_whose_files_went_is_unavailable_so_that_a_stand_in_answers(
    shelf: Shelf, house: Warehouse
) -> None:
    await _use(shelf, house.recipe("a", 3 * _GB))
    await _use(shelf, house.recipe("b", 3 * _GB))
    house.failures["a"] = [InvalidInputError("the model a cannot be loaded: no such file")]
    with pytest.raises(UnavailableError, match=r"put away and cannot be loaded again: .*no such"):
        await _use(shelf, house.recipe("a", 3 * _GB))
    assert await _use(shelf, house.recipe("a", 3 * _GB)) == "a"


async def test_an_unload_that_fails_stops_nobody(shelf: Shelf, house: Warehouse) -> None:
    house.failures["unload a"] = [RuntimeError("stuck")]
    await _use(shelf, house.recipe("a", 3 * _GB))
    assert await _use(shelf, house.recipe("b", 3 * _GB)) == "b"
    assert await _use(shelf, house.recipe("a", 3 * _GB)) == "a"


async def test_what_is_loaded_is_listed(shelf: Shelf, house: Warehouse, clock: Seconds) -> None:
    await _use(shelf, house.recipe("a", 1 * _GB))
    clock.now += 5
    async with shelf.use(house.recipe("b", 2 * _GB)), shelf.use(house.recipe("b", 2 * _GB)):
        clock.now += 2
        listed = [(m.key, m.memory, m.users, m.idle_s) for m in shelf.loaded()]
    assert listed == [("a", _GB, 0, 7.0), ("b", 2 * _GB, 2, 0.0)]


async def test_closing_waits_for_what_is_loading_and_frees_all(house: Warehouse) -> None:
    shelf = Shelf(memory=3 * _GB, idle_s=60.0)
    await _use(shelf, house.recipe("a"))
    house.hold("b")
    loading = asyncio.create_task(_use(shelf, house.recipe("b")))
    await house.begun("b")
    closing = asyncio.create_task(shelf.close())
    await asyncio.sleep(0)
    house.gates["b"].set()
    await asyncio.wait([closing, loading])
    assert house.present == []
    with pytest.raises(UnavailableError, match="stopping"):
        await _use(shelf, house.recipe("c"))


def test_the_budget_is_read_from_the_machine() -> None:
    assert 100_000_000 < usable_memory("cpu") < 10**15


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans(), st.integers(0, 90)), max_size=30)
)
@settings(deadline=None, max_examples=60)
def test_memory_is_never_exceeded_and_what_is_used_is_there(
    steps: list[tuple[str, bool, int]],
) -> None:
    async def play() -> None:
        house, clock = Warehouse(), Seconds()
        sizes = {key: (n % 3 + 1) * _GB for n, key in enumerate("abcdef")}
        shelf = Shelf(memory=4 * _GB, idle_s=60.0, monotonic=clock)
        async with AsyncExitStack() as held:
            kept: list[str] = []
            for key, keep, seconds in steps:
                clock.now += seconds
                recipe = house.recipe(key, sizes[key])
                try:
                    if keep:
                        await held.enter_async_context(shelf.use(recipe))
                        kept.append(key)
                    else:
                        await _use(shelf, recipe)
                except UnavailableError:
                    in_use = sum(sizes[each] for each in set(kept))
                    assert in_use + sizes[key] > 4 * _GB
                assert sum(sizes[each] for each in house.present) <= 4 * _GB
                assert set(kept) <= set(house.present)
                assert len(house.present) == len(set(house.present))
                assert sorted(house.present) == sorted(m.key for m in shelf.loaded())
        await shelf.close()
        assert house.present == []

    asyncio.run(play())
