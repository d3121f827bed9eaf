"""Links into groups."""

from datetime import datetime, timedelta
from typing import Final

from aiogram import methods
from aiogram.types import ChatInviteLink

from playground.encoding import instant
from playground.life.group_view import pending
from playground.life.views import announce
from playground.methods.groups import demand, group_of
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.chats import Group
from playground.state.invites import Invite, new_address
from playground.state.users import public

area = Area()
NO_RIGHT: Final = "not enough rights to manage chat invite link"
PRIVATE: Final = "can't invite members to a private chat"
LONGEST_NAME: Final = 32
MOST_MEMBERS: Final = 99_999
MONTH_S: Final = 2_592_000
MOST_STARS: Final = 10_000


def _group(caller: Caller, chat_id: int | str) -> Group:
    group = group_of(caller, chat_id, private=PRIVATE)
    demand(caller, group, "can_invite_users", NO_RIGHT)
    return group


def _given(caller: Caller, group: Group, invite: Invite) -> ChatInviteLink:
    """Keep a link, show it to people who manage links, and give it."""
    group.invite_links[invite.address] = invite
    announce(caller.town, group.place)
    return invite.as_type(pending=pending(group, invite))


def _own(caller: Caller, group: Group, address: str) -> Invite:
    """Find a link of the bot.

    Raises:
        Refusal: There is none; of others' links a bot knows only half.
    """
    if not address:
        raise bad_request("invite link must be non-empty")
    invite = group.invite_links.get(address)
    if invite is None or invite.creator.id != caller.bot.id:
        raise bad_request("INVITE_HASH_EXPIRED")
    return invite


def _set(
    caller: Caller, invite: Invite,
    call: methods.CreateChatInviteLink | methods.EditChatInviteLink,
) -> None:  # fmt: skip
    """Set all that a call says about a link; what it does not say goes.

    Raises:
        Refusal: A limit beside join requests, or a time that has passed.
    """
    expires_at = instant(call.expire_date, now=caller.town.now())
    if expires_at is not None and expires_at <= caller.town.now():
        raise bad_request("EXPIRE_DATE_INVALID")
    if (call.member_limit or 0) > MOST_MEMBERS:
        raise bad_request("USAGE_LIMIT_INVALID")
    invite.name = (call.name or "").strip()[:LONGEST_NAME] or None
    invite.expires_at, invite.member_limit = expires_at, call.member_limit or None
    invite.creates_join_request = bool(call.creates_join_request)


def _check_limit(call: methods.CreateChatInviteLink | methods.EditChatInviteLink) -> None:
    if call.creates_join_request and (call.member_limit or 0) > 0:
        raise bad_request(
            "member limit can't be specified for links requiring administrator approval"
        )


@area.answers_to(methods.CreateChatInviteLink)
def create_chat_invite_link(caller: Caller, call: methods.CreateChatInviteLink) -> ChatInviteLink:
    """Make a link into a group."""
    _check_limit(call)
    group = _group(caller, call.chat_id)
    invite = Invite(new_address(), public(caller.bot.user))
    _set(caller, invite, call)
    return _given(caller, group, invite)


@area.answers_to(methods.EditChatInviteLink)
def edit_chat_invite_link(caller: Caller, call: methods.EditChatInviteLink) -> ChatInviteLink:
    """Change a link of the bot."""
    group = _group(caller, call.chat_id)
    _check_limit(call)
    invite = _own(caller, group, call.invite_link)
    if invite.is_primary:
        raise bad_request("CHAT_INVITE_PERMANENT")
    if invite.is_revoked:
        raise bad_request("INVITE_HASH_EXPIRED")
    _set(caller, invite, call)
    return _given(caller, group, invite)


@area.answers_to(methods.ExportChatInviteLink)
def export_chat_invite_link(caller: Caller, call: methods.ExportChatInviteLink) -> str:
    """Make the bot's main link anew; the one before it is revoked."""
    group = _group(caller, call.chat_id)
    for invite in group.invite_links.values():
        if invite.is_primary and invite.creator.id == caller.bot.id:
            invite.is_revoked = True
    fresh = Invite(new_address(), public(caller.bot.user), is_primary=True)
    return _given(caller, group, fresh).invite_link


@area.answers_to(methods.RevokeChatInviteLink)
def revoke_chat_invite_link(caller: Caller, call: methods.RevokeChatInviteLink) -> ChatInviteLink:
    """Make a link useless; in place of the main one there is a new one."""
    group = _group(caller, call.chat_id)
    invite = _own(caller, group, call.invite_link)
    if invite.is_primary and not invite.is_revoked:
        fresh = Invite(new_address(), public(caller.bot.user), is_primary=True)
        group.invite_links[fresh.address] = fresh
    invite.is_revoked = True
    return _given(caller, group, invite)


@area.answers_to(methods.CreateChatSubscriptionInviteLink)
def create_subscription_link(
    caller: Caller, call: methods.CreateChatSubscriptionInviteLink
) -> ChatInviteLink:
    """Make a link into a channel for which people pay."""
    if (
        _seconds(call.subscription_period) != MONTH_S
        or not 1 <= call.subscription_price <= MOST_STARS
    ):
        raise bad_request("invalid subscription pricing specified")
    group = _group(caller, call.chat_id)
    if not group.is_channel:
        raise bad_request("PRICING_CHAT_INVALID")
    invite = Invite(
        new_address(), public(caller.bot.user), name=_name(call.name),
        subscription_period=MONTH_S, subscription_price=call.subscription_price,
    )  # fmt: skip
    return _given(caller, group, invite)


@area.answers_to(methods.EditChatSubscriptionInviteLink)
def edit_subscription_link(
    caller: Caller, call: methods.EditChatSubscriptionInviteLink
) -> ChatInviteLink:
    """Give a link for which people pay another name."""
    group = _group(caller, call.chat_id)
    invite = _own(caller, group, call.invite_link)
    if invite.is_revoked or invite.subscription_price is None:
        raise bad_request("INVITE_HASH_EXPIRED")
    invite.name = _name(call.name)
    return _given(caller, group, invite)


def _seconds(period: datetime | timedelta | int) -> int:
    """Read a number of seconds, whichever of the types of an instant it was taken for."""
    if isinstance(period, datetime):
        return int(period.timestamp())
    return int(period.total_seconds()) if isinstance(period, timedelta) else period


def _name(given: str | None) -> str | None:
    return (given or "").strip()[:LONGEST_NAME] or None
