"""Groups, members, links, requests, settings, pins."""

from collections.abc import Awaitable, Callable

from aiogram.types import ChatPermissions

from playground.state.members import RIGHTS
from tests.integration.playground.refusals.case import Case, Scene

TD = "https://github.com/tdlib/td/blob/master/td/telegram/"
MEMBERS = TD + "DialogParticipantManager.cpp"
LINKS = TD + "DialogInviteLinkManager.cpp"
DIALOGS = TD + "DialogManager.cpp"
CHATS = TD + "ChatManager.cpp"
CLIENT = "https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp"
RPC = "https://core.telegram.org/method/"
NOBODY = 99
Act = Callable[[Scene], Awaitable[object]]


def ruled(act: Act) -> Act:
    """The bot has every right in the club."""

    async def first(s: Scene) -> object:
        rights = dict.fromkeys(RIGHTS, True)
        await s.club.makes(s.bot.id, "administrator", rights=rights)
        return await act(s)

    return first


def demoted(act: Act) -> Act:
    """The bot is a plain member of the club."""

    async def first(s: Scene) -> object:
        await s.demote_bot()
        return await act(s)

    return first


def in_basic(act: Callable[[Scene, int], Awaitable[object]]) -> Act:
    """In a basic group of Alice, Bob and the bot, which is an administrator."""

    async def first(s: Scene) -> object:
        group = await s.town.new_group("Small", s.alice, [s.bob], [s.bot.id], type="group")
        return await act(s, group)

    return first


async def promote_carol_by_alice(s: Scene) -> int:
    carol = s.town.user("carol")
    await s.club.makes(carol, "administrator")
    return carol.id


async def ban_an_administrator(s: Scene) -> object:
    return await s.bot.ban_chat_member(s.club.chat_id, await promote_carol_by_alice(s))


async def edit_an_administrator(s: Scene) -> object:
    carol = await promote_carol_by_alice(s)
    return await s.bot.promote_chat_member(s.club.chat_id, carol, can_pin_messages=True)


async def title_of_another(s: Scene) -> object:
    carol = await promote_carol_by_alice(s)
    return await s.bot.set_chat_administrator_custom_title(s.club.chat_id, carol, "x")


async def rights_it_lacks(s: Scene) -> object:
    rights = {"can_promote_members": True}
    await s.club.makes(s.bot.id, "administrator", rights=rights)
    return await s.bot.promote_chat_member(s.club.chat_id, s.bob.id, can_pin_messages=True)


async def promote_one_who_left(s: Scene) -> object:
    await s.bob.in_group("club").leaves()
    return await s.bot.promote_chat_member(s.club.chat_id, s.bob.id, can_pin_messages=True)


async def emoji_title(s: Scene) -> object:
    await s.bot.promote_chat_member(s.club.chat_id, s.bob.id, can_pin_messages=True)
    return await s.bot.set_chat_administrator_custom_title(s.club.chat_id, s.bob.id, "🍲")


async def removed(s: Scene, kind: str) -> object:
    group = await s.town.new_group("Other", s.alice, admins=[s.bot.id], type=kind)
    await s.alice.in_group(group).removes(s.bot.id)
    return await s.bot.send_message(group, "x")


async def not_in(s: Scene, kind: str) -> object:
    group = await s.town.new_group("Other", s.alice, type=kind)
    return await s.bot.send_message(group, "x")


async def post_without_right(s: Scene) -> object:
    channel = await s.town.new_channel("News", s.alice, admins=[s.bot.id])
    rights = {"can_edit_messages": True}
    await s.alice.in_group(channel).makes(s.bot.id, "administrator", rights=rights)
    return await s.bot.send_message(channel, "x")


async def permissions_of_a_channel(s: Scene) -> object:
    channel = await s.town.new_channel("News", s.alice, admins=[s.bot.id])
    return await s.bot.set_chat_permissions(channel, ChatPermissions())


