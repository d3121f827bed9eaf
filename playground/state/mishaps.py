"""A numbered set of things that go wrong a number of times."""

from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, Field

from playground.refusals import SimError


class Mishap(BaseModel):
    """Something that strikes ``times`` times, or until it is taken back."""

    times: int | None = Field(default=None, ge=1)
    id: int = 0


M = TypeVar("M", bound=Mishap)


class Mishaps(Generic[M]):
    """What is set now; dataclasses that inherit from it declare the two fields for saving."""

    NAMED: ClassVar[str] = "fault"
    _set: dict[int, M]
    _count: int

    def add(self, mishap: M) -> M:
        """Set one; gives it its id."""
        self._count += 1
        mishap = mishap.model_copy(update={"id": self._count})
        self._set[mishap.id] = mishap
        return mishap

    def all(self) -> list[M]:
        """What is set, oldest first."""
        return list(self._set.values())

    def clear(self) -> None:
        """Let everything work again."""
        self._set.clear()

    def remove(self, mishap_id: int) -> None:
        """Take one back.

        Raises:
            SimError: It is not set (any more).
        """
        if self._set.pop(mishap_id, None) is None:
            raise SimError(404, f"there is no {self.NAMED} {mishap_id}")

    def use(self, mishap: M) -> None:
        """Count one time; the last time takes it away."""
        if mishap.times is None:
            return
        if mishap.times == 1:
            del self._set[mishap.id]
        else:
            self._set[mishap.id] = mishap.model_copy(update={"times": mishap.times - 1})
