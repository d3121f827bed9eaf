"""Keyboards."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.types import (
    CallbackGame,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    KeyboardButtonPollType,
    KeyboardButtonRequestChat,
    KeyboardButtonRequestUsers,
    LoginUrl,
    ReplyKeyboardMarkup,
    WebAppInfo,
)

from tests.integration.playground.refusals.case import Case, Scene

KEYS = "https://github.com/tdlib/td/blob/master/td/telegram/KeyboardButton.cpp"
INLINE_KEYS = "https://github.com/tdlib/td/blob/master/td/telegram/InlineKeyboardButton.cpp"
LINKS = "https://github.com/tdlib/td/blob/master/td/telegram/LinkManager.cpp"
SERVER = "https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp"
SENDING = "https://core.telegram.org/method/messages.sendMessage#possible-errors"
ANSWERING = "https://core.telegram.org/method/messages.setBotCallbackAnswer#possible-errors"
HTTPS = "Only HTTPS links are allowed"


def key(*, chat: str = "club", **asks: Any) -> Callable[[Scene], Awaitable[object]]:  # noqa: ANN401
    button = KeyboardButton(text="key", **asks)
    markup = ReplyKeyboardMarkup(keyboard=[[button]])
    return lambda s: s.bot.send_message(_where(s, chat), "x", reply_markup=markup)


def button(*, chat: str = "alice", **does: Any) -> Callable[[Scene], Awaitable[object]]:  # noqa: ANN401
    markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="b", **does)]])
    return lambda s: s.bot.send_message(_where(s, chat), "x", reply_markup=markup)


def _where(s: Scene, chat: str) -> int:
    return s.club.chat_id if chat == "club" else s.alice.id


async def too_many(s: Scene) -> object:
    row = [InlineKeyboardButton(text="b", callback_data="x")] * 10
    markup = InlineKeyboardMarkup(inline_keyboard=[row] * 11)
    return await s.bot.send_message(s.alice.id, "x", reply_markup=markup)


async def open_elsewhere(s: Scene) -> object:
    query = (await s.alice.taps("a"))["query_id"]
    return await s.bot.answer_callback_query(query, url="https://example.com/")


async def say_too_much(s: Scene) -> object:
    query = (await s.alice.taps("a"))["query_id"]
    return await s.bot.answer_callback_query(query, "x" * 201)


APP = WebAppInfo(url="https://example.com")
CASES = [
    Case(
        "phone number can be requested in private chats only", key(request_contact=True), KEYS
    ),
    Case("location can be requested in private chats only", key(request_location=True), KEYS),
    Case(
        "poll can be requested in private chats only",
        key(request_poll=KeyboardButtonPollType()), KEYS,
    ),
    Case(
        "users can be requested in private chats only",
        key(request_users=KeyboardButtonRequestUsers(request_id=1)), KEYS,
    ),
    Case(
        "chats can be requested in private chats only",
        key(request_chat=KeyboardButtonRequestChat(request_id=1, chat_is_channel=False)), KEYS,
    ),
    Case("Web App buttons can be used in private chats only", key(web_app=APP), KEYS),
    Case(
        f"keyboard button Web App URL 'http://example.com' is invalid: {HTTPS}",
        key(chat="alice", web_app=WebAppInfo(url="http://example.com")), KEYS,
    ),
    Case(
        f"inline keyboard button Web App URL 'http://example.com' is invalid: {HTTPS}",
        button(web_app=WebAppInfo(url="http://example.com")), INLINE_KEYS,
    ),
    Case(
        f"inline keyboard button login URL 'http://example.com' is invalid: {HTTPS}",
        button(login_url=LoginUrl(url="http://example.com")), INLINE_KEYS,
    ),
    Case(
        "inline keyboard button URL 'http://localhost:80' is invalid: Wrong HTTP URL",
        button(url="http://localhost:80"), LINKS,
    ),
    Case(
        "inline keyboard button URL 'ftp://example.com' is invalid: Unsupported URL protocol",
        button(url="ftp://example.com"),
        "https://github.com/tdlib/td/blob/master/tdutils/td/utils/HttpUrl.cpp",
    ),
    Case("BUTTON_TYPE_INVALID", button(chat="club", web_app=APP), SENDING),
    Case("BUTTON_TYPE_INVALID", button(callback_game=CallbackGame()), SENDING),
    Case("BUTTON_DATA_INVALID", button(callback_data="я" * 33), SENDING),
    Case("BUTTON_COPY_TEXT_INVALID", button(copy_text=CopyTextButton(text="x" * 257)), SENDING),
    Case(
        "can't parse InlineKeyboardButton: Text buttons are not allowed in the inline keyboard",
        button(callback_data=""), SERVER,
    ),
    Case("reply markup is too long", too_many, SERVER),
    Case("URL_INVALID", open_elsewhere, ANSWERING),
    Case("MESSAGE_TOO_LONG", say_too_much, ANSWERING),
]  # fmt: skip
