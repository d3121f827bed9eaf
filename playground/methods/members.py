"""Who is in a group and what they may do there."""

from aiogram import methods

from playground.encoding import instant
from playground.life import membership
from playground.life.views import announce
from playground.methods.groups import (
    NO_BASIC_GROUPS,
    NO_RIGHT_TO_RESTRICT,
    ONLY_GROUPS,
    ONLY_SUPERGROUPS,
    demand,
    group_of,
    member_of,
    own_place,
)
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.chats import Group
from playground.state.members import Member, granted, rights_of, term

area = Area()
LONGEST_TITLE = 16
EMOJI_FROM = 0x2190


def _target(caller: Caller, group: Group, user_id: int) -> Member:
    """Somebody whom a bot restricts.

    Raises:
        Refusal: It is the owner or the bot itself, the bot lacks the right, or it is an
            administrator that the bot did not appoint.
    """
    member = member_of(caller, group, user_id)
    if member.status == "creator":
        raise bad_request("can't remove chat owner")
    if user_id == caller.bot.id:
        raise bad_request("can't restrict self")
    demand(caller, group, "can_restrict_members", NO_RIGHT_TO_RESTRICT)
    if member.is_admin and not group.may_edit(caller.bot.id, member):
        raise bad_request("user is an administrator of the chat")
    return member


@area.answers_to(methods.BanChatMember)
def ban_chat_member(caller: Caller, call: methods.BanChatMember) -> bool:
    """Remove somebody, for a time or for good; from a basic group they may return."""
    town = caller.town
    group = group_of(caller, call.chat_id, private="can't ban members in private chats")
    if group.type == "group":
        return _remove(caller, group, call.user_id)
    until = term(instant(call.until_date, now=town.now()), town.now())
    member = _target(caller, group, call.user_id)
    group.join_requests.pop(call.user_id, None)
    membership.change_member(town, group, caller.bot.user, member.user, membership.kick(until))
    return True


def _remove(caller: Caller, group: Group, user_id: int) -> bool:
    member = member_of(caller, group, user_id)
    demand(caller, group, "can_restrict_members", "CHAT_ADMIN_REQUIRED")
    if member.is_admin:
        raise bad_request("CHAT_ADMIN_REQUIRED")
    if not member.is_present:
        raise bad_request("USER_NOT_PARTICIPANT")
    membership.change_member(caller.town, group, caller.bot.user, member.user, membership.leave)
    return True


@area.answers_to(methods.UnbanChatMember)
def unban_chat_member(caller: Caller, call: methods.UnbanChatMember) -> bool:
    """Let somebody come back; without only_if_banned it also removes who is there."""
    group = group_of(caller, call.chat_id, private=NO_BASIC_GROUPS)
    if group.type == "group":
        raise bad_request(NO_BASIC_GROUPS)
    status = member_of(caller, group, call.user_id).status
    if status == "left" or (call.only_if_banned and status != "kicked"):
        return True
    member = _target(caller, group, call.user_id)
    membership.change_member(caller.town, group, caller.bot.user, member.user, membership.unban)
    return True


@area.answers_to(methods.RestrictChatMember)
def restrict_chat_member(caller: Caller, call: methods.RestrictChatMember) -> bool:
    """Take permissions away, for a time or for good."""
    town, group = caller.town, group_of(caller, call.chat_id, private=ONLY_SUPERGROUPS)
    if group.type != "supergroup":
        raise bad_request(ONLY_SUPERGROUPS)
    member = _target(caller, group, call.user_id)
    until = term(instant(call.until_date, now=town.now()), town.now())
    allowed = granted(call.permissions, independent=bool(call.use_independent_chat_permissions))
    change = membership.restrict(allowed, until)
    membership.change_member(town, group, caller.bot.user, member.user, change)
    return True


@area.answers_to(methods.PromoteChatMember)
def promote_chat_member(caller: Caller, call: methods.PromoteChatMember) -> bool:
    """Make somebody an administrator, or take that back."""
    group = group_of(caller, call.chat_id, private=NO_BASIC_GROUPS)
    if group.type == "group":
        raise bad_request(NO_BASIC_GROUPS)
    asked = {name for name in rights_of(group.type) if getattr(call, name, None)}
    member = member_of(caller, group, call.user_id)
    _may_promote(caller, group, member, frozenset(asked))
    is_anonymous = bool(call.is_anonymous)
    change = membership.promote(frozenset(asked), caller.bot.id, is_anonymous=is_anonymous)
    membership.change_member(caller.town, group, caller.bot.user, member.user, change)
    return True


