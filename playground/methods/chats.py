"""Chats and who is in them."""

from aiogram import methods
from aiogram.types import AcceptedGiftTypes, ChatFullInfo, ChatInviteLink, ChatPermissions, Message

from playground import membership
from playground.encoding import instant, moment
from playground.methods.addressing import reachable
from playground.post import post, unpost
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.chats import Group
from playground.state.invites import Invite, new_address
from playground.state.members import PERMISSIONS, RIGHTS, AnyChatMember, Member, granted, term
from playground.state.places import Place
from playground.state.users import public
from playground.threads import beside
from playground.views import announce

area = Area()
MOST_REACTIONS = 11


def group_of(caller: Caller, chat_id: int | str, right: str | None = None) -> Group:
    """Find a group in which the bot is, with a right.

    Raises:
        Refusal: There is none, or the bot lacks the right.
    """
    place = reachable(caller, chat_id)
    if place.is_private:
        raise bad_request("chat is a private chat")
    group = caller.town.group_at(place)
    if right is not None and not group.members[caller.bot.id].has_right(right):
        words = {
            "can_restrict_members": "not enough rights to restrict/unrestrict chat member",
            "can_pin_messages": "not enough rights to manage pinned messages in the chat",
            "can_invite_users": "not enough rights to manage chat invite link",
            "can_change_info": "not enough rights to change chat info",
        }
        raise bad_request(words.get(right, "not enough rights"))
    return group


def _member(caller: Caller, group: Group, user_id: int) -> Member:
    return group.member(caller.town.user(user_id), now=caller.town.now())


@area.answers_to(methods.GetChat)
def get_chat(caller: Caller, call: methods.GetChat) -> ChatFullInfo:
    """Tell about a chat."""
    place = caller.town.place_for_bot(caller.bot.id, call.chat_id)
    if not place.is_private:
        reachable(caller, call.chat_id)
    elif not caller.town.chats.private(place).started:
        raise bad_request("chat not found")
    chat = caller.town.chat_at(place)
    no_gifts = dict.fromkeys(AcceptedGiftTypes.model_fields, False)
    facts: dict[str, object] = {
        "id": chat.id, "type": chat.type, "title": chat.title, "username": chat.username,
        "first_name": chat.first_name, "last_name": chat.last_name, "accent_color_id": 0,
        "max_reaction_count": MOST_REACTIONS,
        "accepted_gift_types": AcceptedGiftTypes.model_validate(no_gifts),
        "pinned_message": _pinned(caller, place),
    }  # fmt: skip
    if not place.is_private:
        group = caller.town.group_at(place)
        allowed = {name: name in group.permissions for name in PERMISSIONS}
        facts |= {"permissions": ChatPermissions(**allowed), "description": group.description}
    return ChatFullInfo.model_validate(
        {name: value for name, value in facts.items() if value not in (None, "")}
    )


def _pinned(caller: Caller, place: Place) -> Message | None:
    message_id = caller.town.chats.pinned(place)
    return caller.town.messages.find(place, message_id) if message_id else None


@area.answers_to(methods.GetChatMember)
def get_chat_member(caller: Caller, call: methods.GetChatMember) -> AnyChatMember:
    """Tell somebody's place in a group."""
    group = group_of(caller, call.chat_id)
    return group.as_member(_member(caller, group, call.user_id), viewer=caller.bot.id)


@area.answers_to(methods.GetChatAdministrators)
def get_chat_administrators(
    caller: Caller, call: methods.GetChatAdministrators
) -> list[AnyChatMember]:
    """List the administrators; other bots are left out, as in Telegram."""
    group = group_of(caller, call.chat_id)
    return [
        group.as_member(member, viewer=caller.bot.id)
        for member in group.present(caller.town.now())
        if member.is_admin and (not member.user.is_bot or member.user.id == caller.bot.id)
    ]


@area.answers_to(methods.GetChatMemberCount)
def get_chat_member_count(caller: Caller, call: methods.GetChatMemberCount) -> int:
    """Count who is in a chat."""
    place = reachable(caller, call.chat_id)
    if place.is_private:
        return 2
    return len(list(caller.town.group_at(place).present(caller.town.now())))


