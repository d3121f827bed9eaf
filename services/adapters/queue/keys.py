"""Redis keys of the worker pool beside those of the queue engine (``streaq:...``)."""

from dataclasses import dataclass

from services.adapters.redis.keys import PREFIX


@dataclass(frozen=True, slots=True)
class ReplyStreamKey:
    """``samovar:reply:<replica>``: stream of what workers say to a replica; field ``r``, JSON."""

    replica_id: str

    def __str__(self) -> str:
        return f"{PREFIX}:reply:{self.replica_id}"


@dataclass(frozen=True, slots=True)
class DoneKey:
    """``samovar:job-done:<job>``: there for some minutes after a job's last record."""

    job_id: str

    def __str__(self) -> str:
        return f"{PREFIX}:job-done:{self.job_id}"


@dataclass(frozen=True, slots=True)
class AliveKey:
    """``samovar:workers:<kind>:alive``: there while a worker serves the kind."""

    kind: str

    def __str__(self) -> str:
        return f"{PREFIX}:workers:{self.kind}:alive"


@dataclass(frozen=True, slots=True)
class ExpectedKey:
    """``samovar:workers:<kind>:expected``: outlives the other by the time of a restart."""

    kind: str

    def __str__(self) -> str:
        return f"{PREFIX}:workers:{self.kind}:expected"


@dataclass(frozen=True, slots=True)
class LineKey:
    """``samovar:line:<kind>``: prefix of the jobs that wait for a slot; see ``line.lua``."""

    kind: str

    def __str__(self) -> str:
        return f"{PREFIX}:line:{self.kind}"


@dataclass(frozen=True, slots=True)
class WorkersKey:
    """``samovar:workers``: set of the ids of workers that live, and of some that did lately."""

    def __str__(self) -> str:
        return f"{PREFIX}:workers"


@dataclass(frozen=True, slots=True)
class WorkerKey:
    """``samovar:worker:<id>``: what a living worker says of itself, JSON."""

    worker_id: str

    def __str__(self) -> str:
        return f"{PREFIX}:worker:{self.worker_id}"


@dataclass(frozen=True, slots=True)
class BlobKey:
    """``samovar:blob:<job>:<n>``: a picture or sound of a job, for some minutes."""

    job_id: str
    number: str

    def __str__(self) -> str:
        return f"{PREFIX}:blob:{self.job_id}:{self.number}"

    @staticmethod
    def job_of(key: str) -> str:
        """Name the job of a key."""
        return key.removeprefix(f"{PREFIX}:blob:").rpartition(":")[0]


@dataclass(frozen=True, slots=True)
class DeadJobKey:
    """``samovar:dead-job:<job>``: hash of a job that was given up: ``about`` and ``job``, JSON."""

    job_id: str

    def __str__(self) -> str:
        return f"{PREFIX}:dead-job:{self.job_id}"


@dataclass(frozen=True, slots=True)
class DeadJobsKey:
    """``samovar:dead-jobs``: ids of those jobs by the time they were given up."""

    def __str__(self) -> str:
        return f"{PREFIX}:dead-jobs"


@dataclass(frozen=True, slots=True)
class HandedBackKey:
    """``samovar:handed-back:<job>``: how often workers that were stopped gave it back."""

    job_id: str

    def __str__(self) -> str:
        return f"{PREFIX}:handed-back:{self.job_id}"
