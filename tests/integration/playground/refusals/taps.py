"""Answers to taps."""

from tests.integration.playground.refusals.case import Case

CASES = [
    Case(
        "query is too old and response timeout expired or query ID is invalid",
        lambda s: s.bot.answer_callback_query("1"),
        "https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp",
    ),
]
