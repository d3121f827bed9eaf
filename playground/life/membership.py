"""Changes of who is in a group and what they may do there; bots and people use it alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiogram.types import Message, User

from playground.encoding import encode, moment
from playground.life.authors import acting
from playground.life.post import member_changed, post
from playground.life.views import announce
from playground.state.chats import Group
from playground.state.invites import Invite
from playground.state.members import (
    ADMIN_RIGHTS,
    BASIC_ADMIN_RIGHTS,
    DEFAULT_PERMISSIONS,
    RIGHTS,
    AnyChatMember,
    ChatKind,
    Member,
    rights_of,
)
from playground.state.users import public
from playground.town import Town

Change = Callable[[Member], None]


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody came: by which link, whether they had to ask, or were there from the start."""

    invite: Invite | None = None
    via_request: bool = False
    is_founding: bool = False


NO_WAY = Way()


def change_member(
    town: Town, group: Group, actor: User, user: User, change: Change, *, way: Way = NO_WAY
) -> None:
    """Apply a change to somebody's place in a group and tell who must know."""
    member = group.member(user, now=town.now())
    member.user = public(user)
    was_present = member.is_present
    watchers = _watchers(town, group, user)
    old = _seen(group, member, watchers)
    doer = acting(town, group.place, actor).get("from_user", public(actor))
    change(member)
    group.members[user.id] = member
    new = _seen(group, member, watchers)
    if old[0] == new[0] and was_present == member.is_present:
        return
    people = {*town.people_at(group.place), user.id} & town.users.people.keys()
    changes = {bot: (old[bot], new[bot]) for bot in watchers if old[bot] != new[bot]}
    member_changed(town, group.place, doer, changes, invite=way.invite, via_request=way.via_request)
    if member.is_present:
        group.join_requests.pop(user.id, None)
    if was_present != member.is_present and not way.is_founding:
        _came_or_went(town, group, actor if way is NO_WAY else user, member)
    announce(town, group.place, sorted(people))


def _watchers(town: Town, group: Group, user: User) -> list[int]:
    """Bots that hear of a change: those who are administrators, and the one that it is about."""
    admins = [bot.id for bot in town.bots_at(group.place) if group.members[bot.id].is_admin]
    own = [user.id] if user.id in town.users.bots else []
    return [*own, *(bot for bot in admins if bot != user.id)]


def _seen(group: Group, member: Member, watchers: list[int]) -> dict[int, AnyChatMember]:
    """Give somebody's place as each bot sees it, and under 0 as nobody in particular does."""
    return {0: group.as_member(member)} | {
        bot: group.as_member(member, viewer=bot) for bot in watchers
    }


def _came_or_went(town: Town, group: Group, actor: User, member: Member) -> None:
    if not member.is_present:
        member.invite_link = None
    if group.is_channel:
        return
    user = public(member.user)
    came = {"new_chat_members": [user]} if member.is_present else {"left_chat_member": user}
    message = service(town, group, actor, **came)
    if user.id in town.users.bots and not member.is_present:
        town.queues[user.id].put("message", encode(message))


def service(town: Town, group: Group, actor: User, **event: Any) -> Message:  # noqa: ANN401
    """Post a message that tells what somebody did."""
    message = Message(
        message_id=town.messages.next_id(group.place), chat=group.as_chat(),
        date=moment(town.now()), **acting(town, group.place, actor), **event,
    )  # fmt: skip
    return post(town, group.place, message, author=actor.id)


def join(member: Member) -> None:
    """Come in; a restriction stays."""
    member.is_in = True
    if member.status in {"left", "kicked"}:
        member.status, member.permissions, member.until = "member", DEFAULT_PERMISSIONS, None


def by_link(invite: Invite) -> Change:
    """Come in by a link."""

    def change(member: Member) -> None:
        join(member)
        member.invite_link = invite.address

    return change


def leave(member: Member) -> None:
    """Go out; a restriction stays, and an owner remains the owner."""
    member.is_in = False
    if member.status == "creator":
        return
    if member.status != "restricted":
        member.status = "left"
    _strip(member)


def _strip(member: Member) -> None:
    """Take away what only administrators have."""
    member.rights, member.promoted_by, member.title = frozenset(), None, None
    member.is_anonymous = False


def kick(until: float | None) -> Change:
    """Remove, until then or for ever."""

    def change(member: Member) -> None:
        member.status, member.is_in, member.until = "kicked", False, until
        member.tag = None
        _strip(member)

    return change


def unban(member: Member) -> None:
    """Let somebody come back; who is in is out."""
    member.status, member.is_in, member.until = "left", False, None
    member.permissions = DEFAULT_PERMISSIONS
    _strip(member)


def restrict(permissions: frozenset[str], until: float | None) -> Change:
    """Take permissions away, until then or for ever; with all of them it is a plain member."""

    def change(member: Member) -> None:
        member.permissions, member.until = permissions, until
        if member.status in {"kicked", "left"}:
            member.is_in = False
        _strip(member)
        if permissions >= DEFAULT_PERMISSIONS:
            member.status, member.until = ("member" if member.is_in else "left"), None
            member.permissions = DEFAULT_PERMISSIONS
        else:
            member.status = "restricted"

    return change


def promote(rights: frozenset[str], by: int, *, is_anonymous: bool = False) -> Change:
    """Make an administrator, or with no rights a plain member again.

    Who is one already keeps their title, and whoever promoted them first.
    """

    def change(member: Member) -> None:
        if not rights and not is_anonymous:
            demote(member)
            return
        first = member.promoted_by if member.status == "administrator" else None
        member.rights = rights | {"can_manage_chat"}
        member.status, member.is_in = "administrator", True
        member.promoted_by, member.is_anonymous = first or by, is_anonymous
        member.permissions, member.until = DEFAULT_PERMISSIONS, None

    return change


def demote(member: Member) -> None:
    """Make a plain member of an administrator; who is none stays what they are."""
    if member.status == "administrator":
        member.status = "member"
    _strip(member)


def usual_rights(kind: ChatKind) -> frozenset[str]:
    """Name what an administrator may do when nobody says what."""
    if kind == "group":
        return BASIC_ADMIN_RIGHTS
    return ADMIN_RIGHTS & frozenset(rights_of(kind))


def found_group(
    town: Town, title: str, creator: User, *, kind: ChatKind = "supergroup",
    username: str | None = None,
) -> Group:  # fmt: skip
    """Make a group with its owner in it."""
    group = town.chats.add_group(title, username=username, kind=kind)
    owner = Member(public(creator), status="creator", rights=frozenset(RIGHTS))
    group.members[creator.id] = owner
    announce(town, group.place)
    return group


def add_admin(town: Town, group: Group, actor: User, user: User, *, way: Way = NO_WAY) -> None:
    """Add somebody as an administrator with the usual rights."""
    if not group.is_channel:
        change_member(town, group, actor, user, join, way=way)
    rights = usual_rights(group.type)
    change_member(town, group, actor, user, promote(rights, actor.id), way=way)
