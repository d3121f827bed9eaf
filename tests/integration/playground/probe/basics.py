"""Texts, files, chats and profile."""

from typing import Any

from aiogram import methods
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChatMember,
    BufferedInputFile,
    ChatPermissions,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    MenuButtonCommands,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
)

from tests.integration.playground.probe.frame import Probe

PNG = bytes.fromhex("89504e470d0a1a0a0000000d494844520000000200000003080600000000")
KEYS = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Yes")]], one_time_keyboard=True)
TAP = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="tap", callback_data="1")]])


async def probe(p: Probe) -> None:
    bot, alice, bob, club = p.bot, p.alice, p.bob, p.club
    me, group, file = alice.id, club.chat_id, BufferedInputFile(PNG, "a.png")
    sent = await bot.send_message(alice.id, "text", reply_markup=TAP)
    picture = await bot.send_photo(alice.id, file, caption="c")
    assert picture.photo is not None
    query = (await alice.taps("tap"))["query_id"]
    hers = await club.says("hello")
    own, shot, known = sent.message_id, picture.message_id, picture.photo[0].file_id
    link = await bot.create_chat_invite_link(group, name="n", member_limit=3, expire_date=2**31)
    calls: list[methods.TelegramMethod[Any]] = [
        methods.GetMe(),
        methods.SendMessage(chat_id=me, text="keys", reply_markup=KEYS),
        methods.SendVoice(chat_id=me, voice=file),
        methods.SendAudio(chat_id=me, audio=file, duration=3),
        methods.SendVideo(chat_id=me, video=file),
        methods.SendVideoNote(chat_id=me, video_note=file),
        methods.SendAnimation(chat_id=me, animation=file),
        methods.SendSticker(chat_id=me, sticker=file),
        methods.SendPhoto(chat_id=me, photo=known),
        methods.SendDocument(chat_id=me, document=file),
        methods.SendMediaGroup(
            chat_id=me, media=[InputMediaPhoto(media=file), InputMediaPhoto(media=known)]),
        methods.EditMessageMedia(
            chat_id=me, message_id=shot, media=InputMediaDocument(media=file, caption="f")),
        methods.SendChatAction(chat_id=group, action="typing"),
        methods.SendMessageDraft(chat_id=me, draft_id=1, text="d", can_stop=True),
        methods.EditMessageText(chat_id=me, message_id=own, text="new"),
        methods.EditMessageReplyMarkup(
            chat_id=me, message_id=own, reply_markup=TAP),
        methods.EditMessageCaption(chat_id=me, message_id=shot, caption="n"),
        methods.ForwardMessage(chat_id=group, from_chat_id=me, message_id=own),
        methods.ForwardMessages(chat_id=group, from_chat_id=me, message_ids=[1, own]),
        methods.CopyMessage(chat_id=group, from_chat_id=me, message_id=shot, caption="x"),
        methods.CopyMessages(chat_id=group, from_chat_id=me, message_ids=[own]),
        methods.AnswerCallbackQuery(callback_query_id=query, text="t", show_alert=True),
        methods.SetMessageReaction(
            chat_id=group, message_id=hers.id, reaction=[ReactionTypeEmoji(emoji="👀")]),
        methods.GetFile(file_id=known),
        methods.PinChatMessage(chat_id=group, message_id=hers.id),
        methods.GetChat(chat_id=group), methods.GetChat(chat_id=me),
        methods.UnpinChatMessage(chat_id=group), methods.UnpinAllChatMessages(chat_id=group),
        methods.GetChatMember(chat_id=group, user_id=alice.id),
        methods.GetChatMember(chat_id=group, user_id=bot.id),
        methods.RestrictChatMember(
            chat_id=group, user_id=bob.id, permissions=ChatPermissions(), until_date=2**31),
        methods.GetChatMember(chat_id=group, user_id=bob.id),
        methods.PromoteChatMember(chat_id=group, user_id=bob.id, can_pin_messages=True),
        methods.GetChatAdministrators(chat_id=group), methods.GetChatMemberCount(chat_id=group),
        methods.PromoteChatMember(chat_id=group, user_id=bob.id),
        methods.BanChatMember(chat_id=group, user_id=bob.id, revoke_messages=True),
        methods.GetChatMember(chat_id=group, user_id=bob.id),
        methods.UnbanChatMember(chat_id=group, user_id=bob.id),
        methods.SetChatPermissions(chat_id=group, permissions=ChatPermissions()),
        methods.SetChatTitle(chat_id=group, title="New"),
        methods.SetChatDescription(chat_id=group, description="About"),
        methods.CreateChatInviteLink(chat_id=group), methods.ExportChatInviteLink(chat_id=group),
        methods.RevokeChatInviteLink(chat_id=group, invite_link=link.invite_link),
        methods.SetMyCommands(commands=[BotCommand(command="help", description="d")]),
        methods.SetMyCommands(
            commands=[BotCommand(command="ban", description="d")],
            scope=BotCommandScopeAllGroupChats(), language_code="en"),
        methods.GetMyCommands(),
        methods.DeleteMyCommands(scope=BotCommandScopeChatMember(chat_id=group, user_id=bob.id)),
        methods.SetMyName(name="N"), methods.GetMyName(language_code="ru"),
        methods.SetMyDescription(description="d"), methods.GetMyDescription(),
        methods.SetMyShortDescription(short_description="s"), methods.GetMyShortDescription(),
        methods.SetChatMenuButton(menu_button=MenuButtonCommands()), methods.GetChatMenuButton(),
        methods.SetMyDefaultAdministratorRights(), methods.GetMyDefaultAdministratorRights(),
        methods.SetWebhook(url="http://127.0.0.1:1/x"), methods.GetWebhookInfo(),
        methods.DeleteWebhook(), methods.GetUpdates(),
        methods.DeleteMessage(chat_id=group, message_id=hers.id),
        methods.DeleteMessages(chat_id=me, message_ids=[own, 1]),
        methods.LeaveChat(chat_id=group),
    ]  # fmt: skip
    for call in calls:
        await p(call)
    assert await alice.commands() == ["help"]
    assert await club.commands() == [], "the bot has left"
