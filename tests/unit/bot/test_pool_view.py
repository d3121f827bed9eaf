import io
from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from rich.console import Console

from bot.pool_metrics import PoolMetrics
from bot.pool_view import Frame, as_document, as_picture, sentences
from services.adapters.queue.presence import WorkerInfo
from services.adapters.queue.sight import KindSight, PoolSight, PoolWatch
from services.errors import UnavailableError
from services.inference.kinds import JobKind
from services.inference.models import Priority
from services.inference.waits import NaiveWaits
from services.inference.worker_stats import BackendStats, KindStats, ModelStats, WorkerStats
from tests.fakes.clock import FakeClock

NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
LONG = "transformers:Qwen/Qwen3-30B-A3B-Instruct-2507"


def kind(
    name: JobKind, *, waiting: int = 0, running: int = 0, slots: int = 0, stranded: int = 0,
    oldest_s: float = 0.0, takes_s: float = 0.0,
) -> KindSight:  # fmt: skip
    return KindSight(
        kind=name, waiting={Priority.HIGH: waiting, Priority.NORMAL: 0, Priority.LOW: 0},
        delayed=0, running=running, stranded=stranded, slots=slots, oldest_s=oldest_s,
        service_p50_s=takes_s, service_p90_s=2 * takes_s,
    )  # fmt: skip


def worker(
    number: int, *serves: JobKind, host: str = "gpu-1", breaker: str = "closed"
) -> WorkerInfo:
    backends = (
        BackendStats(name="openai:qwen3", breaker=breaker, failures=3, retry_in_s=12.0),
        BackendStats(name=LONG),
    )
    told = KindStats(
        slots=8, running=3, done=70, failed=2, p50_s=3.0, jobs_per_s=1.25, tokens=900,
        tokens_per_s=180.0, backends=backends,
    )  # fmt: skip
    stats = WorkerStats(
        up_s=7300.0, kinds=dict.fromkeys(serves, told), memory_used=61 * 10**9,
        memory_total=143 * 10**9,
        models=(ModelStats(name="BAAI/bge-m3", memory=2_300_000_000, batches=10, items=85),),
    )  # fmt: skip
    return WorkerInfo(
        worker_id=f"w{number}", device=f"GPU-aaaa000{number}", device_name="NVIDIA H200",
        serves=serves, backends=(), host=host, pid=number, stats=stats,
    )  # fmt: skip


BUSY = PoolSight(
    kinds=(
        kind(JobKind.GENERATE, waiting=12, running=16, slots=16, oldest_s=7.4, takes_s=8.0),
        kind(JobKind.TRANSCRIBE, slots=1),
        kind(JobKind.DRAW, waiting=3, oldest_s=190.0),
        kind(JobKind.SPEAK),
    ),
    workers=(
        worker(1, JobKind.GENERATE, JobKind.TRANSCRIBE, breaker="open"),
        worker(2, JobKind.GENERATE, JobKind.TRANSCRIBE, host="gpu-2.internal.example.org"),
    ),
    dead_letters=2,
)


def frame(sight: PoolSight) -> Frame:
    return Frame(sight=sight, at=NOON, waits=NaiveWaits())


def drawn(sight: PoolSight, width: int) -> str:
    console = Console(width=width, file=io.StringIO(), record=True, color_system=None)
    console.print(as_picture(frame(sight)))
    return console.export_text()


@pytest.mark.parametrize("width", [80, 120])
def test_nothing_is_cut_off_or_torn_apart(width: int) -> None:
    text = drawn(BUSY, width)
    assert all(len(line) <= width for line in text.splitlines())
    assert "…000" not in text.replace("…0001", "").replace("…0002", "")
    for whole in ("generate", "transcribe", "H200 …0001", "gpu-2 ", "generate, transcribe",
                  "61.0 of 143.0 GB", "16/16", "7 s", "8 s", "openai:qwen3", "2 h", "8.5",
                  "left alone on 1 of 2, tried again in 12 s"):  # fmt: skip
        assert whole in text, text
    assert (LONG in text) == (width == 120), "a long name is folded where there is no room"
    assert "0B-A3B-Instruct-2507" in text


def test_what_needs_somebody_is_said_in_sentences() -> None:
    assert list(sentences(frame(BUSY))) == [
        "Nobody serves draw, and 3 jobs of it wait: samovar workers --serves draw",
        "2 dead letters: jobs that were given up. Read and retry them: samovar dead",
    ]
    empty = PoolSight(kinds=(kind(JobKind.DRAW, stranded=1),), workers=(), dead_letters=0)
    assert "No worker lives. Start them on this machine or another one" in drawn(empty, 80)
    assert "1 job of draw had a worker that is gone" in drawn(empty, 120)


