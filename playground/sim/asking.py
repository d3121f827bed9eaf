"""What people must be and have for what they do in groups."""

from aiogram.types import User

from playground.life.rights import may_do
from playground.refusals import SimError
from playground.state.chats import Group
from playground.state.members import Member
from playground.town import Town


def anybody(town: Town, user_id: int) -> User:
    """Find a person or a bot.

    Raises:
        SimError: There is nobody with this id.
    """
    user = town.users.find(user_id)
    if user is None:
        raise SimError(404, f"there is nobody with the id {user_id}")
    return user


def open_group(town: Town, chat: int) -> Group:
    """Find a group that has not become a supergroup.

    Raises:
        SimError: There is none, or it has.
    """
    group = town.chats.group_for_person(chat)
    if group.migrated_to is not None:
        raise SimError(400, f"the group has become the supergroup {group.migrated_to}")
    return group


def inside(town: Town, group: Group, user: User) -> Member:
    """Check that somebody is in a group.

    Raises:
        SimError: They are not.
    """
    member = group.member(user, now=town.now())
    if not member.is_present:
        raise SimError(403, "this person is not in the group")
    return member


def with_right(town: Town, person: int, group: Group, right: str) -> User:
    """Check that a person has a right in a group; some of them all members may have.

    Raises:
        SimError: They do not.
    """
    actor = town.users.person(person)
    if not may_do(group, inside(town, group, actor), right):
        raise SimError(403, f"this person lacks the right {right}")
    return actor


def as_admin(town: Town, person: int, group: Group, right: str) -> User:
    """Check that a person has a right as an administrator.

    Raises:
        SimError: They do not.
    """
    actor = town.users.person(person)
    if not inside(town, group, actor).has_right(right):
        raise SimError(403, f"this person lacks the right {right}")
    return actor