def _target(caller: Caller, group: Group, user_id: int) -> Member:
    """Somebody whom a bot may restrict.

    Raises:
        Refusal: It is the owner, an administrator, or the bot itself.
    """
    if user_id == caller.bot.id:
        raise bad_request("can't restrict self")
    member = _member(caller, group, user_id)
    if member.status == "creator":
        raise bad_request("can't remove chat owner")
    if member.status == "administrator" and member.promoted_by != caller.bot.id:
        raise bad_request("user is an administrator of the chat")
    return member


@area.answers_to(methods.BanChatMember)
def ban_chat_member(caller: Caller, call: methods.BanChatMember) -> bool:
    """Remove somebody, for a time or for good."""
    town, group = caller.town, group_of(caller, call.chat_id, "can_restrict_members")
    member = _target(caller, group, call.user_id)
    until = term(instant(call.until_date, now=town.now()), town.now())
    membership.change_member(town, group, caller.bot.user, member.user, membership.kick(until))
    if call.revoke_messages:
        _revoke(caller, group, call.user_id)
    return True


def _revoke(caller: Caller, group: Group, user_id: int) -> None:
    theirs = caller.town.messages.at(
        group.place, lambda one: one.from_user is not None and one.from_user.id == user_id
    )
    unpost(caller.town, group.place, [message.message_id for message in theirs])


@area.answers_to(methods.UnbanChatMember)
def unban_chat_member(caller: Caller, call: methods.UnbanChatMember) -> bool:
    """Let somebody come back; without only_if_banned it also removes who is there."""
    group = group_of(caller, call.chat_id, "can_restrict_members")
    member = _target(caller, group, call.user_id)
    if member.status != "kicked" and (call.only_if_banned or not member.is_present):
        return True
    membership.change_member(caller.town, group, caller.bot.user, member.user, membership.unban)
    return True


@area.answers_to(methods.RestrictChatMember)
def restrict_chat_member(caller: Caller, call: methods.RestrictChatMember) -> bool:
    """Take permissions away, for a time or for good."""
    town, group = caller.town, group_of(caller, call.chat_id, "can_restrict_members")
    member = _target(caller, group, call.user_id)
    until = term(instant(call.until_date, now=town.now()), town.now())
    allowed = granted(call.permissions, independent=bool(call.use_independent_chat_permissions))
    membership.change_member(
        town, group, caller.bot.user, member.user, membership.restrict(allowed, until)
    )
    return True


@area.answers_to(methods.PromoteChatMember)
def promote_chat_member(caller: Caller, call: methods.PromoteChatMember) -> bool:
    """Make somebody an administrator, or take that back."""
    group = group_of(caller, call.chat_id, "can_promote_members")
    rights = frozenset(name for name in RIGHTS if getattr(call, name, None))
    if not rights <= _own_rights(caller, group):
        raise bad_request("RIGHT_FORBIDDEN")
    member = _target(caller, group, call.user_id)
    if not member.is_present:
        raise bad_request("USER_NOT_PARTICIPANT")
    membership.change_member(
        caller.town, group, caller.bot.user, member.user,
        membership.promote(rights, caller.bot.id),
    )  # fmt: skip
    return True


def _own_rights(caller: Caller, group: Group) -> frozenset[str]:
    return group.members[caller.bot.id].rights


@area.answers_to(methods.SetChatPermissions)
def set_chat_permissions(caller: Caller, call: methods.SetChatPermissions) -> bool:
    """Change what plain members may do."""
    group = group_of(caller, call.chat_id, "can_restrict_members")
    independent = bool(call.use_independent_chat_permissions)
    group.permissions = granted(call.permissions, independent=independent)
    announce(caller.town, group.place)
    return True


@area.answers_to(methods.LeaveChat)
def leave_chat(caller: Caller, call: methods.LeaveChat) -> bool:
    """Go out of a group."""
    group = group_of(caller, call.chat_id)
    bot = caller.bot.user
    membership.change_member(caller.town, group, bot, bot, membership.leave)
    return True


