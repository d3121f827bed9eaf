"""People change what a group is called and what is allowed in it; they pin; groups grow up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from aiogram.types import ChatPermissions, User

from playground.encoding import Json
from playground.life import migrating, pinning, settings
from playground.life.rights import may_do
from playground.life.views import announce, chat_json
from playground.refusals import SimError
from playground.sim.asking import as_admin, inside, open_group, with_right
from playground.state.chats import Group
from playground.state.members import granted
from playground.state.places import Place
from playground.town import Town

SLOW_MODES: Final = (0, 5, 10, 30, 60, 300, 900, 3600)
Setting = Callable[[Town, Group, User, Any], None]


def change_chat(town: Town, person: int, chat: int, wishes: Json) -> Json:
    """Change settings of a group: all that are named, or none.

    Raises:
        SimError: The person may not, or a value is unusable.
    """
    group, actor = open_group(town, chat), town.users.person(person)
    inside(town, group, actor)
    for name, value in wishes.items():
        _check(town, group, actor, name, value)
    for name, value in wishes.items():
        SETTINGS[name](town, group, actor, value)
    return chat_json(town, group.place, person)


def _check(town: Town, group: Group, actor: User, name: str, value: object) -> None:
    right = NEEDED.get(name, "can_change_info")
    mine = group.members[actor.id]
    may = mine.status == "creator" if right == "creator" else may_do(group, mine, right)
    if not may:
        raise SimError(403, f"this person lacks the right {right}")
    if name in ONLY_SUPERGROUP and group.type != "supergroup":
        raise SimError(400, f"only a supergroup has {name}")
    check = CHECKS.get(name)
    if check is not None:
        check(town, group, value)


def _check_slow(_town: Town, _group: Group, value: object) -> None:
    if value not in SLOW_MODES:
        raise SimError(400, f"slow mode is one of {', '.join(map(str, SLOW_MODES))} seconds")


def _check_name(town: Town, group: Group, value: object) -> None:
    name = str(value or "")
    if not name:
        return
    if group.type == "group":
        raise SimError(400, "a basic group has no username")
    taken = town.chats.by_username(name)
    if town.users.by_username(name) is not None or taken not in (None, group):
        raise SimError(400, f"the username @{name} is taken")


def _check_linked(town: Town, group: Group, value: object) -> None:
    if value is None:
        return
    other = town.chats.groups.get(int(str(value)))
    if other is None or {group.type, other.type} != {"channel", "supergroup"}:
        raise SimError(400, "a channel and a supergroup can be linked")


def _check_guard(_town: Town, group: Group, value: object) -> None:
    if value is None:
        return
    guard = group.members.get(int(str(value)))
    if guard is None or not guard.user.is_bot or not guard.has_right("can_invite_users"):
        raise SimError(400, "the guard is a bot that is an administrator with can_invite_users")


def _check_rights(_town: Town, group: Group, _value: object) -> None:
    if group.is_channel:
        raise SimError(400, "a channel has no permissions")


def _title(town: Town, group: Group, actor: User, value: str) -> None:
    if value != group.title:
        settings.rename(town, group, actor, value)


def _description(town: Town, group: Group, _actor: User, value: str) -> None:
    settings.describe(town, group, value)


def _permissions(town: Town, group: Group, _actor: User, value: ChatPermissions) -> None:
    settings.permit(town, group, granted(value, independent=True))


def _linked(town: Town, group: Group, _actor: User, value: int | None) -> None:
    other = town.chats.groups[value] if value is not None else None
    if group.is_channel or other is None:
        settings.link(town, group, other)
    else:
        settings.link(town, other, group)


def _plain(name: str) -> Setting:
    def change(town: Town, group: Group, _actor: User, value: object) -> None:
        setattr(group, name, value)
        announce(town, group.place)

    return change


def _username(town: Town, group: Group, _actor: User, value: str | None) -> None:
    group.username = value or None
    announce(town, group.place)


SETTINGS: Final[dict[str, Setting]] = {
    "title": _title, "description": _description, "username": _username,
    "permissions": _permissions, "linked": _linked, "slow_mode_s": _plain("slow_mode_s"),
    "is_forum": _plain("is_forum"), "join_by_request": _plain("join_by_request"),
    "protected": _plain("protected"), "signs_posts": _plain("signs_posts"),
    "guard_bot": _plain("guard_bot"),
}  # fmt: skip
NEEDED: Final = {
    "permissions": "can_restrict_members", "slow_mode_s": "can_restrict_members",
    "username": "creator", "protected": "creator", "linked": "can_change_info",
    "guard_bot": "creator",
}  # fmt: skip
ONLY_SUPERGROUP: Final = frozenset({"slow_mode_s", "is_forum", "join_by_request"})
CHECKS: Final = {
    "slow_mode_s": _check_slow, "username": _check_name, "linked": _check_linked,
    "guard_bot": _check_guard, "permissions": _check_rights,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pinning:
    """Who pins where."""

    place: Place
    user: User


def _pinning(town: Town, person: int, chat: int) -> Pinning:
    place, user = town.place_for_person(person, chat), town.users.person(person)
    if not place.is_private:
        group = open_group(town, chat)
        with_right(town, person, group, pinning.right_to_pin(group))
    return Pinning(place, user)


def pin(town: Town, person: int, chat: int, message_id: int | None) -> Json:
    """Pin a message, or take all pins away.

    Raises:
        SimError: The person may not, or the message is not there.
    """
    who = _pinning(town, person, chat)
    if message_id is None:
        town.chats.unpin(who.place)
        announce(town, who.place)
        return chat_json(town, who.place, person)
    message = town.messages.find(who.place, message_id)
    if message is None:
        raise SimError(404, f"there is no message {message_id} in this chat")
    pinning.pin(town, who.place, who.user, message)
    return chat_json(town, who.place, person)


def unpin(town: Town, person: int, chat: int, message_id: int) -> Json:
    """Take one pin away.

    Raises:
        SimError: The person may not, or the message is not pinned.
    """
    who = _pinning(town, person, chat)
    if message_id not in town.chats.pins.get(who.place, ()):
        raise SimError(404, f"message {message_id} is not pinned")
    town.chats.unpin(who.place, message_id)
    announce(town, who.place)
    return chat_json(town, who.place, person)


def migrate(town: Town, person: int, chat: int) -> Json:
    """Make a supergroup of a basic group.

    Raises:
        SimError: The person is not its owner, or it is none.
    """
    group = open_group(town, chat)
    if group.type != "group":
        raise SimError(400, "only a basic group can become a supergroup")
    actor = as_admin(town, person, group, "can_promote_members")
    grown = migrating.migrate(town, group, actor)
    return chat_json(town, grown.place, person)
