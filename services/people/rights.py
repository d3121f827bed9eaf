"""The one place that says who may do what."""

from typing import Final

from services.errors import NotAllowedError
from services.people.models import AccessMode, Person, Right, Role

_RANK: Final = {role: rank for rank, role in enumerate(Role)}
_NEEDED: Final = {Right.ADMIT: Role.ADMIN, Right.NAME_ADMINS: Role.OWNER}


def may(person: Person, right: Right, *, mode: AccessMode, group_admitted: bool = False) -> bool:
    """Tell whether the person may do it in the present chat.

    Args:
        person: Who asks.
        right: What for.
        mode: How open the bot is.
        group_admitted: The chat is a group that was let in as a whole.
    """
    if right is Right.USE:
        admitted = _RANK[person.role] >= _RANK[Role.MEMBER]
        return admitted or group_admitted or mode is AccessMode.OPEN
    return _RANK[person.role] >= _RANK[_NEEDED[right]]


def require(person: Person, right: Right) -> None:
    """Refuse a right that only a role gives.

    Raises:
        NotAllowedError: The person's role does not give it.
    """
    if not may(person, right, mode=AccessMode.LIST):
        msg = f"role {person.role} does not give {right}"
        raise NotAllowedError(msg)
