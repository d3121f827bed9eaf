"""Whatever people do to each other in a group, its order holds."""

import contextlib
from dataclasses import dataclass, field

from aiogram.types import ChatMemberAdministrator, ChatPermissions, Update
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.refusals import SimError
from playground.sim import letting_in, membering
from playground.sim.gathering import Plan, add_group, add_person
from playground.sim.membering import Wish
from playground.state.chats import Group
from playground.state.members import DEFAULT_PERMISSIONS, ChatKind, Member, rights_of
from playground.town import Town

PEOPLE = 5
STATUSES = ("administrator", "member", "restricted", "kicked", "left")
RIGHTS = ("can_promote_members", "can_restrict_members", "can_pin_messages", "can_post_messages")


@dataclass(frozen=True)
class Deed:
    actor: int
    what: str
    whom: int
    rights: frozenset[str] = field(default_factory=frozenset)
    minutes: int | None = None


DEEDS = st.builds(
    Deed,
    actor=st.integers(0, PEOPLE - 1),
    what=st.sampled_from([*STATUSES, "join", "leave", "add", "anonymous"]),
    whom=st.integers(0, PEOPLE),
    rights=st.frozensets(st.sampled_from(RIGHTS)),
    minutes=st.none() | st.integers(1, 20),
)


class Clock:
    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at


def do(town: Town, group: Group, users: list[int], deed: Deed) -> None:
    actor, whom, chat = users[deed.actor], users[deed.whom], group.id
    until = town.now() + 60 * deed.minutes if deed.minutes else None
    match deed.what:
        case "join":
            letting_in.join(town, actor, chat)
        case "leave":
            letting_in.leave(town, actor, chat)
        case "add":
            membering.add_member(town, actor, chat, whom)
        case "anonymous":
            membering.set_member(town, actor, chat, whom, Wish(is_anonymous=True))
        case status if status in STATUSES:
            wish = Wish(status, ChatPermissions(), deed.rights, until)
            if status != "administrator":
                wish = Wish(status, ChatPermissions(), None, until)
            membering.set_member(town, actor, chat, whom, wish)


def check(town: Town, group: Group) -> None:
    members = list(group.members.values())
    assert [one.status for one in members].count("creator") == 1
    assert group.members[next(iter(group.members))].status == "creator", "nobody takes a group over"
    for one in members:
        one.settle(town.now())
        check_member(group, one)
        for other in members:
            both = group.may_edit(one.user.id, other) and group.may_edit(other.user.id, one)
            assert not both, "two people cannot both be above each other"
        assert not group.may_edit(one.user.id, one)


def check_member(group: Group, one: Member) -> None:
    shown = group.as_member(one, viewer=next(iter(group.members)))
    assert shown.status == one.status
    if not one.is_admin:
        assert (one.rights, one.promoted_by, one.title) == (frozenset(), None, None)
        assert not one.is_anonymous
    if isinstance(shown, ChatMemberAdministrator):
        assert one.rights <= frozenset(rights_of(group.type))
        assert shown.can_be_edited
    if one.status == "restricted":
        assert group.type == "supergroup"
        assert not one.permissions >= DEFAULT_PERMISSIONS
    if one.status in {"creator", "restricted"}:
        assert one.is_present == one.is_in
    else:
        assert one.is_present == (one.status in {"administrator", "member"})


@settings(max_examples=20, deadline=None)
@given(kind=st.sampled_from(["group", "supergroup", "channel"]), deeds=st.lists(DEEDS, max_size=25))
def test_the_order_of_a_group_holds(kind: ChatKind, deeds: list[Deed]) -> None:
    clock = Clock()
    town = Town(now=clock)
    bot = town.add_bot("Helper", "helper_bot")
    town.queues[bot.id].allow(["chat_member", "my_chat_member", "message", "channel_post"])
    people = [add_person(town, name).id for name in "ABCDE"]
    group = add_group(town, "Club", people[0], members=people[1:], admins=[bot.id], plan=Plan(kind))
    for deed in deeds:
        with contextlib.suppress(SimError):
            do(town, group, [*people, bot.id], deed)
        clock.at += 30
        check(town, group)
    for delivery in town.queues[bot.id].pending:
        Update.model_validate(delivery.update)
