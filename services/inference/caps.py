"""How many jobs may wait for a worker, and how much of the pool a chat gets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.inference.kinds import JobKind

# About what a worker does in two minutes by its usual slots: later nobody waits any more.
WAITING: Final[Mapping[JobKind, int]] = {
    JobKind.EMBED: 1000, JobKind.GENERATE: 100, JobKind.REWRITE: 200, JobKind.SCORE: 400,
    JobKind.ENTAIL: 400, JobKind.TOXICITY: 1000, JobKind.DETOX: 60, JobKind.DRAW: 20,
    JobKind.DESCRIBE: 40, JobKind.TRANSCRIBE: 30, JobKind.SPEAK: 60, JobKind.TRANSLATE: 100,
}  # fmt: skip
_PART_OF_A_CHAT: Final = 4
_ALWAYS_FOR_A_CHAT: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What decides who may join the line, and how fast a chat moves in it.

    Attributes:
        waiting: Jobs of a kind that may wait before a new one, where they differ from ``WAITING``.
        weights: Of chats that get more or less of the pool than others; 1 is usual.
    """

    waiting: Mapping[JobKind, int] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)

    def of_kind(self, kind: JobKind) -> int:
        """Jobs that may wait before a new one; behind more it is refused."""
        return self.waiting.get(kind, WAITING[kind])

    def of_chat(self, kind: JobKind) -> int:
        """Jobs of one chat among them: a flooding chat fills its own part, not the room."""
        return max(_ALWAYS_FOR_A_CHAT, self.of_kind(kind) // _PART_OF_A_CHAT)

    def weight(self, fair_share: str) -> float:
        """How much of the pool a chat gets, in parts of what others get."""
        return self.weights.get(fair_share, 1.0)
