"""People bring others into groups, promote, mute and remove them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from aiogram.types import ChatPermissions, User

from playground.encoding import Json
from playground.life import membership
from playground.life.membership import Change
from playground.life.views import announce, chat_json
from playground.methods.members import tagged, titled
from playground.refusals import Refusal, SimError
from playground.sim import talking
from playground.sim.asking import anybody, inside, open_group, with_right
from playground.state.chats import Group
from playground.state.members import DEFAULT_PERMISSIONS, RIGHTS, Member, granted, rights_of, term
from playground.town import Town


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody is to become; None leaves it as it is."""

    status: str | None = None
    permissions: ChatPermissions | None = None
    rights: Collection[str] | None = None
    until: float | None = None
    title: str | None = None
    tag: str | None = None
    is_anonymous: bool | None = None


def add_member(town: Town, person: int, chat: int, user_id: int, payload: str = "") -> Json:
    """Bring somebody, a bot too, into a group; with a payload the bot is started there.

    Raises:
        SimError: The person may not, nobody has this id, or a bot cannot be there so.
    """
    group = open_group(town, chat)
    actor, user = with_right(town, person, group, "can_invite_users"), anybody(town, user_id)
    _may_come(group, actor, user)
    if not group.member(user, now=town.now()).is_present:
        if group.is_channel and user.is_bot:
            set_member(town, person, chat, user_id, Wish("administrator"))
        else:
            membership.change_member(town, group, actor, user, membership.join)
    if payload:
        talking.write(town, person, chat, f"/start@{user.username} {payload}")
    return chat_json(town, group.place, person)


def _may_come(group: Group, actor: User, user: User) -> None:
    member = group.members.get(user.id)
    banned = member is not None and member.status == "kicked"
    mine = group.members.get(actor.id)
    if banned and (mine is None or not mine.has_right("can_restrict_members")):
        raise SimError(403, "this user is banned from the group")


def remove_member(town: Town, person: int, chat: int, user_id: int) -> Json:
    """Take somebody out of a group for good; a basic group they may come back into."""
    return set_member(town, person, chat, user_id, Wish("kicked"))


def set_member(town: Town, person: int, chat: int, user_id: int, wish: Wish) -> Json:
    """Change somebody's status, rights, title or tag in a group.

    Raises:
        SimError: The person may not, or the status is unknown.
    """
    group, actor = open_group(town, chat), town.users.person(person)
    inside(town, group, actor)
    user = anybody(town, user_id)
    member = group.member(user, now=town.now())
    for change in _changes(town, group, actor, member, wish):
        membership.change_member(town, group, actor, user, change)
    return chat_json(town, group.place, person)


def _changes(town: Town, group: Group, actor: User, member: Member, wish: Wish) -> list[Change]:
    changes: list[Change] = []
    if wish.status is not None or wish.rights is not None:
        changes.append(_status(town, group, actor, member, wish))
    if wish.title is not None:
        _over(group, actor, member, "can_promote_members", allow_self=True)
        _is_ranked(group, member, wish)
        changes.append(_labelled(titled, wish.title))
    if wish.tag is not None:
        _may_tag(group, actor, member)
        changes.append(_labelled(tagged, wish.tag))
    if wish.is_anonymous is not None and wish.status is None and wish.rights is None:
        _over(group, actor, member, "can_promote_members", allow_self=True)
        _is_ranked(group, member, wish)
        changes.append(_hidden(wish.is_anonymous))
    return changes


def _is_ranked(group: Group, member: Member, wish: Wish) -> None:
    """Check that somebody is, or becomes, what has a title and may be anonymous.

    Raises:
        SimError: They are none.
    """
    becomes = wish.status == "administrator" or (wish.status is None and member.is_admin)
    if group.type != "supergroup" or not becomes:
        raise SimError(400, "only administrators of supergroups have titles or are anonymous")


def _labelled(make: Callable[[str], Change], text: str) -> Change:
    try:
        return make(text)
    except Refusal as refusal:
        raise SimError(400, "a title or tag has up to 16 characters and no emoji") from refusal


