"""Quizzes in words: what is asked, why it is so, who knew it."""

import html
from collections.abc import Sequence
from typing import Final

from handlers.i18n import Markup, Texts
from services.insight.questions import LONGEST_QUESTION, units
from services.insight.quiz_models import QuizQuestion, Score

LONGEST_EXPLANATION: Final = 200
_LONGEST_TITLE: Final = 60
_MEDALS: Final = ("🥇", "🥈", "🥉")


def question_text(question: QuizQuestion, *, number: int, count: int) -> str:
    """Give the words of the poll, with the topic where there is room for it."""
    counted = f"{number + 1}/{count}. {question.text}"
    full = f"{number + 1}/{count}. {question.topic}\n{question.text}"
    if question.topic and units(full) <= LONGEST_QUESTION:
        return full
    return counted if units(counted) <= LONGEST_QUESTION else question.text


def explanation(question: QuizQuestion) -> Markup:
    """Give what the library says and where, within what Telegram takes once markup is gone."""
    title = shortened(" ".join(question.title.split()), _LONGEST_TITLE) or "↗"
    room = LONGEST_EXPLANATION - units(title) - units("«»\n— ")
    quote = shortened(" ".join(question.sentence.split()), room)
    where = html.escape(title)
    if (question.url or "").startswith(("https://", "http://")):
        where = f'<a href="{html.escape(question.url or "")}">{where}</a>'
    return Markup(f"«{html.escape(quote)}»\n— {where}")


def shortened(text: str, room: int) -> str:
    """Cut a text at a word, if it is longer than so many UTF-16 units."""
    if units(text) <= room:
        return text
    cut = text[:room]
    while units(cut) > room - 1:
        cut = cut[:-1]
    head, _, _ = cut.rpartition(" ")
    return f"{head or cut}…"


def scores_text(scores: Sequence[Score], *, asked: int, texts: Texts) -> str:
    """Give the table of a quiz."""
    if not scores:
        return texts("quiz-nobody")
    return "\n".join([texts("quiz-scores", asked=asked), *_lines(scores, texts)])


def top_text(scores: Sequence[Score], texts: Texts) -> str:
    """Give the table of a chat for this month."""
    if not scores:
        return texts("quiz-top-empty")
    return "\n".join([texts("quiz-top"), *_lines(scores, texts)])


def _lines(scores: Sequence[Score], texts: Texts) -> list[str]:
    best = sorted({score.right for score in scores}, reverse=True)
    return [
        texts(
            "quiz-score", place=_place(best.index(score.right)),
            name=score.name, right=score.right, answered=score.answered,
        )
        for score in scores
    ]  # fmt: skip


def _place(place: int) -> str:
    return _MEDALS[place] if place < len(_MEDALS) else f"{place + 1}."
