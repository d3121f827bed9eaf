"""Sending, editing and reacting: what every bot meets."""

from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReactionTypeEmoji,
    ReplyParameters,
)

from tests.integration.playground.refusals.case import PIXEL, Case, Scene

TD = "https://github.com/tdlib/td/blob/master/td/telegram/"
CONTENT = TD + "MessageContent.cpp"
ENTITIES = TD + "MessageEntity.cpp"
MESSAGES = TD + "MessagesManager.cpp"
FILES = TD + "files/FileManager.cpp"
LINKS = TD + "LinkManager.cpp"
SERVER = "https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp"
TELOXIDE = "https://github.com/teloxide/teloxide/blob/master/crates/teloxide-core/src/errors.rs"
RPC = "https://core.telegram.org/method/"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


def keys(data: str | None = None, url: str | None = None) -> InlineKeyboardMarkup:
    button = InlineKeyboardButton(text="a", callback_data=data, url=url)
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


async def edit_to_the_same_text(s: Scene) -> object:
    markup = keys("b")
    return await s.bot.edit_message_text(
        "own", chat_id=s.alice.id, message_id=s.own, reply_markup=markup
    )


async def edit_to_the_same_keyboard(s: Scene) -> object:
    markup = keys("b")
    return await s.bot.edit_message_reply_markup(
        chat_id=s.alice.id, message_id=s.own, reply_markup=markup
    )


async def edit_to_a_long_caption(s: Scene) -> object:
    return await s.bot.edit_message_caption(
        caption="x" * 1025, chat_id=s.alice.id, message_id=s.picture
    )


async def send_with_a_long_caption(s: Scene) -> object:
    picture = BufferedInputFile(PIXEL, "a.png")
    return await s.bot.send_photo(s.alice.id, picture, caption="x" * 1025)


async def reply_to_nothing(s: Scene) -> object:
    reply = ReplyParameters(message_id=1)
    return await s.bot.send_message(s.alice.id, "x", reply_parameters=reply)


async def react_with_soup(s: Scene) -> object:
    return await s.bot.set_message_reaction(s.alice.id, s.own, [ReactionTypeEmoji(emoji="🥣")])


CASES = [
    Case("message is too long", lambda s: s.bot.send_message(s.alice.id, "x" * 4097), CONTENT),
    Case("text must be non-empty", lambda s: s.bot.send_message(s.alice.id, " \n "), ENTITIES),
    Case(
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        lambda s: s.bot.send_message(s.alice.id, "<b>x", parse_mode="HTML"), ENTITIES,
    ),
    Case("chat not found", lambda s: s.bot.send_message(99, "x"), SERVER),
    Case("chat not found", lambda s: s.bot.send_message("@nowhere", "x"), SERVER),
    Case(
        "inline keyboard button URL 'nothing' is invalid: Wrong HTTP URL",
        lambda s: s.bot.send_message(s.alice.id, "x", reply_markup=keys(url="nothing")), LINKS,
    ),
    Case("message to be replied not found", reply_to_nothing, SERVER),
    Case(
        "wrong parameter action in request",
        lambda s: s.bot.send_chat_action(s.alice.id, "dance"), SERVER,
    ),
    Case(
        "TEXTDRAFT_PEER_INVALID",
        lambda s: s.bot.send_message_draft(s.club.chat_id, 1, text="x"),
        "https://github.com/openclaw/openclaw/issues/7803",
    ),
    Case(NOT_MODIFIED, edit_to_the_same_text, SERVER),
    Case(NOT_MODIFIED, edit_to_the_same_keyboard, SERVER),
    Case(
        "message to edit not found",
        lambda s: s.bot.edit_message_text("x", chat_id=s.alice.id, message_id=1), SERVER,
    ),
    Case(
        "message can't be edited",
        lambda s: s.bot.edit_message_text("x", chat_id=s.alice.id, message_id=s.hers), MESSAGES,
    ),
    Case(
        "there is no text in the message to edit",
        lambda s: s.bot.edit_message_text("x", chat_id=s.alice.id, message_id=s.picture), MESSAGES,
    ),
    Case(
        "there is no caption in the message to edit",
        lambda s: s.bot.edit_message_caption(caption="x", chat_id=s.alice.id, message_id=s.own),
        MESSAGES,
    ),
    Case("message caption is too long", send_with_a_long_caption, CONTENT),
    Case("MEDIA_CAPTION_TOO_LONG", edit_to_a_long_caption, RPC + "messages.editMessage"),
    Case("message to delete not found", lambda s: s.bot.delete_message(s.alice.id, 1), SERVER),
    Case(
        "IMAGE_PROCESS_FAILED",
        lambda s: s.bot.send_photo(s.alice.id, BufferedInputFile(b"x", "a")), TELOXIDE,
    ),
    Case(
        "wrong remote file identifier specified: Wrong padding in the string",
        lambda s: s.bot.send_photo(s.alice.id, "AgACnothing"), FILES,
    ),
    Case("invalid file_id", lambda s: s.bot.get_file("nothing"), SERVER),
    Case("REACTION_INVALID", react_with_soup, RPC + "messages.sendReaction"),
    Case(
        "message to react not found",
        lambda s: s.bot.set_message_reaction(s.alice.id, 1, []), SERVER,
    ),
    Case(
        "PARTICIPANT_ID_INVALID",
        lambda s: s.bot.ban_chat_member(s.club.chat_id, 99), RPC + "channels.editBanned",
    ),
]  # fmt: skip
