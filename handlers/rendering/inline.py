"""An answer as results to choose from while somebody types."""

import html
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final

from aiogram.enums import ParseMode
from aiogram.types import (
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
)

from handlers.i18n import Texts
from handlers.rendering.answers import answer_parts, safe_url
from services.answering.models import Answer, Decision, RankedPassage

_DESCRIPTION: Final = 120
_QUOTE: Final = 600


def inline_results(answer: Answer, texts: Texts) -> list[InlineQueryResultArticle]:
    """Offer the answer first, then the places that it is from; each is a message to send.

    Args:
        answer: Of one question; an abstention offers what is near.
        texts: In the language of the answer.
    """
    if answer.decision is not Decision.SOURCES:
        return []
    passages = answer.offered if answer.abstained else answer.evidence
    return [*_answered(answer, texts), *_passages(passages)]


def _answered(answer: Answer, texts: Texts) -> Iterator[InlineQueryResultArticle]:
    if answer.abstained:
        return
    (part, *more) = answer_parts(answer, texts)
    if more:
        # A chosen result is one message; a longer answer belongs into the private chat.
        return
    question = html.escape(" ".join(answer.question.split()), quote=False)
    yield _article(
        "answer", texts.plain("inline-answer"), answer.text, f"<b>{question}</b>\n\n{part.html}"
    )


def _passages(passages: Sequence[RankedPassage]) -> Iterator[InlineQueryResultArticle]:
    for ranked in passages:
        passage = ranked.passage
        source = passage.sources[0]
        title = source.title or passage.title or source.source
        named = html.escape(title, quote=False)
        url = safe_url(source.url)
        if url is not None:
            named = f'<a href="{html.escape(url)}">{named}</a>'
        quote = html.escape(_shortened(passage.text, _QUOTE), quote=False)
        yield _article(
            str(passage.passage_id), title, passage.text,
            f"{named}\n<blockquote expandable>{quote}</blockquote>",
        )  # fmt: skip


def _article(name: str, title: str, text: str, message: str) -> InlineQueryResultArticle:
    return InlineQueryResultArticle(
        id=sha256(f"{name}\n{message}".encode()).hexdigest()[:32],
        title=_shortened(title, _DESCRIPTION),
        description=_shortened(text, _DESCRIPTION),
        input_message_content=InputTextMessageContent(
            message_text=message,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
    )


def _shortened(text: str, length: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
