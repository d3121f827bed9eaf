from collections.abc import Mapping
from typing import Protocol

Exported = Mapping[str, object]
"""What ``/mydata`` hands over: built of str, int, float, bool, None, list and dict only."""


class PersonalData(Protocol):
    """A place that holds what a person said or chose; every such place implements this."""

    @property
    def name(self) -> str:
        """Short English name of the place, unique; the key in the export: ``requests``."""
        ...

    async def export(self, user_id: int) -> Exported:
        """Give all that is kept about the person, ready for JSON; empty when there is nothing."""
        ...

    async def erase(self, user_id: int) -> dict[str, int]:
        """Remove it for good; tell the number of rows (keys, files) by table (kind).

        Safe to repeat: a second call counts what was left, normally 0.
        """
        ...
