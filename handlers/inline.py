"""Inline mode: "@bot question" in any chat."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from aiogram import Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InlineQueryResultUnion,
)

from handlers.i18n import Catalogue, Texts
from handlers.refusals import is_tap_expired
from handlers.rendering.inline import inline_results
from services.answering.inline import InlineAnswers
from services.answering.models import Answer
from services.people.access import Access
from services.people.models import Person

_SHORTEST: Final = 3
_LONGEST: Final = 256
_KEPT_S: Final = 30
"""Seconds that Telegram shows a person the same results for the same words."""
_PARAMETER: Final = "inline"


def build_router() -> Router:
    """Take what people type after the bot's name."""
    router = Router(name="inline")
    router.inline_query.register(_asked)
    return router


async def _asked(
    query: InlineQuery,
    *,
    person: Person,
    access: Access,
    texts: Texts,
    catalogue: Catalogue,
    inline_answers: InlineAnswers,
) -> None:
    text = query.query.strip()
    if not await access.admits(person, group_id=None):
        await _reply(query, texts, "inline-stranger")
    elif len(text) < _SHORTEST:
        await _reply(query, texts, "inline-type")
    else:
        inline_answers.ask(
            query.id, text[:_LONGEST], user_id=person.user_id, language=texts.language,
            show=partial(_show, query, catalogue),
        )  # fmt: skip


async def _show(query: InlineQuery, catalogue: Catalogue, answer: Answer) -> None:
    texts = catalogue.texts(answer.language)
    results = inline_results(answer, texts)
    key = "inline-in-private" if results else "inline-nothing"
    await _reply(query, texts, key, results)


async def _reply(
    query: InlineQuery,
    texts: Texts,
    key: str,
    results: Sequence[InlineQueryResultArticle] = (),
) -> None:
    button = InlineQueryResultsButton(text=texts.plain(key), start_parameter=_PARAMETER)
    # The type of aiogram's parameter is a list of the union of all results.
    offered: list[InlineQueryResultUnion] = list(results)
    try:
        await query.answer(offered, cache_time=_KEPT_S, is_personal=True, button=button)
    except TelegramBadRequest as error:
        # Whoever typed has gone on typing, or away.
        if not is_tap_expired(error):
            raise