def _may_promote(caller: Caller, group: Group, member: Member, rights: frozenset[str]) -> None:
    if member.status == "creator":
        raise bad_request("can't remove chat owner")
    if member.user.id == caller.bot.id:
        raise bad_request("can't promote self")
    demand(caller, group, "can_promote_members", "not enough rights")
    if member.is_admin and not group.may_edit(caller.bot.id, member):
        raise bad_request("CHAT_ADMIN_REQUIRED")
    if not rights <= own_place(caller, group).rights:
        raise bad_request("RIGHT_FORBIDDEN")
    if not member.is_present:
        raise bad_request("USER_NOT_MUTUAL_CONTACT")


@area.answers_to(methods.SetChatAdministratorCustomTitle)
def set_custom_title(caller: Caller, call: methods.SetChatAdministratorCustomTitle) -> bool:
    """Call an administrator whom the bot appointed something."""
    group = group_of(caller, call.chat_id, private=ONLY_GROUPS)
    if group.is_channel:
        raise bad_request(ONLY_GROUPS)
    member = member_of(caller, group, call.user_id)
    if member.status == "creator":
        raise bad_request("only the owner can edit their custom title")
    if not member.is_admin:
        raise bad_request("user is not an administrator")
    if not group.may_edit(caller.bot.id, member):
        raise bad_request("not enough rights to change custom title of the user")
    membership.change_member(
        caller.town, group, caller.bot.user, member.user, titled(call.custom_title)
    )
    return True


def titled(title: str) -> membership.Change:
    """Call an administrator something.

    Raises:
        Refusal: It is too long or has emoji.
    """
    _check_label(title, "ADMIN_RANK_INVALID", "ADMIN_RANK_EMOJI_NOT_ALLOWED")

    def change(member: Member) -> None:
        member.title = title or None

    return change


def tagged(tag: str) -> membership.Change:
    """Give a member a tag, or with none take it away.

    Raises:
        Refusal: It is too long or has emoji.
    """
    _check_label(tag, "ADMIN_RANK_INVALID", "ADMIN_RANK_EMOJI_NOT_ALLOWED")

    def change(member: Member) -> None:
        member.tag = tag or None

    return change


def _check_label(text: str, too_long: str, has_emoji: str) -> None:
    if any(ord(character) >= EMOJI_FROM and not character.isalnum() for character in text):
        raise bad_request(has_emoji)
    if len(text) > LONGEST_TITLE:
        raise bad_request(too_long)


@area.answers_to(methods.SetChatMemberTag)
def set_chat_member_tag(caller: Caller, call: methods.SetChatMemberTag) -> bool:
    """Give a plain member a tag."""
    group = group_of(caller, call.chat_id, private=ONLY_GROUPS)
    if group.is_channel:
        raise bad_request(ONLY_GROUPS)
    member = member_of(caller, group, call.user_id)
    demand(caller, group, "can_manage_tags", "not enough rights")
    if not member.is_present:
        raise bad_request("USER_NOT_PARTICIPANT")
    if member.is_admin:
        raise bad_request("user is an administrator of the chat")
    change = tagged(call.tag or "")
    membership.change_member(caller.town, group, caller.bot.user, member.user, change)
    return True


@area.answers_to_each(methods.BanChatSenderChat, methods.UnbanChatSenderChat)
def ban_chat_sender_chat(
    caller: Caller, call: methods.BanChatSenderChat | methods.UnbanChatSenderChat
) -> bool:
    """Let nobody write in the name of a channel, or let them again."""
    town = caller.town
    group = group_of(caller, call.chat_id, private="can't ban members in private chats")
    if group.type == "group":
        raise bad_request("can't ban chats in basic groups")
    if not town.chats.group(call.sender_chat_id).is_channel:
        raise bad_request("PARTICIPANT_ID_INVALID")
    demand(caller, group, "can_restrict_members", NO_RIGHT_TO_RESTRICT)
    if isinstance(call, methods.BanChatSenderChat):
        group.banned_senders.add(call.sender_chat_id)
    else:
        group.banned_senders.discard(call.sender_chat_id)
    announce(town, group.place)
    return True
