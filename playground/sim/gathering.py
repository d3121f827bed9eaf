"""People move in, meet bots and found groups."""

from collections.abc import Collection
from dataclasses import dataclass

from aiogram.types import ChatMemberBanned, ChatMemberMember, Message, User

from playground.encoding import Json, encode, moment
from playground.life import membership, settings
from playground.life.post import member_changed
from playground.life.views import announce, chat_json
from playground.refusals import SimError
from playground.sim.asking import anybody
from playground.sim.talking import write
from playground.state.chats import Group
from playground.state.members import ChatKind
from playground.state.users import public
from playground.town import Town


def add_person(town: Town, first_name: str, **details: str | bool | None) -> User:
    """Let somebody move in."""
    known = {"last_name", "username", "language_code", "is_premium", "bio"}
    if unknown := set(details) - known:
        raise SimError(400, f"a person has no {', '.join(sorted(unknown))}")
    person = town.users.add_person(
        first_name,
        last_name=_text(details.get("last_name")),
        username=_text(details.get("username")),
        language_code=_text(details.get("language_code")),
        is_premium=bool(details.get("is_premium")),
    )
    if bio := _text(details.get("bio")):
        town.users.bios[person.id] = bio
    town.events.add("user", to=list(town.users.people), user=encode(person))
    return person


def _text(value: str | bool | None) -> str | None:  # noqa: FBT001 - a JSON value
    return value if isinstance(value, str) and value else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a new group is to be."""

    kind: ChatKind = "supergroup"
    username: str | None = None
    is_forum: bool = False
    join_by_request: bool = False
    linked: int | None = None


PLAIN = Plan()


def add_group(
    town: Town, title: str, creator: int, *, members: Collection[int] = (),
    admins: Collection[int] = (), plan: Plan = PLAIN,
) -> Group:  # fmt: skip
    """Found a group with its members; in a channel, bots are administrators.

    Raises:
        SimError: Somebody does not exist, or the plan does not fit.
    """
    owner = town.users.person(creator)
    others = [user_id for user_id in dict.fromkeys((*members, *admins)) if user_id != creator]
    everybody = {user_id: anybody(town, user_id) for user_id in others}
    linked = _check(town, plan)
    group = membership.found_group(town, title, owner, kind=plan.kind, username=plan.username)
    group.is_forum, group.join_by_request = plan.is_forum, plan.join_by_request
    way = membership.Way(is_founding=True) if plan.kind == "group" else membership.NO_WAY
    for user_id, user in everybody.items():
        if user_id in admins or (group.is_channel and user.is_bot):
            membership.add_admin(town, group, owner, user, way=way)
        else:
            membership.change_member(town, group, owner, user, membership.join, way=way)
    if plan.kind == "group":
        membership.service(town, group, owner, group_chat_created=True)
    if linked is not None:
        settings.link(town, *((group, linked) if group.is_channel else (linked, group)))
    return group


def _check(town: Town, plan: Plan) -> Group | None:
    if plan.kind == "group" and (plan.username or plan.is_forum or plan.join_by_request):
        raise SimError(400, "a basic group has no username, topics or join requests")
    if plan.kind == "channel" and plan.is_forum:
        raise SimError(400, "a channel has no topics")
    name = plan.username
    if name and (town.users.by_username(name) or town.chats.by_username(name)):
        raise SimError(400, f"the username @{name} is taken")
    if plan.linked is None:
        return None
    other = town.chats.group_for_person(plan.linked)
    if {other.type, plan.kind} != {"channel", "supergroup"}:
        raise SimError(400, "a channel and a supergroup can be linked")
    return other


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
