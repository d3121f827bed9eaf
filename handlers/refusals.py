"""Telegram's refusals that are no errors for us; it tells them apart by text alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
)

from services.errors import UnavailableError

UNREACHABLE = (TelegramForbiddenError, TelegramNotFound, TelegramMigrateToChat)
"""The chat takes no messages from the bot: blocked, removed, or moved away."""


def is_not_modified(error: TelegramBadRequest) -> bool:
    """Tell whether an edit changed nothing, which is as good as done."""
    return "message is not modified" in error.message


def is_gone(error: TelegramBadRequest) -> bool:
    """Tell whether the message to edit or delete is not there, or is not ours to change."""
    return any(
        words in error.message
        for words in ("message to edit not found", "message can't be edited",
                      "message to delete not found", "message can't be deleted",
                      "MESSAGE_ID_INVALID")
    )  # fmt: skip


def is_tap_expired(error: TelegramBadRequest) -> bool:
    """Tell whether a tap can be answered no more: it is old, or was answered before a crash."""
    return "query is too old" in error.message or "query ID is invalid" in error.message


def is_chat_missing(error: TelegramBadRequest) -> bool:
    """Tell whether there is no such chat (any more)."""
    return "chat not found" in error.message or "user not found" in error.message


@contextmanager
def telegram_unavailable() -> Iterator[None]:
    """Turn a Telegram that does not answer into ``UnavailableError``."""
    try:
        yield
    except (TelegramNetworkError, TelegramServerError, TelegramRetryAfter) as error:
        msg = f"Telegram does not answer: {type(error).__name__}"
        raise UnavailableError(msg, dependency="telegram") from error