def _hidden(is_anonymous: bool) -> Change:  # noqa: FBT001 - the value itself
    def change(member: Member) -> None:
        member.is_anonymous = is_anonymous

    return change


def _may_tag(group: Group, actor: User, member: Member) -> None:
    mine = group.members[actor.id]
    own = actor.id == member.user.id and "can_edit_tag" in group.permissions
    if not own and not mine.has_right("can_manage_tags"):
        raise SimError(403, "this person lacks the right can_manage_tags")


def _over(
    group: Group, actor: User, member: Member, right: str, *, allow_self: bool = False
) -> None:
    """Check that somebody may change another: by right, and an administrator only from above.

    Raises:
        SimError: They may not.
    """
    mine = group.members[actor.id]
    if allow_self and actor.id == member.user.id and mine.status == "creator":
        return
    if member.status == "creator":
        raise SimError(403, "the owner cannot be changed")
    if actor.id == member.user.id:
        raise SimError(403, "nobody can change their own rights")
    if not mine.has_right(right):
        raise SimError(403, f"this person lacks the right {right}")
    if member.is_admin and not group.may_edit(actor.id, member):
        raise SimError(403, "this administrator was appointed by somebody else")


def _status(town: Town, group: Group, actor: User, member: Member, wish: Wish) -> Change:
    status = wish.status or "administrator"
    until = term(wish.until, town.now())
    if status == "administrator" or (status == "member" and member.is_admin):
        _over(group, actor, member, "can_promote_members")
        return membership.demote if status == "member" else _promoted(group, actor, wish)
    _over(group, actor, member, "can_restrict_members")
    match status:
        case "restricted":
            if group.type != "supergroup":
                raise SimError(400, "only a supergroup restricts single members")
            return membership.restrict(granted(wish.permissions or ChatPermissions()), until)
        case "kicked":
            is_basic = group.type == "group" and not member.user.is_bot
            return membership.leave if is_basic else membership.kick(until)
        case "member":
            return as_member
        case "left":
            return membership.unban
        case _:
            raise SimError(400, f'a member cannot be made "{status}"')


def _promoted(group: Group, actor: User, wish: Wish) -> Change:
    mine = group.members[actor.id]
    possible = frozenset(rights_of(group.type))
    if group.type == "group":
        return membership.promote(membership.usual_rights("group"), actor.id)
    own = possible if mine.status == "creator" else mine.rights
    asked = membership.usual_rights(group.type) & own
    if wish.rights is not None:
        asked = frozenset(wish.rights) & possible | {"can_manage_chat"}
        unknown = frozenset(wish.rights) - frozenset(RIGHTS)
        if unknown:
            raise SimError(400, f"there is no right {', '.join(sorted(unknown))}")
    if not asked <= own | {"can_manage_chat"}:
        missing = ", ".join(sorted(asked - own))
        raise SimError(403, f"this person cannot give rights that they lack: {missing}")
    return membership.promote(asked, actor.id, is_anonymous=bool(wish.is_anonymous))


def as_member(member: Member) -> None:
    """Take bans and restrictions back."""
    if member.status == "kicked":
        membership.unban(member)
    elif member.status == "restricted":
        membership.restrict(DEFAULT_PERMISSIONS, None)(member)


def send_as(town: Town, person: int, chat: int, channel: int | None) -> Json:
    """Write in a group in the name of one's own channel, or in one's own name again.

    Raises:
        SimError: It is no channel of this person.
    """
    group, user = open_group(town, chat), town.users.person(person)
    member = inside(town, group, user)
    if channel is not None:
        theirs = open_group(town, channel)
        owner = theirs.members.get(person)
        if not theirs.is_channel or owner is None or owner.status != "creator":
            raise SimError(403, "one can write only in the name of one's own channel")
    member.sends_as = channel
    announce(town, group.place, [person])
    return chat_json(town, group.place, person)
