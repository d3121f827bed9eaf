"""Inline mode and Mini Apps."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import methods, types
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)

from tests.integration.playground.refusals.case import Case, Scene

QUERIES = "https://github.com/tdlib/td/blob/master/td/telegram/InlineQueriesManager.cpp"
SERVER = "https://core.telegram.org/method/messages.setInlineBotResults"
CLIENT = "https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp"
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
WEB = "https://example.org/a"


def article(
    number: str = "1",
    text: str = "x",
    **more: Any,  # noqa: ANN401 - the fields of a result
) -> InlineQueryResultArticle:
    content = InputTextMessageContent(message_text=text, parse_mode=more.pop("parse_mode", None))
    title = more.pop("title", "t")
    return InlineQueryResultArticle(id=number, title=title, input_message_content=content, **more)


def answered(
    *results: types.InlineQueryResultUnion,
    **more: Any,  # noqa: ANN401 - the parameters of a method
) -> Callable[[Scene], Awaitable[object]]:
    """Alice asks, and the bot answers so."""

    async def act(s: Scene) -> object:
        number = await s.alice.types("@helper_bot", "soup")
        return await s.bot.answer_inline_query(number, list(results), **more)

    return act


def opened(parameter: str | None) -> Callable[[Scene], Awaitable[object]]:
    return answered(button=InlineQueryResultsButton(text="b", start_parameter=parameter))


async def _answered_twice(s: Scene) -> object:
    number = await s.alice.types("@helper_bot", "soup")
    await s.bot.answer_inline_query(number, [])
    return await s.bot.answer_inline_query(number, [])


DATA = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="x" * 65)]]
)
CASES = [
    Case(
        TOO_OLD,
        lambda s: s.bot.answer_inline_query("1", []),
        CLIENT,
    ),
    Case(TOO_OLD, _answered_twice, CLIENT),
    Case(
        TOO_OLD,
        lambda s: s.bot(methods.AnswerWebAppQuery(web_app_query_id="1", result=article())),
        CLIENT,
    ),
    Case(
        "too many inline query results specified",
        answered(*(article(str(number)) for number in range(51))),
        QUERIES,
    ),
    Case(
        "RESULT_ID_DUPLICATE",
        answered(article("1"), article("1")),
        SERVER,
    ),
    Case(
        "RESULT_ID_INVALID",
        answered(article("x" * 65)),
        "https://github.com/telegraf/telegraf/issues/869",
    ),
    Case("ARTICLE_TITLE_EMPTY", answered(article(title="")), SERVER),
    Case("NEXT_OFFSET_INVALID", answered(article(), next_offset="x" * 65), SERVER),
    Case("MESSAGE_TOO_LONG", answered(article(text="x" * 4097)), SERVER),
    Case(
        "MEDIA_CAPTION_TOO_LONG",
        answered(
            types.InlineQueryResultPhoto(
                id="1", photo_url=WEB, thumbnail_url=WEB, caption="x" * 1025
            )
        ),
        SERVER,
    ),
    Case(
        "can't parse InlineQueryResult: Can't parse entities: Can't find end tag corresponding to"
        ' start tag "b"',
        answered(article(text="<b>x", parse_mode="HTML")),
        CLIENT,
    ),
    Case("BUTTON_DATA_INVALID", answered(article(reply_markup=DATA)), SERVER),
    Case(
        "unallowed document MIME type",
        answered(
            types.InlineQueryResultDocument(
                id="1", title="t", document_url=WEB, mime_type="text/plain"
            )
        ),
        QUERIES,
    ),
    Case(
        "unallowed video MIME type",
        answered(
            types.InlineQueryResultVideo(
                id="1", title="t", video_url=WEB, mime_type="video/x", thumbnail_url=WEB
            )
        ),
        QUERIES,
    ),
    Case(
        "WEBDOCUMENT_URL_INVALID",
        answered(types.InlineQueryResultGif(id="1", gif_url="ftp://a.b", thumbnail_url=WEB)),
        SERVER,
    ),
    Case(
        "WEBDOCUMENT_URL_INVALID",
        answered(types.InlineQueryResultGif(id="1", gif_url="http://[", thumbnail_url=WEB)),
        SERVER,
    ),
    Case(
        'field "phone_number" must contain a valid phone number',
        answered(types.InlineQueryResultContact(id="1", phone_number=" ", first_name="A")),
        QUERIES,
    ),
    Case("can't use empty start_parameter", opened(None), QUERIES),
    Case("too long start_parameter specified", opened("x" * 65), QUERIES),
    Case("unallowed characters in start_parameter are used", opened("a b"), QUERIES),
    Case(
        "invalid inline message identifier specified",
        lambda s: s.bot.edit_message_text("x", inline_message_id="1"),
        "https://github.com/tdlib/td/blob/master/td/telegram/InlineMessageManager.cpp",
    ),
    Case(
        "MESSAGE_ID_INVALID",
        lambda s: s.bot.edit_message_text("x", inline_message_id="x" * 27),
        "https://core.telegram.org/method/messages.editInlineBotMessage",
    ),
]
