"""Changes of who is in a group and what they may do there; bots and people use it alike."""

from collections.abc import Callable

from aiogram.types import Message, User

from playground.encoding import moment
from playground.post import member_changed, post
from playground.state.chats import Group
from playground.state.members import ADMIN_RIGHTS, DEFAULT_PERMISSIONS, RIGHTS, Member
from playground.state.users import public
from playground.town import Town
from playground.views import announce


def change_member(
    town: Town, group: Group, actor: User, user: User, change: Callable[[Member], None]
) -> None:
    """Apply a change to somebody's place in a group and tell who must know."""
    member = group.member(user, now=town.now())
    member.user = public(user)
    old = group.as_member(member)
    was_present = member.is_present
    change(member)
    group.members[user.id] = member
    new = group.as_member(member)
    if old == new:
        return
    people = {*town.people_at(group.place), user.id} & town.users.people.keys()
    member_changed(town, group.place, actor, old, new)
    if was_present != member.is_present:
        _service_message(town, group, actor, member)
    announce(town, group.place, sorted(people))


def _service_message(town: Town, group: Group, actor: User, member: Member) -> None:
    user = public(member.user)
    came = {"new_chat_members": [user]} if member.is_present else {"left_chat_member": user}
    message = Message(
        message_id=town.messages.next_id(group.place), from_user=public(actor),
        chat=group.as_chat(), date=moment(town.now()), **came,
    )  # fmt: skip
    post(town, group.place, message)


def join(member: Member) -> None:
    """Come in; a restriction stays."""
    member.is_in = True
    if member.status != "restricted":
        member.status, member.permissions, member.until = "member", DEFAULT_PERMISSIONS, None


def leave(member: Member) -> None:
    """Go out; a restriction stays."""
    member.is_in = False
    if member.status != "restricted":
        member.status, member.rights = "left", frozenset()


def kick(until: float | None) -> Callable[[Member], None]:
    """Remove, until then or for ever."""

    def change(member: Member) -> None:
        member.status, member.is_in, member.until = "kicked", False, until
        member.rights, member.promoted_by = frozenset(), None

    return change


def unban(member: Member) -> None:
    """Let somebody come back."""
    member.status, member.is_in, member.until = "left", False, None
    member.permissions = DEFAULT_PERMISSIONS


def restrict(permissions: frozenset[str], until: float | None) -> Callable[[Member], None]:
    """Take permissions away, until then or for ever; with all of them it is a plain member."""

    def change(member: Member) -> None:
        member.permissions, member.until = permissions, until
        member.rights, member.promoted_by = frozenset(), None
        if permissions >= DEFAULT_PERMISSIONS:
            member.status, member.until = ("member" if member.is_in else "left"), None
            member.permissions = DEFAULT_PERMISSIONS
        else:
            member.status = "restricted"

    return change


def promote(rights: frozenset[str], by: int) -> Callable[[Member], None]:
    """Make an administrator, or with no rights a plain member again."""

    def change(member: Member) -> None:
        member.rights = rights | {"can_manage_chat"} if rights else frozenset()
        member.status = "administrator" if rights else "member"
        member.promoted_by = by if rights else None
        member.is_in = True

    return change


def found_group(town: Town, title: str, creator: User) -> Group:
    """Make a group with its owner in it."""
    group = town.chats.add_group(title)
    owner = Member(public(creator), status="creator", rights=frozenset(RIGHTS))
    group.members[creator.id] = owner
    announce(town, group.place)
    return group


def add_admin(town: Town, group: Group, actor: User, user: User) -> None:
    """Add somebody as an administrator with the usual rights."""
    change_member(town, group, actor, user, join)
    change_member(town, group, actor, user, promote(ADMIN_RIGHTS, actor.id))
