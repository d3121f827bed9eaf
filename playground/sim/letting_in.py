"""People come by links, ask to come in, and let others in."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from aiogram.types import User

from playground.encoding import Json, encode, instant
from playground.life import joining, membership
from playground.life.group_view import link_json
from playground.life.rights import may_do
from playground.life.views import announce, chat_json
from playground.refusals import SimError
from playground.sim.asking import as_admin, inside, open_group
from playground.sim.gathering import start
from playground.state.chats import Group
from playground.state.invites import PREFIX, Invite, new_address
from playground.state.users import public
from playground.town import Town

INVITES: Final = joining.INVITES


def join(town: Town, person: int, chat: int, invite_link: str | None = None) -> Json:
    """Come into a group, by a link where one is given; or ask to, where that is needed.

    Raises:
        SimError: The person is banned there, or the link leads nowhere.
    """
    user, group = town.users.person(person), open_group(town, chat)
    invite = None
    if invite_link:
        group, invite = _leads(town, invite_link)
    _come(town, group, user, invite)
    return chat_json(town, group.place, person)


def _leads(town: Town, address: str) -> tuple[Group, Invite]:
    found = town.chats.by_invite(address)
    if found is None or not joining.is_usable(town, *found):
        raise SimError(404, "this invite link has expired")
    return found


def _come(town: Town, group: Group, user: User, invite: Invite | None) -> str:
    member = group.member(user, now=town.now())
    if member.status == "kicked":
        raise SimError(403, "this person is banned from the group")
    if member.is_present:
        return "opened"
    return "joined" if joining.come(town, group, user, invite) else "requested"


def leave(town: Town, person: int, chat: int) -> Json:
    """Go out of a group."""
    user, group = town.users.person(person), open_group(town, chat)
    inside(town, group, user)
    membership.change_member(town, group, user, user, membership.leave)
    return chat_json(town, group.place, person)


@dataclass(frozen=True, slots=True)
class LinkWish:
    """What a new link is like."""

    name: str | None = None
    expire_date: float | None = None
    member_limit: int | None = None
    creates_join_request: bool = False


def new_link(town: Town, person: int, chat: int, wish: LinkWish) -> Json:
    """Make a link into a group.

    Raises:
        SimError: The person may not, or the limits do not fit.
    """
    group = open_group(town, chat)
    actor = as_admin(town, person, group, INVITES)
    if wish.creates_join_request and wish.member_limit:
        raise SimError(400, "a link by which one asks has no limit of members")
    expires_at = instant(int(wish.expire_date), now=town.now()) if wish.expire_date else None
    if expires_at is not None and expires_at <= town.now():
        raise SimError(400, "the link would have expired already")
    invite = Invite(
        new_address(), public(actor), name=wish.name, expires_at=expires_at,
        member_limit=wish.member_limit, creates_join_request=wish.creates_join_request,
    )  # fmt: skip
    group.invite_links[invite.address] = invite
    announce(town, group.place)
    return link_json(group, invite)


def revoke_link(town: Town, person: int, chat: int, address: str) -> Json:
    """Make a link useless.

    Raises:
        SimError: The person may not, or there is none.
    """
    group = open_group(town, chat)
    as_admin(town, person, group, INVITES)
    invite = group.invite_links.get(address)
    if invite is None:
        raise SimError(404, "there is no such invite link")
    invite.is_revoked = True
    announce(town, group.place)
    return link_json(group, invite)


def decide(town: Town, person: int, chat: int, user_id: int, *, approve: bool) -> Json:
    """Let somebody in who asked, or do not.

    Raises:
        SimError: The person may not, or nobody asks.
    """
    group = open_group(town, chat)
    actor = as_admin(town, person, group, INVITES)
    request = group.join_requests.get(user_id)
    if request is None:
        raise SimError(404, "this person does not ask to come in")
    if approve:
        joining.admit(town, group, actor, request)
    else:
        joining.turn_away(town, group, request)
    return chat_json(town, group.place, person)


@dataclass(frozen=True, slots=True)
class Link:
    """A ``t.me`` address taken apart."""

    name: str = ""
    message_id: int | None = None
    parameters: dict[str, str] | None = None
    invite: str = ""
    group: int | None = None


def parsed_link(text: str) -> Link:
    """Take an address of Telegram apart: ``@name``, ``t.me/...`` or ``tg://resolve?...``.

    Raises:
        SimError: It is none.
    """
    given = text.strip()
    if re.fullmatch(r"@\w+", given):
        return Link(given[1:])
    if given.startswith("tg://resolve"):
        fields = _fields(given)
        return Link(fields.pop("domain", ""), None, fields)
    address = urlsplit(given if "://" in given else f"https://{given}")
    if address.hostname not in {"t.me", "telegram.me", "telegram.dog"}:
        raise SimError(400, f'"{given}" is no address of Telegram')
    return _by_path(address.path.strip("/"), _fields(given))


def _fields(address: str) -> dict[str, str]:
    query = parse_qs(urlsplit(address).query, keep_blank_values=True)
    return {name: values[-1] for name, values in query.items()}


def _by_path(path: str, fields: dict[str, str]) -> Link:
    if path.startswith("+"):
        return Link(invite=PREFIX + path[1:])
    if path.startswith("joinchat/"):
        return Link(invite=PREFIX + path.removeprefix("joinchat/"))
    if found := re.fullmatch(r"c/(\d+)(?:/\d+)?/(\d+)", path):
        return Link(group=int(f"-100{found[1]}"), message_id=int(found[2]))
    if found := re.fullmatch(r"(\w+)(?:/(?:\d+/)?(\d+))?", path):
        return Link(found[1], int(found[2]) if found[2] else None, fields)
    raise SimError(400, f'"{path}" leads nowhere')


def follow(town: Town, person: int, text: str) -> Json:
    """Do what happens when somebody follows a link of Telegram.

    Raises:
        SimError: It leads nowhere, or is closed to this person.
    """
    link, user = parsed_link(text), town.users.person(person)
    if link.invite:
        group, invite = _leads(town, link.invite)
        return {"chat": group.id, "did": _come(town, group, user, invite)}
    if link.group is not None:
        inside(town, open_group(town, link.group), user)
        return {"chat": link.group, "did": "opened", "message_id": link.message_id}
    found = town.chats.by_username(link.name)
    if found is not None:
        return {"chat": found.id, "did": "opened", "message_id": link.message_id}
    return _follow_to_bot(town, person, link)


def preview(town: Town, text: str) -> Json:
    """Tell what a link leads to before anybody follows it; ``chat`` is None where it is nothing."""
    try:
        return _led_to(town, parsed_link(text))
    except SimError:
        return {"chat": None}


def _led_to(town: Town, link: Link) -> Json:
    if link.invite:
        group, invite = _leads(town, link.invite)
        return _seen_from_outside(town, group) | {"by_request": invite.creates_join_request}
    found = town.chats.by_username(link.name) if link.name else None
    if found is not None:
        return _seen_from_outside(town, found) | {"by_request": found.join_by_request}
    bot = town.users.by_username(link.name) if link.name else None
    if bot is None or bot.id not in town.users.bots:
        raise SimError(404, "this leads to no chat that may be shown")
    about = {"chat": bot.id, "kind": "private", "title": bot.first_name, "username": bot.username}
    return about | {"member_count": 0, "by_request": False}


def _seen_from_outside(town: Town, group: Group) -> Json:
    return {
        "chat": group.id, "kind": "channel" if group.is_channel else "group",
        "title": group.title, "username": group.username,
        "member_count": len(list(group.present(town.now()))),
    }  # fmt: skip


def _follow_to_bot(town: Town, person: int, link: Link) -> Json:
    bot = town.users.by_username(link.name)
    if bot is None or bot.id not in town.users.bots:
        raise SimError(404, f"@{link.name} leads to no chat of this playground")
    fields = link.parameters or {}
    if "startgroup" in fields or "startchannel" in fields:
        kinds = {"channel"} if "startchannel" in fields else {"group", "supergroup"}
        return {
            "chat": None, "did": "choose_group", "bot": bot.id,
            "payload": fields.get("startgroup", ""), "groups": _open_to(town, person, kinds),
        }  # fmt: skip
    if "start" in fields:
        message = start(town, person, bot.id, fields["start"])
        return {"chat": bot.id, "did": "started", "message": encode(message)}
    return {"chat": bot.id, "did": "opened"}


def _open_to(town: Town, person: int, kinds: set[str]) -> list[int]:
    found = (group for group in town.chats.groups.values() if group.type in kinds)
    return [group.id for group in found if _may_invite(group, person)]


def _may_invite(group: Group, person: int) -> bool:
    member = group.members.get(person)
    if member is None or group.migrated_to is not None:
        return False
    return may_do(group, member, INVITES)
