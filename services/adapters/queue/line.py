"""Calls of the functions in ``*.lua`` here: admission, the line, and the ends of a job's run."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from services.adapters.queue.engine import QueueKeys, record_of
from services.adapters.queue.keys import LineKey
from services.adapters.queue.together import Command
from services.inference.bus import Place
from services.inference.caps import Caps
from services.inference.kinds import JobKind
from services.inference.models import Priority
from services.inference.protocol import Job, encode

# A job that costs nothing would go before everybody for ever.
_LEAST_COST: Final = 0.01


@dataclass(frozen=True, slots=True)
class Line:
    """What waits for the workers of a kind."""

    kind: JobKind

    @property
    def queue(self) -> QueueKeys:
        """The engine's part."""
        return QueueKeys(self.kind)

    def waiting(self, priority: Priority) -> str:
        """Sorted set of the jobs of a priority that wait for a slot."""
        return f"{LineKey(self.kind)}:waiting:{priority}"

    @property
    def delayed(self) -> str:
        """Sorted set of the jobs that may not run yet."""
        return f"{LineKey(self.kind)}:delayed"

    def admit(self, job: Job, caps: Caps, *, delay_s: float = 0.0) -> Command:
        """Ask for admission; answers how it went and a place."""
        now = time.time()
        cost = max(job.cost, _LEAST_COST)
        return self.call(
            "samovar_admit_1",
            job.job_id,
            record_of(encode(job), now_ms=round(now * 1000)),
            # The record goes with its deadline; 0 would mean never.
            max(1, round((job.deadline_at - now) * 1000)),
            max(0, round(delay_s * 1000)),
            job.priority,
            job.fair_share,
            repr(cost),
            repr(cost / caps.weight(job.fair_share)),
            int(job.patient),
            caps.of_kind(self.kind),
            caps.of_chat(self.kind),
        )

    def place(self, job_id: str) -> Command:
        """Ask where a job stands; answers a place or None."""
        return self.call("samovar_place_1", job_id)

    def look(self) -> Command:
        """Ask what waits and runs; see ``samovar_look_1`` for the answer."""
        return self.call("samovar_look_1")

    def abort(self, job_id: str) -> Command:
        """End a job."""
        return self.call("samovar_abort_1", job_id)

    def erase(self, job_ids: Collection[str]) -> Command:
        """End jobs and keep nothing of what they were asked."""
        return self.call("samovar_erase_1", *job_ids)

    def call(self, function: str, *arguments: str | bytes | int) -> Command:
        """Call a function for this kind."""
        return ("FCALL", function, 2, self.queue.prefix, str(LineKey(self.kind)), *arguments)


@dataclass(frozen=True, slots=True)
class Consumer:
    """A worker at the line of a kind.

    Attributes:
        line: Where it takes jobs.
        name: The engine's name of it.
        slots: Jobs that it may run at once.
    """

    line: Line
    name: str
    slots: int

    def beat(self, *, takes: bool) -> Command:
        """Say that it lives; answers the ids of all jobs that are to be aborted.

        Args:
            takes: Whether it takes further jobs.
        """
        return self.line.call("samovar_beat_1", self.name, self.slots, int(takes))

    def begin(self, priority: str, message_id: str, job_id: str) -> Command:
        """Begin a job; ``read_begun`` reads the answer."""
        return self.line.call("samovar_begin_2", priority, message_id, job_id, self.name)

    def finish(self, priority: str, message_id: str, job_id: str) -> Command:
        """End a job and let the next one have its slot."""
        return self.line.call("samovar_finish_2", priority, message_id, job_id)

    def give_back(self, priority: str, jobs: Sequence[tuple[str, str]]) -> Command:
        """Put back jobs that it has no slot for or cannot end, by message and id."""
        fields = [field for job in jobs for field in job]
        return self.line.call("samovar_return_1", priority, self.name, *fields)


def read_place(answer: bytes) -> Place:
    """Read a place as the functions give it."""
    ahead, cost, running, slots, p50, p90, running_for = answer.split()
    return Place(
        ahead=int(ahead),
        ahead_cost=float(cost),
        running=int(running),
        slots=int(slots),
        service_p50_s=int(p50) / 1000,
        service_p90_s=int(p90) / 1000,
        running_for_s=int(running_for) / 1000,
    )


class Begun(NamedTuple):
    """What became of the beginning of a job.

    Attributes:
        state: ``run``, ``aborted``, ``gone`` (it expired) or ``lost`` (to another worker).
        attempt: 1 for the first.
        waited_ms: Since it was accepted.
        record: The engine's, for the first two.
    """

    state: str
    attempt: int
    waited_ms: int
    record: bytes


def read_begun(answer: bytes) -> Begun:
    """Read the answer to ``Consumer.begin``."""
    state, attempt, waited_ms, record = answer.split(b" ", 3)
    return Begun(state.decode(), int(attempt), int(waited_ms), record)
