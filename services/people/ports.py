from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from services.people.models import AccessMode, Person, Role

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


class PeopleStore(Protocol):
    """People with their choices and roles."""

    async def find(self, user_id: int) -> Person | None:
        """Read a person; None when nothing is kept about them."""
        ...

    async def put(self, person: Person) -> None:
        """Create the person or replace all that is kept, except ``first_seen``."""
        ...

    async def with_roles(self, roles: Sequence[Role]) -> list[Person]:
        """List people of these roles, longest known first."""
        ...

    async def remove(self, user_id: int) -> int:
        """Erase the person; tell how many rows went (0 or 1)."""
        ...


class AccessStore(Protocol):
    """How open the bot is, admitted groups, secret links."""

    async def mode(self) -> AccessMode | None:
        """Read the mode; None until someone has chosen."""
        ...

    async def set_mode(self, mode: AccessMode) -> None:
        """Choose the mode."""
        ...

    async def group_ids(self) -> list[int]:
        """List admitted groups, oldest first."""
        ...

    async def admit_group(self, chat_id: int, at: datetime) -> None:
        """Admit a group; nothing changes when it is already."""
        ...

    async def remove_group(self, chat_id: int) -> None:
        """Take a group's admission back."""
        ...

    async def renew_secret(self, kind: str, secret_hash: str, at: datetime) -> None:
        """Make this the only valid secret of its kind."""
        ...

    async def knows_secret(self, kind: str, secret_hash: str) -> bool:
        """Tell whether the secret is valid."""
        ...

    async def spend_secret(self, kind: str, secret_hash: str) -> bool:
        """Make the secret invalid; True for exactly one caller of a valid secret."""
        ...
