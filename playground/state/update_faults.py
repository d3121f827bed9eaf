"""Trouble with updates on demand: lost, twice, late, in another order."""

from dataclasses import dataclass, field
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from playground.encoding import Json
from playground.refusals import SimError
from playground.state.chance import Chance

Mishap = Literal["lost", "duplicate", "late", "swapped"]
EVERY: Final = "*"


class UpdateFault(BaseModel):
    """What happens to the updates that match."""

    model_config = ConfigDict(extra="forbid")

    what: Mishap
    bot: int | None = None
    type: str = EVERY
    contains: str | None = None
    chance: float = Field(default=1.0, ge=0, le=1)
    delay_s: float = Field(default=0.0, ge=0, le=86_400)
    times: int | None = Field(default=None, ge=1)
    id: int = 0

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
class UpdateFaults:
    """The faults of updates that are set now, and the luck with which they strike."""

    chance: Chance = field(default_factory=Chance)
    _set: dict[int, UpdateFault] = field(default_factory=dict)
    _count: int = 0

    def add(self, fault: UpdateFault) -> UpdateFault:
        """Set a fault; gives it its id."""
        self._count += 1
        fault = fault.model_copy(update={"id": self._count})
        self._set[fault.id] = fault
        return fault

    def all(self) -> list[UpdateFault]:
        """What is set, oldest first."""
        return list(self._set.values())

    def clear(self) -> None:
        """Let every update arrive again."""
        self._set.clear()

    def remove(self, fault_id: int) -> None:
        """Take one back.

        Raises:
            SimError: It is not set (any more).
        """
        if self._set.pop(fault_id, None) is None:
            raise SimError(404, f"there is no fault of updates {fault_id}")

    def strike(self, bot: int, kind: str, content: Json) -> UpdateFault | None:
        """Take the first fault that matches an update and has luck; it counts one time."""
        for fault in self._set.values():
            if not fault.matches(bot, kind, content):
                continue
            if fault.chance < 1 and self.chance.fraction(f"fault {fault.id}") >= fault.chance:
                continue
            self._use(fault)
            return fault
        return None

    def _use(self, fault: UpdateFault) -> None:
        if fault.times is None:
            return
        if fault.times == 1:
            del self._set[fault.id]
        else:
            self._set[fault.id] = fault.model_copy(update={"times": fault.times - 1})
