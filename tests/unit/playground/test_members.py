import pytest
from aiogram.types import ChatMemberBanned, ChatMemberMember, ChatPermissions, User

from playground.life.membership import join, kick, leave, promote, restrict, unban
from playground.state.members import DEFAULT_PERMISSIONS, Member, granted, term

NOW = 1_000_000.0


@pytest.fixture
def member() -> Member:
    return Member(User(id=1, is_bot=False, first_name="A"))


def test_a_ban_ends_when_its_time_has_come(member: Member) -> None:
    kick(NOW + 60)(member)
    member.settle(NOW + 59)
    assert isinstance(member.as_type(), ChatMemberBanned)
    member.settle(NOW + 60)
    assert (member.status, member.is_present) == ("left", False)
    join(member)
    assert isinstance(member.as_type(), ChatMemberMember)


def test_a_restriction_survives_leaving_and_ends_in_its_time(member: Member) -> None:
    restrict(frozenset(), NOW + 60)(member)
    leave(member)
    assert not member.is_present
    join(member)
    assert (member.status, member.is_present) == ("restricted", True)
    member.settle(NOW + 60)
    assert (member.status, member.permissions) == ("member", DEFAULT_PERMISSIONS)


def test_all_permissions_make_a_plain_member_again(member: Member) -> None:
    restrict(frozenset(), None)(member)
    restrict(DEFAULT_PERMISSIONS, None)(member)
    assert member.status == "member"
    kick(None)(member)
    unban(member)
    assert member.status == "left"


def test_rights_come_and_go(member: Member) -> None:
    promote(frozenset({"can_pin_messages"}), by=9)(member)
    assert member.has_right("can_pin_messages")
    assert not member.has_right("can_restrict_members")
    assert member.promoted_by == 9
    promote(frozenset(), by=9)(member)
    assert member.status == "member"


def test_terms_outside_telegrams_range_mean_for_ever() -> None:
    assert term(NOW + 29, NOW) is None
    assert term(NOW + 367 * 86_400, NOW) is None
    assert term(NOW + 3_600, NOW) == NOW + 3_600
    assert term(None, NOW) is None


def test_some_permissions_imply_others_unless_independent() -> None:
    other = ChatPermissions(can_send_other_messages=True)
    assert {"can_send_messages", "can_send_photos"} <= granted(other)
    assert granted(other, independent=True) == {"can_send_other_messages"}
