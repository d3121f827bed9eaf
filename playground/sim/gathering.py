"""People move in, meet bots, found groups, come and go."""

from collections.abc import Collection

from aiogram.types import ChatMemberBanned, ChatMemberMember, ChatPermissions, Message, User

from playground import membership
from playground.encoding import Json, encode, moment
from playground.post import member_changed
from playground.refusals import SimError
from playground.sim.talking import write
from playground.state.chats import Group
from playground.state.members import ADMIN_RIGHTS, RIGHTS, Member, granted, term
from playground.state.users import public
from playground.town import Town
from playground.views import announce, chat_json


def add_person(town: Town, first_name: str, **details: str | bool | None) -> User:
    """Let somebody move in."""
    known = {"last_name", "username", "language_code", "is_premium"}
    if unknown := set(details) - known:
        raise SimError(400, f"a person has no {', '.join(sorted(unknown))}")
    person = town.users.add_person(
        first_name,
        last_name=_text(details.get("last_name")),
        username=_text(details.get("username")),
        language_code=_text(details.get("language_code")),
        is_premium=bool(details.get("is_premium")),
    )
    town.events.add("user", to=list(town.users.people), user=encode(person))
    return person


def _text(value: str | bool | None) -> str | None:  # noqa: FBT001 - a JSON value
    return value if isinstance(value, str) and value else None


def add_group(
    town: Town, title: str, creator: int, members: Collection[int] = (),
    admins: Collection[int] = (),
) -> Group:  # fmt: skip
    """Found a group with its members.

    Raises:
        SimError: Somebody does not exist.
    """
    owner = town.users.person(creator)
    everybody = {user_id: _anybody(town, user_id) for user_id in (*members, *admins)}
    group = membership.found_group(town, title, owner)
    for user_id, user in everybody.items():
        if user_id in admins:
            membership.add_admin(town, group, owner, user)
        elif user_id != creator:
            membership.change_member(town, group, owner, user, membership.join)
    return group


def _anybody(town: Town, user_id: int) -> User:
    user = town.users.find(user_id)
    if user is None:
        raise SimError(404, f"there is nobody with the id {user_id}")
    return user


def start(town: Town, person: int, chat: int, payload: str = "") -> Message:
    """Open a bot by its button or a deep link."""
    if chat not in town.users.bots:
        raise SimError(400, "only a bot can be started")
    set_blocked(town, person, chat, blocked=False)
    return write(town, person, chat, f"/start {payload}".strip())


def set_blocked(town: Town, person: int, chat: int, *, blocked: bool) -> Json:
    """Block a bot or let it write again; the bot hears of it."""
    user = town.users.person(person)
    place = town.place_for_person(person, chat)
    if not place.is_private:
        raise SimError(400, "only a bot can be blocked")
    state = town.chats.private(place)
    if state.blocked != blocked:
        state.blocked = blocked
        bot = public(town.users.bots[chat].user)
        free, banned = ChatMemberMember(user=bot), ChatMemberBanned(user=bot, until_date=moment(0))
        old, new = (free, banned) if blocked else (banned, free)
        member_changed(town, place, public(user), {chat: (old, new)})
        announce(town, place)
    return chat_json(town, place, person)


def join(town: Town, person: int, chat: int) -> Json:
    """Come into a group.

    Raises:
        SimError: The person is banned there.
    """
    user, group = town.users.person(person), town.chats.group_for_person(chat)
    if group.member(user, now=town.now()).status == "kicked":
        raise SimError(403, "this person is banned from the group")
    membership.change_member(town, group, user, user, membership.join)
    return chat_json(town, group.place, person)


def leave(town: Town, person: int, chat: int) -> Json:
    """Go out of a group."""
    user, group = town.users.person(person), town.chats.group_for_person(chat)
    _inside(town, group, user)
    membership.change_member(town, group, user, user, membership.leave)
    return chat_json(town, group.place, person)


def _inside(town: Town, group: Group, user: User) -> Member:
    member = group.member(user, now=town.now())
    if not member.is_present:
        raise SimError(403, "this person is not in the group")
    return member


def _with_right(town: Town, person: int, group: Group, right: str) -> User:
    actor = town.users.person(person)
    member = _inside(town, group, actor)
    may_invite = right == "can_invite_users" and right in group.permissions
    if not member.has_right(right) and not may_invite:
        raise SimError(403, f"this person lacks the right {right}")
    return actor


def add_member(town: Town, person: int, chat: int, user_id: int) -> Json:
    """Bring somebody, a bot too, into a group.

    Raises:
        SimError: The person may not, or nobody has this id.
    """
    group = town.chats.group_for_person(chat)
    actor = _with_right(town, person, group, "can_invite_users")
    membership.change_member(town, group, actor, _anybody(town, user_id), membership.join)
    return chat_json(town, group.place, person)


def remove_member(town: Town, person: int, chat: int, user_id: int) -> Json:
    """Take somebody out of a group for good."""
    return set_member(town, person, chat, user_id, "kicked")


def set_member(
    town: Town, person: int, chat: int, user_id: int, status: str, *,
    permissions: ChatPermissions | None = None, rights: Collection[str] | None = None,
    until: float | None = None,
) -> Json:  # fmt: skip
    """Change somebody's status in a group.

    Raises:
        SimError: The person may not, or the status is unknown.
    """
    group = town.chats.group_for_person(chat)
    needed = "can_promote_members" if status == "administrator" else "can_restrict_members"
    actor, user = _with_right(town, person, group, needed), _anybody(town, user_id)
    if group.member(user, now=town.now()).status == "creator":
        raise SimError(403, "the owner cannot be changed")
    until = term(until, town.now())
    match status:
        case "administrator":
            chosen = ADMIN_RIGHTS if rights is None else frozenset(rights) & frozenset(RIGHTS)
            change = membership.promote(chosen, person)
        case "restricted":
            change = membership.restrict(granted(permissions or ChatPermissions()), until)
        case "kicked":
            change = membership.kick(until)
        case "member":
            change = _as_member
        case _:
            raise SimError(400, f'a member cannot be made "{status}"')
    membership.change_member(town, group, actor, user, change)
    return chat_json(town, group.place, person)


def _as_member(member: Member) -> None:
    if member.status == "kicked":
        membership.unban(member)
        return
    member.status, member.rights, member.promoted_by = "member", frozenset(), None


def pin(town: Town, person: int, chat: int, message_id: int | None) -> Json:
    """Pin a message, or unpin.

    Raises:
        SimError: The person may not, or the message is not there.
    """
    place = town.place_for_person(person, chat)
    if not place.is_private:
        _with_right(town, person, town.group_at(place), "can_pin_messages")
    if message_id is None:
        town.chats.unpin(place)
    elif town.messages.find(place, message_id) is None:
        raise SimError(404, f"there is no message {message_id} in this chat")
    else:
        town.chats.pins.setdefault(place, []).append(message_id)
    announce(town, place)
    return chat_json(town, place, person)
