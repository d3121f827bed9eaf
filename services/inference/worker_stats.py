"""What a worker tells of its work, every second, beside that it lives; no words of anybody."""

from collections.abc import Mapping

import msgspec

from services.inference.kinds import JobKind


class BackendStats(msgspec.Struct, frozen=True, kw_only=True):
    """How a backend has done lately.

    Attributes:
        name: ``kind:name``, without address.
        breaker: ``closed``: jobs get to it; ``open``: they do not; ``half-open``: one tries.
        failures: In a row, up to now.
        retry_in_s: Seconds until a job may get to it; 0: now.
    """

    name: str
    breaker: str = "closed"
    failures: int = 0
    retry_in_s: float = 0.0


class KindStats(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker has done of a kind since it was started.

    Attributes:
        slots: Jobs that it may do at once.
        running: Jobs that it does now.
        done: Jobs with a result.
        failed: Jobs without one.
        cut: Jobs that were aborted, expired while they ran, or were handed back.
        ran_s: Seconds that the done ones took, together.
        p50_s: Median of the latest of them; 0 when there is none.
        jobs_per_s: Over the last seconds.
        tokens: Pieces of text that it wrote; a server's or a model's piece is a token.
        tokens_per_s: Over the last seconds.
        backends: Most wanted first.
    """

    slots: int = 1
    running: int = 0
    done: int = 0
    failed: int = 0
    cut: int = 0
    ran_s: float = 0.0
    p50_s: float = 0.0
    jobs_per_s: float = 0.0
    tokens: int = 0
    tokens_per_s: float = 0.0
    backends: tuple[BackendStats, ...] = ()


class ModelStats(msgspec.Struct, frozen=True, kw_only=True):
    """A model that a worker has loaded.

    Attributes:
        name: What people call it.
        memory: Bytes that it is counted with; 0: it does not count.
        users: Jobs that use it now.
        batches: That it computed.
        items: In them.
        last_items: In the latest of them.
        tokens_per_s: That it reads, over the last seconds.
    """

    name: str
    memory: int = 0
    users: int = 0
    batches: int = 0
    items: int = 0
    last_items: int = 0
    tokens_per_s: float = 0.0


class WorkerStats(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker tells of itself; older workers tell less.

    Attributes:
        up_s: Seconds since it was started.
        kinds: What it did of each kind.
        models: That it has loaded.
        memory_used: Bytes of its device that are taken, by whomever; of a CPU: by this worker.
        memory_total: Bytes that the device has; 0: not known, as nothing was loaded there yet.
    """

    up_s: float = 0.0
    kinds: Mapping[JobKind, KindStats] = {}
    models: tuple[ModelStats, ...] = ()
    memory_used: int = 0
    memory_total: int = 0