@area.answers_to(methods.SetChatTitle)
def set_chat_title(caller: Caller, call: methods.SetChatTitle) -> bool:
    """Name a group anew."""
    group = group_of(caller, call.chat_id, "can_change_info")
    group.title = call.title
    announce(caller.town, group.place)
    return True


@area.answers_to(methods.SetChatDescription)
def set_chat_description(caller: Caller, call: methods.SetChatDescription) -> bool:
    """Describe a group anew."""
    group = group_of(caller, call.chat_id, "can_change_info")
    group.description = call.description or ""
    announce(caller.town, group.place)
    return True


@area.answers_to(methods.PinChatMessage)
def pin_chat_message(caller: Caller, call: methods.PinChatMessage) -> bool:
    """Pin a message; the group is told."""
    town, place = caller.town, _pinnable(caller, call.chat_id)
    message = town.messages.find(place, call.message_id)
    if message is None:
        raise bad_request("message to pin not found")
    town.chats.pins.setdefault(place, []).append(call.message_id)
    post(town, place, Message(
        message_id=town.messages.next_id(place), from_user=public(caller.bot.user),
        chat=town.chat_at(place), date=moment(town.now()),
        pinned_message=message.model_copy(update={"reply_to_message": None}), **beside(message),
    ))  # fmt: skip
    announce(town, place)
    return True


def _pinnable(caller: Caller, chat_id: int | str) -> Place:
    place = reachable(caller, chat_id)
    if not place.is_private:
        group_of(caller, chat_id, "can_pin_messages")
    return place


@area.answers_to_each(methods.UnpinChatMessage, methods.UnpinAllChatMessages)
def unpin_chat_message(
    caller: Caller, call: methods.UnpinChatMessage | methods.UnpinAllChatMessages
) -> bool:
    """Take the pin away."""
    place = _pinnable(caller, call.chat_id)
    asked = getattr(call, "message_id", None)
    if asked is not None and asked not in caller.town.chats.pins.get(place, ()):
        raise bad_request("message to unpin not found")
    caller.town.chats.unpin(place, asked)
    announce(caller.town, place)
    return True


@area.answers_to(methods.CreateChatInviteLink)
def create_chat_invite_link(caller: Caller, call: methods.CreateChatInviteLink) -> ChatInviteLink:
    """Make a link into a group."""
    town, group = caller.town, group_of(caller, call.chat_id, "can_invite_users")
    return _new_link(
        caller, group, name=call.name, member_limit=call.member_limit,
        expires_at=instant(call.expire_date, now=town.now()),
        creates_join_request=bool(call.creates_join_request),
    )  # fmt: skip


@area.answers_to(methods.ExportChatInviteLink)
def export_chat_invite_link(caller: Caller, call: methods.ExportChatInviteLink) -> str:
    """Make the group's main link anew."""
    group = group_of(caller, call.chat_id, "can_invite_users")
    return _new_link(caller, group, is_primary=True).invite_link


def _new_link(
    caller: Caller, group: Group, *, is_primary: bool = False, name: str | None = None,
    member_limit: int | None = None, expires_at: float | None = None,
    creates_join_request: bool = False,
) -> ChatInviteLink:  # fmt: skip
    link = Invite(
        new_address(), public(caller.bot.user), is_primary=is_primary, name=name,
        member_limit=member_limit, expires_at=expires_at,
        creates_join_request=creates_join_request,
    )  # fmt: skip
    group.invite_links[link.address] = link
    return link.as_type()


@area.answers_to(methods.RevokeChatInviteLink)
def revoke_chat_invite_link(caller: Caller, call: methods.RevokeChatInviteLink) -> ChatInviteLink:
    """Make a link useless."""
    group = group_of(caller, call.chat_id, "can_invite_users")
    link = group.invite_links.get(call.invite_link)
    if link is None:
        raise bad_request("INVITE_HASH_EXPIRED")
    link.is_revoked = True
    return link.as_type()