def test_kinds_that_nobody_asks_for_or_serves_are_left_out() -> None:
    assert "speak" not in drawn(BUSY, 120)
    document = as_document(frame(BUSY))
    assert [each["kind"] for each in document["kinds"]] == ["generate", "transcribe", "draw"]
    assert document["kinds"][0]["wait_p50_s"] == (12 + 16 - 16 + 1) * 8.0 / 16
    assert document["workers"][0]["stats"]["kinds"]["generate"]["done"] == 70


class SeenOnce(PoolWatch):
    """Sees a busy pool, then nothing."""

    def __init__(self) -> None:
        self.sights = [BUSY]

    async def look(self) -> PoolSight:
        if not self.sights:
            raise UnavailableError("down", dependency="redis")
        return self.sights.pop()


async def test_metrics_are_those_of_the_last_look() -> None:
    registry = CollectorRegistry()
    metrics = PoolMetrics(SeenOnce(), FakeClock(NOON), registry=registry)
    registry.register(metrics)
    assert generate_latest(registry).decode().splitlines()[-1] == "samovar_pool_up 0.0"
    await metrics.look()

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(f"samovar_pool_{name}", labels)

    assert value("up") == 1
    assert value("depth", kind="generate") == 28
    assert value("waiting", kind="generate", priority="high") == 12
    assert value("oldest_waiting_seconds", kind="draw") == 190.0
    assert value("workers", kind="generate") == 2
    assert value("workers", kind="draw") == 0
    assert value("slots", kind="generate") == 16
    assert value("service_seconds", kind="generate", quantile="0.9") == 16.0
    assert value("wait_seconds", kind="generate", quantile="0.5") == 6.5
    assert value("dead_letters") == 2
    first = "gpu-1/GPU-aaaa0001"
    assert value("jobs_total", worker=first, kind="generate", outcome="done") == 70
    assert value("tokens_per_second", worker=first, kind="generate") == 180.0
    assert value("device_memory_used_bytes", worker=first) == 61e9
    assert value("batch_items_total", worker=first, model="BAAI/bge-m3") == 85
    states = {
        state: value("breaker", worker=first, kind="generate", backend="openai:qwen3", state=state)
        for state in ("closed", "open", "half-open")
    }
    assert states == {"closed": 0, "open": 1, "half-open": 0}

    await metrics.look()
    assert (value("up"), value("dead_letters")) == (0, None)


def test_workers_alike_are_told_apart() -> None:
    alike = PoolSight(
        kinds=(), workers=(worker(1, JobKind.DRAW), worker(1, JobKind.DRAW)), dead_letters=0
    )
    metrics = PoolMetrics(SeenOnce(), FakeClock(NOON), registry=CollectorRegistry())
    metrics._sight = alike
    info = next(each for each in metrics.collect() if each.name == "samovar_pool_worker_info")
    names = [sample.labels["worker"] for sample in info.samples]
    assert names == ["gpu-1/GPU-aaaa0001", "gpu-1/GPU-aaaa0001#2"]


def told_of(*backends: BackendStats) -> WorkerInfo:
    stats = WorkerStats(kinds={JobKind.GENERATE: KindStats(backends=backends)})
    return WorkerInfo(
        worker_id="w", device="cpu", serves=(JobKind.GENERATE,), backends=(), host="h", pid=1,
        stats=stats,
    )  # fmt: skip


@pytest.mark.parametrize("states", [("closed", "open"), ("open", "closed")])
def test_two_servers_of_one_model_are_one_series_that_tells_the_worse(
    states: tuple[str, str],
) -> None:
    backends = [BackendStats(name="openai:qwen3", breaker=state) for state in states]
    metrics = PoolMetrics(SeenOnce(), FakeClock(NOON), registry=CollectorRegistry())
    metrics._sight = PoolSight(kinds=(), workers=(told_of(*backends),), dead_letters=0)
    breaker = next(each for each in metrics.collect() if each.name == "samovar_pool_breaker")
    values = [(sample.labels["state"], sample.value) for sample in breaker.samples]
    assert sorted(values) == [("closed", 0), ("half-open", 0), ("open", 1)]


def test_a_name_in_brackets_is_shown_as_it_is() -> None:
    sight = PoolSight(
        kinds=(kind(JobKind.GENERATE, slots=1),), dead_letters=0,
        workers=(told_of(BackendStats(name="openai:it[/b][red]")),),
    )  # fmt: skip
    assert "openai:it[/b][red]" in drawn(sight, 120)


def test_what_matters_stands_above_hundreds_of_workers() -> None:
    crowd = PoolSight(
        kinds=BUSY.kinds, dead_letters=2,
        workers=tuple(worker(number, JobKind.GENERATE) for number in range(300)),
    )  # fmt: skip
    top = "\n".join(drawn(crowd, 80).splitlines()[:24])
    assert "2 dead letters" in top
    assert "12" in top[top.index("generate ") :]
