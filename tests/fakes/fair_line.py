"""The order in which jobs are let in, written down once more and more plainly."""

from dataclasses import dataclass, field

from services.inference.models import Priority


@dataclass
class Waiting:
    """A job in the line."""

    name: str
    chat: str
    cost: float
    priority: Priority
    start: float = 0.0


@dataclass
class FairLine:
    """Start-time fair queueing within strict priorities, before a number of slots."""

    slots: int
    running: int = 0
    line: list[Waiting] = field(default_factory=list)
    now: dict[Priority, float] = field(default_factory=dict)
    ends: dict[tuple[Priority, str], float] = field(default_factory=dict)

    @property
    def depth(self) -> int:
        """Count what waits and runs."""
        return self.running + len(self.line)

    def ask(self, job: Waiting) -> None:
        """Put a job into the line."""
        if not self.depth:
            self.ends.clear()
        key = (job.priority, job.chat)
        job.start = max(self.now.get(job.priority, 0.0), self.ends.get(key, 0.0))
        self.ends[key] = job.start + job.cost
        self.line.append(job)

    def begin(self) -> list[str]:
        """Let in what slots are free for."""
        begun = []
        while self.line and self.running < self.slots:
            order = list(Priority)
            # Of equals the one that came first: ``min`` keeps the order of the line.
            job = min(self.line, key=lambda each: (order.index(each.priority), each.start))
            self.line.remove(job)
            middle = job.start + job.cost / 2
            self.now[job.priority] = max(self.now.get(job.priority, 0.0), middle)
            self.running += 1
            begun.append(job.name)
        return begun

    def end(self) -> None:
        """End a running job."""
        self.running -= 1

    def last_waiting(self) -> str | None:
        """Name the job that came last of those in the line."""
        return self.line[-1].name if self.line else None

    def take_back(self, name: str) -> None:
        """Take a job out of the line; its chat pays for it only if others build upon it."""
        job = next(each for each in self.line if each.name == name)
        self.line.remove(job)
        if self.ends.get((job.priority, job.chat)) == job.start + job.cost:
            self.ends[job.priority, job.chat] = job.start
