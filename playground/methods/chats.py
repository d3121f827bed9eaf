"""Chats, and who is in them."""

from aiogram import methods
from aiogram.types import (
    AcceptedGiftTypes,
    ChatFullInfo,
    ChatPermissions,
    ChatPhoto,
    Message,
    ReactionTypeEmoji,
    UserChatBoosts,
)

from playground.life import membership
from playground.life.attaching import photo_sizes
from playground.methods.groups import group_of, member_of, own_place, readable
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.chats import Group
from playground.state.members import PERMISSIONS, AnyChatMember, Member
from playground.state.places import Place
from playground.state.users import public

area = Area()
MOST_REACTIONS = 11


@area.answers_to(methods.GetChat)
def get_chat(caller: Caller, call: methods.GetChat) -> ChatFullInfo:
    """Tell all about a chat."""
    town = caller.town
    place = town.place_for_bot(caller.bot.id, call.chat_id)
    if place.is_private and not town.chats.private(place).started:
        raise bad_request("chat not found")
    if not place.is_private:
        readable(caller, call.chat_id)
    chat = town.chat_at(place)
    no_gifts = dict.fromkeys(AcceptedGiftTypes.model_fields, False)
    facts: dict[str, object] = {
        **{name: value for name, value in chat if value is not None},
        "accent_color_id": 0,
        "max_reaction_count": MOST_REACTIONS,
        "accepted_gift_types": AcceptedGiftTypes.model_validate(no_gifts),
        "active_usernames": [chat.username] if chat.username else None,
        "pinned_message": _pinned(caller, place),
        **(_of_person(caller, place) if place.is_private else _of_group(caller, place)),
    }
    return ChatFullInfo.model_validate(
        {name: value for name, value in facts.items() if _is_said(value)}
    )


def _is_said(value: object) -> bool:
    return value is not None and value is not False and value != ""


def _pinned(caller: Caller, place: Place) -> Message | None:
    message_id = caller.town.chats.pinned(place)
    return caller.town.messages.find(place, message_id) if message_id else None


def _of_person(caller: Caller, place: Place) -> dict[str, object]:
    return {"bio": caller.town.users.bios.get(place.chat_id)}


def _of_group(caller: Caller, place: Place) -> dict[str, object]:
    group = caller.town.group_at(place)
    allowed = {name: name in group.permissions for name in PERMISSIONS}
    return {
        "description": group.description,
        "invite_link": _primary_link(caller, group),
        "permissions": None if group.is_channel else ChatPermissions(**allowed),
        "slow_mode_delay": group.slow_mode_s or None,
        "linked_chat_id": group.linked,
        "join_by_request": group.join_by_request,
        "has_protected_content": group.protected,
        "sticker_set_name": group.sticker_set,
        "photo": _photo(caller, group),
        "available_reactions": _reactions(group),
        **_for_admins(caller, group),
    }


def _for_admins(caller: Caller, group: Group) -> dict[str, object]:
    if not own_place(caller, group).is_admin:
        return {}
    guard = caller.town.users.find(group.guard_bot) if group.guard_bot else None
    return {
        "has_visible_history": group.type != "group",
        "can_set_sticker_set": group.type == "supergroup",
        "guard_bot": public(guard) if guard is not None else None,
    }


def _primary_link(caller: Caller, group: Group) -> str | None:
    """The bot's own primary link; others' are not its business."""
    own = (one for one in group.invite_links.values() if one.creator.id == caller.bot.id)
    return next((one.address for one in own if one.is_primary and not one.is_revoked), None)


def _photo(caller: Caller, group: Group) -> ChatPhoto | None:
    stored = caller.town.files.find(group.photo) if group.photo else None
    if stored is None:
        return None
    small, big = photo_sizes(stored)[0], photo_sizes(stored)[-1]
    return ChatPhoto(
        small_file_id=small.file_id, small_file_unique_id=small.file_unique_id,
        big_file_id=big.file_id, big_file_unique_id=big.file_unique_id,
    )  # fmt: skip


def _reactions(group: Group) -> list[ReactionTypeEmoji] | None:
    if group.available_reactions is None:
        return None
    return [ReactionTypeEmoji(emoji=emoji) for emoji in group.available_reactions]


@area.answers_to(methods.GetChatMember)
def get_chat_member(caller: Caller, call: methods.GetChatMember) -> AnyChatMember:
    """Tell somebody's place in a chat."""
    place = readable(caller, call.chat_id)
    if place.is_private:
        return _private_member(caller, place, call.user_id)
    group = caller.town.group_at(place)
    _may_list(caller, group, call.user_id)
    return group.as_member(member_of(caller, group, call.user_id), viewer=caller.bot.id)


def _private_member(caller: Caller, place: Place, user_id: int) -> AnyChatMember:
    user = caller.town.users.find(user_id)
    if user is None or user_id not in {place.chat_id, place.bot_id}:
        raise bad_request("member not found")
    return Member(public(user)).as_type()


def _may_list(caller: Caller, group: Group, user_id: int = 0) -> None:
    """In a channel only administrators know who is there.

    Raises:
        Refusal: The bot is none.
    """
    is_closed = group.is_channel and not own_place(caller, group).is_admin
    if is_closed and user_id != caller.bot.id:
        raise bad_request("member list is inaccessible")


@area.answers_to(methods.GetChatAdministrators)
def get_chat_administrators(
    caller: Caller, call: methods.GetChatAdministrators
) -> list[AnyChatMember]:
    """List the administrators; other bots are left out unless asked for, as in Telegram."""
    place = readable(caller, call.chat_id)
    if place.is_private:
        raise bad_request("there are no administrators in the private chat")
    group = caller.town.group_at(place)
    _may_list(caller, group)
    return [
        group.as_member(member, viewer=caller.bot.id)
        for member in group.present(caller.town.now())
        if member.is_admin and _is_listed(caller, call, member)
    ]


def _is_listed(caller: Caller, call: methods.GetChatAdministrators, member: Member) -> bool:
    return not member.user.is_bot or member.user.id == caller.bot.id or bool(call.return_bots)


@area.answers_to(methods.GetChatMemberCount)
def get_chat_member_count(caller: Caller, call: methods.GetChatMemberCount) -> int:
    """Count who is in a chat."""
    place = readable(caller, call.chat_id)
    if place.is_private:
        return 2
    return len(list(caller.town.group_at(place).present(caller.town.now())))


@area.answers_to(methods.GetUserChatBoosts)
def get_user_chat_boosts(caller: Caller, call: methods.GetUserChatBoosts) -> UserChatBoosts:
    """List somebody's boosts of a chat; nobody here has any."""
    group = group_of(caller, call.chat_id)
    member_of(caller, group, call.user_id)
    if not own_place(caller, group).is_admin:
        raise bad_request("CHAT_ADMIN_REQUIRED")
    return UserChatBoosts(boosts=[])


@area.answers_to(methods.LeaveChat)
def leave_chat(caller: Caller, call: methods.LeaveChat) -> bool:
    """Go out of a group."""
    group = group_of(caller, call.chat_id, private="can't leave private chats")
    bot = caller.bot.user
    membership.change_member(caller.town, group, bot, bot, membership.leave)
    return True
