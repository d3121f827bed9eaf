"""What people and schedules ask of a pool over some days: chains of jobs, drawn from a seed."""

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from services.inference.kinds import JobKind
from services.inference.models import Priority

DAY_S: Final = 86_400.0
MINUTE_S: Final = 60.0
K = JobKind
_REWRITTEN: Final = 0.4
_SLOW: Final = 0.01
_INGESTED_AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class Usage:
    """How jobs of a kind are.

    Attributes:
        slots: Of one worker.
        start_s: Service time that every job takes.
        per_work_s: Added for each unit of work.
        work: Median size, such as the length of a prompt.
        spread: Sigma of the logarithm of that size.
        per_token_s: Added for each written token.
        most_tokens: Upper bound of the text.
        noise: Sigma of the logarithm of a factor on the whole.
    """

    slots: int
    start_s: float
    per_work_s: float = 0.0
    work: float = 100.0
    spread: float = 0.6
    per_token_s: float = 0.0
    most_tokens: int = 0
    noise: float = 0.15


USAGES: Final[Mapping[JobKind, Usage]] = {
    K.EMBED: Usage(2, 0.02, 0.0004, work=80, noise=0.3),
    K.REWRITE: Usage(1, 0.3, 0.0002, work=900, per_token_s=0.02, most_tokens=100),
    K.GENERATE: Usage(2, 0.8, 0.0003, work=4000, spread=0.4, per_token_s=0.03,
                      most_tokens=500),
    K.SCORE: Usage(1, 0.05, 0.00006, work=6000, spread=0.3),
    K.TOXICITY: Usage(1, 0.03, 0.0002, work=200),
    K.DETOX: Usage(1, 0.4, 0.008, work=120, noise=0.3),
    K.DRAW: Usage(1, 1.0, 0.022, work=700, spread=0.35),
    K.DESCRIBE: Usage(1, 1.5, per_token_s=0.03, most_tokens=300),
    K.TRANSCRIBE: Usage(1, 0.5, 0.00002, work=150_000, spread=0.9),
    K.SPEAK: Usage(1, 0.3, 0.008, work=300, spread=0.7),
    K.TRANSLATE: Usage(1, 0.3, 0.006, work=200, spread=0.9),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """A job, and what its caller asks for when it is done."""

    kind: JobKind
    priority: Priority
    chat: int
    work: int
    most_tokens: int
    service_s: float
    deadline_s: float
    patient: bool
    then: "Request | None" = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request and when it comes, in seconds from the start."""

    at_s: float
    request: Request


@dataclass(slots=True)
class Load:
    """Draws all arrivals of some days."""

    seed: int
    days: int
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(f"load-{self.seed}")

    def arrivals(self) -> list[Arrival]:
        """List them in the order of time."""
        drawn = [arrival for day in range(self.days) for arrival in self._day(day)]
        return sorted(drawn, key=lambda arrival: arrival.at_s)

    def _day(self, day: int) -> Iterator[Arrival]:
        start = day * DAY_S
        busy = self._random.lognormvariate(0.0, 0.15)
        yield from self._people(start, busy)
        for _ in range(self._count(5 * busy)):
            yield from self._rush(start + self._waking_hour())
        for _ in range(self._count(4)):
            yield from self._flood(start + self._waking_hour())
        for _ in range(self._count(3)):
            yield from self._ingest(start + self._random.uniform(0, DAY_S))
        yield from self._nightly(start + 3 * 3600 + self._random.uniform(0, 1800))

    def _people(self, start: float, busy: float) -> Iterator[Arrival]:
        """Thin a steady stream by the hour of the day."""
        at, peak_per_s = 0.0, 0.65 * busy
        while (at := at + self._random.expovariate(peak_per_s)) < DAY_S:
            if self._random.random() < awake(at):
                yield Arrival(start + at, self._wish(self._chat()))

    def _rush(self, at: float) -> Iterator[Arrival]:
        """A post that many people ask about within minutes."""
        for _ in range(self._random.randint(30, 150)):
            at += self._random.expovariate(1 / 1.5)
            yield Arrival(at, self._question(self._chat()))

    def _flood(self, at: float) -> Iterator[Arrival]:
        """One chat that wants much at once."""
        kind = self._random.choice((K.GENERATE, K.DRAW, K.TRANSCRIBE, K.TRANSLATE, K.DETOX))
        chat = self._chat()
        for _ in range(self._random.randint(15, 60)):
            at += self._random.expovariate(1.0)
            yield Arrival(at, self._request(kind, chat))

    def _ingest(self, at: float) -> Iterator[Arrival]:
        """Documents to embed that nobody waits for: the embedder has two small jobs at once."""
        for _ in range(_INGESTED_AT_ONCE):
            request: Request | None = None
            for _ in range(self._random.randint(50, 300)):
                request = self._batch(K.EMBED, work=5600, then=request)
            if request is not None:
                yield Arrival(at, request)

    def _nightly(self, at: float) -> Iterator[Arrival]:
        for kind, count in ((K.TRANSLATE, 120), (K.TOXICITY, 300), (K.GENERATE, 60)):
            for _ in range(self._random.randint(count // 2, count)):
                yield Arrival(at + self._random.uniform(0, 5), self._batch(kind))

    def _wish(self, chat: int) -> Request:
        drawn = self._random.choices(
            (
                "question",
                K.DRAW,
                K.TRANSCRIBE,
                K.DESCRIBE,
                K.SPEAK,
                K.TRANSLATE,
                K.DETOX,
                "message",
            ),
            weights=(42, 8, 11, 6, 6, 10, 7, 30),
        )[0]
        if drawn == "question":
            return self._question(chat)
        if drawn == "message":
            return self._request(K.TOXICITY, chat, Priority.NORMAL)
        return self._request(JobKind(drawn), chat)

    def _question(self, chat: int) -> Request:
        """An answer's steps; most questions need no rewriting."""
        answer = self._request(K.GENERATE, chat)
        scored = self._request(K.SCORE, chat, then=answer)
        embedded = self._request(K.EMBED, chat, then=scored)
        if self._random.random() < _REWRITTEN:
            return self._request(K.REWRITE, chat, Priority.NORMAL, then=embedded)
        return embedded

    def _request(
        self, kind: JobKind, chat: int, priority: Priority = Priority.HIGH, *,
        then: Request | None = None, work: float = 0.0, patient: bool = False,
        deadline_s: float = 600.0,
    ) -> Request:  # fmt: skip
        usage, draw = USAGES[kind], self._random
        size = draw.lognormvariate(math.log(work or usage.work), usage.spread)
        tokens = min(usage.most_tokens, draw.lognormvariate(math.log(usage.most_tokens / 3), 0.7)) \
            if usage.most_tokens else 0.0  # fmt: skip
        service_s = usage.start_s + usage.per_work_s * size + usage.per_token_s * tokens
        service_s *= draw.lognormvariate(0.0, usage.noise)
        if draw.random() < _SLOW:
            # Now and then something takes long: a cold model, a swapped page, a strange input.
            service_s *= draw.uniform(3, 8)
        return Request(
            kind=kind, priority=priority, chat=chat, work=round(size),
            most_tokens=usage.most_tokens, service_s=service_s, deadline_s=deadline_s,
            patient=patient, then=then,
        )  # fmt: skip

    def _batch(self, kind: JobKind, work: float = 0.0, then: Request | None = None) -> Request:
        return self._request(
            kind, 0, Priority.LOW, work=work, then=then, patient=True, deadline_s=4 * 3600.0
        )

    def _chat(self) -> int:
        """Few chats ask much, many ask little."""
        return 1 + min(400, int(self._random.paretovariate(0.7)))

    def _count(self, mean: float) -> int:
        return max(1, round(self._random.gauss(mean, mean**0.5)))

    def _waking_hour(self) -> float:
        return self._random.uniform(9, 23) * 3600.0


def awake(second: float) -> float:
    """Tell how busy a moment of the day is beside its peak: quiet nights, noon and evening high."""
    hour = second / 3600.0
    noon = math.exp(-(((hour - 12.5) / 2.5) ** 2))
    evening = math.exp(-(((hour - 20.5) / 2.0) ** 2))
    return min(1.0, 0.06 + 0.65 * noon + 0.9 * evening + 0.15 * (8 < hour < 23))  # noqa: PLR2004
