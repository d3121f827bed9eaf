import pytest

from services.errors import NotAllowedError
from services.people.models import AccessMode, Person, Right, Role
from services.people.rights import may, require


def _person(role: Role) -> Person:
    return Person(user_id=1, role=role)


@pytest.mark.parametrize(
    ("role", "mode", "group_admitted", "allowed"),
    [
        (Role.GUEST, AccessMode.OPEN, False, True),
        (Role.GUEST, AccessMode.INVITE, False, False),
        (Role.GUEST, AccessMode.LIST, False, False),
        (Role.GUEST, AccessMode.LIST, True, True),
        (Role.MEMBER, AccessMode.LIST, False, True),
        (Role.OWNER, AccessMode.LIST, False, True),
    ],
)
def test_who_may_use_the_bot(
    role: Role, mode: AccessMode, *, group_admitted: bool, allowed: bool
) -> None:
    assert may(_person(role), Right.USE, mode=mode, group_admitted=group_admitted) is allowed


@pytest.mark.parametrize(
    ("right", "roles"),
    [(Right.ADMIT, {Role.ADMIN, Role.OWNER}), (Right.NAME_ADMINS, {Role.OWNER})],
)
def test_rights_that_only_a_role_gives(right: Right, roles: set[Role]) -> None:
    for role in Role:
        if role in roles:
            require(_person(role), right)
        else:
            with pytest.raises(NotAllowedError):
                require(_person(role), right)
