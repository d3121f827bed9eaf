from collections.abc import Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from bot.devices.filling import Need
from bot.devices.listing import CPU, Device
from bot.devices.placement import Plan, PlannedWorker, place
from services.inference.kinds import JobKind

GB = 10**9
PROCESSOR = Device(uuid=CPU, name="CPU", memory_bytes=64 * GB)


def gpu(index: int, gigabytes: float) -> Device:
    memory = int(gigabytes * GB)
    return Device(uuid=f"GPU-{index}", name="NVIDIA H200", memory_bytes=memory, index=index)


def heavy(kind: JobKind, gigabytes: float, *, model: str = "", without: str = "") -> Need:
    name = f"transformers:{model or kind}"
    return Need(
        kind=kind,
        backends=f"{name},{without}" if without else name,
        models={name: int(gigabytes * GB)},
        on_device=True,
        without=without,
    )


def light(kind: JobKind, backends: str = "packaged:it") -> Need:
    return Need(kind=kind, backends=backends, without=backends)


def placed(devices: Sequence[Device], *needs: Need) -> Plan:
    return place(devices, needs, cpu=PROCESSOR, model_memory=None)


def kinds(plan: Plan) -> dict[str, set[str]]:
    return {worker.device.uuid: {str(kind) for kind in worker.kinds} for worker in plan.workers}


def test_without_a_gpu_one_worker_serves_everything() -> None:
    plan = placed([], light(JobKind.EMBED), heavy(JobKind.DRAW, 8))
    assert kinds(plan) == {CPU: {"embed", "draw"}}
    assert (plan.unserved, plan.notes) == ((), ())


def test_large_kinds_are_spread_and_free_room_takes_copies_of_important_ones() -> None:
    plan = placed(
        [gpu(0, 24), gpu(1, 80)],
        heavy(JobKind.GENERATE, 16), heavy(JobKind.DRAW, 12), heavy(JobKind.DESCRIBE, 18),
        light(JobKind.EMBED),
    )  # fmt: skip
    assert kinds(plan) == {
        "GPU-0": {"describe"},
        "GPU-1": {"generate", "draw", "describe"},
        CPU: {"embed"},
    }


def test_generate_gets_the_free_room_before_draw() -> None:
    plan = placed([gpu(0, 24), gpu(1, 24)], heavy(JobKind.GENERATE, 10), heavy(JobKind.DRAW, 11.0))
    assert kinds(plan) == {"GPU-0": {"generate", "draw"}, "GPU-1": {"generate", "draw"}}
    plan = placed([gpu(0, 24), gpu(1, 20)], heavy(JobKind.GENERATE, 10), heavy(JobKind.DRAW, 9))
    assert "generate" in kinds(plan)["GPU-0"] & kinds(plan)["GPU-1"]


def test_kinds_that_name_one_model_share_it() -> None:
    plan = placed(
        [gpu(0, 24)],
        heavy(JobKind.GENERATE, 16, model="qwen"), heavy(JobKind.REWRITE, 16, model="qwen"),
    )  # fmt: skip
    (worker,) = plan.workers
    assert (set(worker.kinds), worker.needed) == ({JobKind.GENERATE, JobKind.REWRITE}, 16 * GB)


def test_another_way_is_found_when_the_fullest_device_first_leaves_something_out() -> None:
    # Largest first into the fullest that fits: 4 onto the 6, then 3 and 3 onto the 7, none for 3.
    devices = [gpu(0, 7.1 / 0.9), gpu(1, 6.1 / 0.9)]
    needs = [heavy(JobKind.DRAW, 4)] + [
        heavy(kind, 3) for kind in (JobKind.SPEAK, JobKind.SCORE, JobKind.DETOX)
    ]
    assert placed(devices, *needs).unserved == ()


def test_what_fits_nowhere_is_said_and_the_more_important_is_served() -> None:
    plan = placed([gpu(0, 24)], heavy(JobKind.DRAW, 15), heavy(JobKind.GENERATE, 14))
    assert kinds(plan) == {"GPU-0": {"generate"}}
    assert plan.unserved == (JobKind.DRAW,)
    assert plan.notes == (
        "draw is not served: it needs 15.0 GB, and the models of more important kinds leave no"
        " device with room for it; choose a smaller model, or correct SAMOVAR_KIND_MEMORY_GB",
    )
    (note, idle) = placed([gpu(0, 24)], heavy(JobKind.DRAW, 30)).notes
    assert "it needs 30.0 GB, and the largest device has room for 21.6 GB" in note
    assert idle.startswith("GPU-0 (NVIDIA H200) stays idle")