async def pin_an_event(s: Scene) -> object:
    await s.club.sets(title="New")
    event = (await s.club.chat())["messages"][-1]
    assert event["new_chat_title"] == "New"
    return await s.bot.pin_chat_message(s.club.chat_id, event["message_id"])


async def the_same_description(s: Scene) -> object:
    await s.bot.set_chat_description(s.club.chat_id, "soup")
    return await s.bot.set_chat_description(s.club.chat_id, "soup")


async def decline_nobody(s: Scene) -> object:
    await s.bob.in_group("club").leaves()
    return await s.bot.decline_chat_join_request(s.club.chat_id, s.bob.id)


async def pin_own(s: Scene) -> object:
    sent = await s.bot.send_message(s.club.chat_id, "x")
    return await s.bot.pin_chat_message(s.club.chat_id, sent.message_id)


CASES = [
    Case("can't remove chat owner",
         lambda s: s.bot.ban_chat_member(s.club.chat_id, s.alice.id), MEMBERS),
    Case("can't restrict self", lambda s: s.bot.ban_chat_member(s.club.chat_id, s.bot.id), MEMBERS),
    Case("can't promote self",
         lambda s: s.bot.promote_chat_member(s.club.chat_id, s.bot.id, can_pin_messages=True),
         MEMBERS),
    Case("not enough rights to restrict/unrestrict chat member",
         demoted(lambda s: s.bot.ban_chat_member(s.club.chat_id, s.bob.id)), MEMBERS),
    Case("not enough rights",
         demoted(lambda s: s.bot.promote_chat_member(
             s.club.chat_id, s.bob.id, can_pin_messages=True)), MEMBERS),
    Case("user is an administrator of the chat", ban_an_administrator, CLIENT),
    Case("CHAT_ADMIN_REQUIRED", ruled(edit_an_administrator), RPC + "channels.editAdmin"),
    Case("RIGHT_FORBIDDEN", rights_it_lacks, RPC + "channels.editAdmin"),
    Case("USER_NOT_MUTUAL_CONTACT", ruled(promote_one_who_left), RPC + "channels.editAdmin"),
    Case("PARTICIPANT_ID_INVALID",
         lambda s: s.bot.get_chat_member(s.club.chat_id, NOBODY),
         RPC + "channels.getParticipant"),
    Case("can't ban members in private chats",
         lambda s: s.bot.ban_chat_member(s.alice.id, s.bob.id), MEMBERS),
    Case("member not found", lambda s: s.bot.get_chat_member(s.alice.id, s.bob.id), MEMBERS),
    Case("can't leave private chats", lambda s: s.bot.leave_chat(s.alice.id), MEMBERS),
    Case("can't ban chats in basic groups",
         in_basic(lambda s, group: s.bot.ban_chat_sender_chat(group, s.club.chat_id)), MEMBERS),
    Case("method is available only in supergroups",
         in_basic(lambda s, group: s.bot.restrict_chat_member(group, s.bob.id, ChatPermissions())),
         CLIENT),
    Case("method is available only in supergroup and channel chats",
         in_basic(lambda s, group: s.bot.unban_chat_member(group, s.bob.id)), CLIENT),
    Case("method is available only in groups and supergroups",
         lambda s: s.bot.set_chat_administrator_custom_title(s.alice.id, s.alice.id, "x"),
         CLIENT),
    Case("there are no administrators in the private chat",
         lambda s: s.bot.get_chat_administrators(s.alice.id), CLIENT),
    Case("only the owner can edit their custom title",
         lambda s: s.bot.set_chat_administrator_custom_title(s.club.chat_id, s.alice.id, "x"),
         CLIENT),
    Case("user is not an administrator",
         lambda s: s.bot.set_chat_administrator_custom_title(s.club.chat_id, s.bob.id, "x"),
         CLIENT),
    Case("not enough rights to change custom title of the user", title_of_another, CLIENT),
    Case("ADMIN_RANK_EMOJI_NOT_ALLOWED", ruled(emoji_title), RPC + "channels.editAdmin"),
    Case("not enough rights to manage chat invite link",
         demoted(lambda s: s.bot.create_chat_invite_link(s.club.chat_id)), LINKS),
    Case("member limit can't be specified for links requiring administrator approval",
         lambda s: s.bot.create_chat_invite_link(
             s.club.chat_id, member_limit=1, creates_join_request=True), LINKS),
    Case("can't invite members to a private chat",
         lambda s: s.bot.create_chat_invite_link(s.alice.id), LINKS),
    Case("invalid subscription pricing specified",
         lambda s: s.bot.create_chat_subscription_invite_link(s.club.chat_id, 60, 1), LINKS),
    Case("INVITE_HASH_EXPIRED",
         lambda s: s.bot.revoke_chat_invite_link(s.club.chat_id, "https://t.me/+nothing"),
         RPC + "messages.editExportedChatInvite"),
    Case("EXPIRE_DATE_INVALID",
         lambda s: s.bot.create_chat_invite_link(s.club.chat_id, expire_date=1_000),
         RPC + "messages.exportChatInvite"),
    Case("not enough rights to manage chat join requests",
         demoted(lambda s: s.bot.approve_chat_join_request(s.club.chat_id, s.bob.id)), MEMBERS),
    Case("the chat can't have join requests",
         lambda s: s.bot.approve_chat_join_request(s.alice.id, s.bob.id), MEMBERS),
    Case("USER_ALREADY_PARTICIPANT",
         lambda s: s.bot.approve_chat_join_request(s.club.chat_id, s.bob.id),
         RPC + "messages.hideChatJoinRequest"),
    Case("HIDE_REQUESTER_MISSING",
         ruled(decline_nobody), RPC + "messages.hideChatJoinRequest"),
    Case("not enough rights to change chat title",
         demoted(lambda s: s.bot.set_chat_title(s.club.chat_id, "x")), DIALOGS),
    Case("not enough rights to change chat photo",
         demoted(lambda s: s.bot.delete_chat_photo(s.club.chat_id)), DIALOGS),
    Case("not enough rights to set chat description",
         demoted(lambda s: s.bot.set_chat_description(s.club.chat_id, "x")), CHATS),
    Case("not enough rights to change chat permissions",
         demoted(lambda s: s.bot.set_chat_permissions(s.club.chat_id, ChatPermissions())),
         DIALOGS),
    Case("can't change private chat title",
         lambda s: s.bot.set_chat_title(s.alice.id, "x"), DIALOGS),
    Case("can't change private chat permissions",
         lambda s: s.bot.set_chat_permissions(s.alice.id, ChatPermissions()), DIALOGS),
    Case("can't change channel chat permissions", permissions_of_a_channel, DIALOGS),
    Case("chat description is not modified", the_same_description, CLIENT),
    Case("not enough rights to manage pinned messages in the chat",
         demoted(pin_own), DIALOGS),
    Case("message to pin not found",
         lambda s: s.bot.pin_chat_message(s.club.chat_id, 1), CLIENT),
    Case("service messages can't be pinned", pin_an_event, TD + "MessagesManager.cpp"),
    Case("message to unpin not found",
         lambda s: s.bot.unpin_chat_message(s.club.chat_id), CLIENT),
    Case("bot was kicked from the supergroup chat",
         lambda s: removed(s, "supergroup"), CLIENT, 403),
    Case("bot was kicked from the group chat", lambda s: removed(s, "group"), CLIENT, 403),
    Case("bot was kicked from the channel chat", lambda s: removed(s, "channel"), CLIENT, 403),
    Case("bot is not a member of the supergroup chat",
         lambda s: not_in(s, "supergroup"), CLIENT, 403),
    Case("bot is not a member of the channel chat", lambda s: not_in(s, "channel"), CLIENT, 403),
    Case("need administrator rights in the channel chat", post_without_right, DIALOGS),
]  # fmt: skip
