"""Trouble with updates on demand: lost, twice, late, in another order."""

from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from pydantic import ConfigDict, Field

from playground.encoding import Json
from playground.state.chance import Chance
from playground.state.mishaps import Mishap, Mishaps

What = Literal["lost", "duplicate", "late", "swapped"]
EVERY: Final = "*"


class UpdateFault(Mishap):
    """What happens to the updates that match."""

    model_config = ConfigDict(extra="forbid")

    what: What
    bot: int | None = None
    type: str = EVERY
    contains: str | None = None
    chance: float = Field(default=1.0, ge=0, le=1)
    delay_s: float = Field(default=0.0, ge=0, le=86_400)

    def matches(self, bot: int, kind: str, content: object) -> bool:
        """Whether this update may meet it."""
        return (
            self.bot in (None, bot)
            and self.type in (EVERY, kind)
            and (self.contains is None or mentions(content, self.contains))
        )


def mentions(value: object, text: str) -> bool:
    """Whether a text occurs anywhere in some JSON."""
    if isinstance(value, dict):
        return any(mentions(item, text) for item in value.values())
    if isinstance(value, list):
        return any(mentions(item, text) for item in value)
    return text in str(value)


@dataclass(slots=True)
class UpdateFaults(Mishaps[UpdateFault]):
    """The faults of updates that are set now, and the luck with which they strike."""

    NAMED: ClassVar[str] = "fault of updates"
    chance: Chance = field(default_factory=Chance)
    _set: dict[int, UpdateFault] = field(default_factory=dict)
    _count: int = 0

    def strike(self, bot: int, kind: str, content: Json) -> UpdateFault | None:
        """Take the first fault that matches an update and has luck; it counts one time."""
        for fault in self._set.values():
            if not fault.matches(bot, kind, content):
                continue
            if fault.chance < 1 and self.chance.fraction(f"fault {fault.id}") >= fault.chance:
                continue
            self.use(fault)
            return fault
        return None