def test_a_stand_in_serves_a_kind_whose_model_fits_nowhere() -> None:
    servers = "openai:it@http://me:secret@there/v1,packaged:extractive"
    plan = placed([gpu(0, 24)], heavy(JobKind.GENERATE, 30, without=servers))
    assert [(worker.device.uuid, worker.backends) for worker in plan.workers] == [
        (CPU, {JobKind.GENERATE: servers})
    ]
    assert plan.unserved == ()
    assert "generate is served by openai:it, packaged:extractive meanwhile" in plan.notes[0]


def test_each_device_has_a_server_of_its_own() -> None:
    need = Need(
        kind=JobKind.GENERATE,
        backends="openai:qwen3@http://127.0.0.1:800{n}/v1,packaged:extractive",
        on_device=True,
    )
    plan = placed([gpu(0, 80), gpu(1, 80)], need, light(JobKind.EMBED))
    assert [(worker.device.uuid, *worker.backends.values()) for worker in plan.workers] == [
        ("GPU-0", "openai:qwen3@http://127.0.0.1:8000/v1,packaged:extractive"),
        ("GPU-1", "openai:qwen3@http://127.0.0.1:8001/v1,packaged:extractive"),
        (CPU, "packaged:it"),
    ]


def test_the_owners_limit_on_memory_is_kept() -> None:
    need = heavy(JobKind.DRAW, 12)
    plan = place([gpu(0, 80)], [need], cpu=PROCESSOR, model_memory=10 * GB)
    assert plan.unserved == (JobKind.DRAW,)


needs_of_any_size = st.lists(
    st.tuples(st.sampled_from(list(JobKind)), st.integers(0, 60), st.booleans()),
    max_size=6, unique_by=lambda need: need[0],
).map(
    lambda parts: [
        heavy(kind, size, model="one" if shared else "") for kind, size, shared in parts
    ]
)  # fmt: skip
# Models of one name have one size.
same_sizes = needs_of_any_size.map(
    lambda needs: [
        Need(kind=need.kind, backends=need.backends, on_device=True,
             models={name: 7 * GB if name.endswith(":one") else size
                     for name, size in need.models.items()})
        for need in needs
    ]
)  # fmt: skip
some_devices = st.lists(st.integers(4, 80), min_size=1, max_size=3).map(
    lambda sizes: [gpu(index, size) for index, size in enumerate(sizes)]
)


def needed(worker: PlannedWorker, needs: Sequence[Need]) -> int:
    models: dict[str, int] = {}
    for need in needs:
        if need.kind in worker.kinds:
            models |= need.models
    return sum(models.values())


@given(some_devices, same_sizes)
def test_no_device_gets_more_than_it_holds(devices: list[Device], needs: list[Need]) -> None:
    for worker in placed(devices, *needs).workers:
        assert needed(worker, needs) == worker.needed <= worker.room
        assert worker.room <= worker.device.memory_bytes
        assert len(set(worker.kinds)) == len(worker.kinds) > 0


@given(some_devices, same_sizes)
def test_everything_is_served_where_any_way_serves_everything(
    devices: list[Device], needs: list[Need]
) -> None:
    plan = placed(devices, *needs)
    rooms = [int(device.memory_bytes * 0.9) for device in devices]

    def fits(way: tuple[int, ...]) -> bool:
        for index, room in enumerate(rooms):
            models: dict[str, int] = {}
            for place_of, need in zip(way, needs, strict=True):
                if place_of == index:
                    models |= need.models
            if sum(models.values()) > room:
                return False
        return True

    possible = any(fits(way) for way in product(range(len(devices)), repeat=len(needs)))
    assert (plan.unserved == ()) == possible
    served = {kind for worker in plan.workers for kind in worker.kinds}
    assert served == {need.kind for need in needs} - set(plan.unserved)


@given(some_devices, same_sizes)
def test_the_same_machine_gets_the_same_plan(devices: list[Device], needs: list[Need]) -> None:
    def lines(plan: Plan) -> list[tuple[str, tuple[JobKind, ...]]]:
        return [(worker.device.uuid, worker.kinds) for worker in plan.workers]

    assert lines(placed(devices, *needs)) == lines(placed(devices, *reversed(needs)))
