"""Polls."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.types import Poll

from tests.integration.playground.refusals.case import Case, Scene

OPTION = "https://github.com/tdlib/td/blob/master/td/telegram/PollOption.cpp"
CONTENT = "https://github.com/tdlib/td/blob/master/td/telegram/MessageContent.cpp"
MANAGER = "https://github.com/tdlib/td/blob/master/td/telegram/PollManager.cpp"
SERVER = "https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp"


def asking(
    question: str = "?", options: list[str] | None = None, **more: Any  # noqa: ANN401 - sendPoll's
) -> Callable[[Scene], Awaitable[object]]:  # fmt: skip
    given = ["a", "b"] if options is None else options
    return lambda s: s.bot.send_poll(s.alice.id, question, [*given], **more)


async def stop_twice(s: Scene) -> Poll:
    sent = await s.bot.send_poll(s.alice.id, "?", ["a", "b"])
    await s.bot.stop_poll(s.alice.id, sent.message_id)
    return await s.bot.stop_poll(s.alice.id, sent.message_id)


CASES = [
    Case("poll must have at least one answer option", asking(options=[]), OPTION),
    Case("poll can't have more than 12 options", asking(options=list("abcdefghijklm")), OPTION),
    Case("poll options length must not exceed 100", asking(options=["a", "b" * 101]), OPTION),
    Case("poll question length must not exceed 300", asking("?" * 301), CONTENT),
    Case("correct quiz option list must be non-empty", asking(type="quiz"), MANAGER),
    Case(
        "correct quiz option list must be increasing",
        asking(type="quiz", correct_option_ids=[1, 0]), MANAGER,
    ),
    Case("wrong quiz correct_option_id", asking(type="quiz", correct_option_ids=[2]), MANAGER),
    Case("unsupported poll type specified", asking(type="survey"), SERVER),
    Case("poll has already been closed", stop_twice, MANAGER),
    Case("message with poll to stop not found", lambda s: s.bot.stop_poll(s.alice.id, 1), SERVER),
]  # fmt: skip
