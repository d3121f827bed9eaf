from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.utils.token import TokenValidationError, validate_token

from bot.limits import OutgoingLimits
from bot.pacing import Pace
from bot.settings import Settings
from services.clock import Clock
from services.errors import InvalidInputError

_HOW_TO_BEGIN = (
    "BOT_TOKEN is not set: open a chat with @BotFather in Telegram, send /newbot, and put the "
    "token that it gives you into BOT_TOKEN in the environment or in .env; "
    "`samovar demo` needs no token"
)


def bot_token(settings: Settings) -> str:
    """Read the token.

    Raises:
        InvalidInputError: There is none, or it cannot be one.
    """
    if settings.bot_token is None or not settings.bot_token.get_secret_value():
        raise InvalidInputError(_HOW_TO_BEGIN)
    token = settings.bot_token.get_secret_value()
    try:
        validate_token(token)
    except TokenValidationError as error:
        msg = "BOT_TOKEN is no token: it looks like 123456789:AAE... and comes from @BotFather"
        raise InvalidInputError(msg) from error
    return token


def bot_id(settings: Settings) -> int:
    """Tell the bot's id, which is the first part of its token."""
    return int(bot_token(settings).partition(":")[0])


@asynccontextmanager
async def open_bot(settings: Settings, pace: Pace, clock: Clock) -> AsyncIterator[Bot]:
    """Open the way out to Telegram, with every call through the limiter."""
    server = TelegramAPIServer.from_base(settings.telegram_api, is_local=settings.telegram_local)
    session = AiohttpSession(api=server)
    session.middleware(OutgoingLimits(pace, clock))
    bot = Bot(
        bot_token(settings),
        session=session,
        default=DefaultBotProperties(
            parse_mode=ParseMode.HTML,
            link_preview_is_disabled=True,
            # Who deletes a question at once is to hear the answer all the same.
            allow_sending_without_reply=True,
        ),
    )
    try:
        yield bot
    finally:
        await session.close()
