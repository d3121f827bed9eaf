"""An answer as JSON for programs, and as text for people at a terminal."""

from collections.abc import Sequence
from typing import Final

import msgspec

from services.answering.models import Answer, Citation, Decision, RankedPassage


class ListedPassage(msgspec.Struct, frozen=True):
    """A passage by its place in SQL and in the world; ``score`` is the reranker's."""

    id: int
    source: str
    url: str | None
    title: str
    score: float


class ListedCitation(msgspec.Struct, frozen=True):
    """A source of the answer with what it says."""

    n: int
    source: str
    url: str | None
    quote: str


class AskedQuestion(msgspec.Struct, frozen=True):
    """What ``samovar ask --json`` prints for a question; keys are a contract."""

    id: str
    question: str
    query: str
    decision: str
    candidates: list[ListedPassage]
    evidence: list[ListedPassage]
    answer: str
    citations: list[ListedCitation]
    abstained: bool
    choices: list[str]
    timings_ms: dict[str, float]


_ABSTAINED: Final = {
    "ru": "В источниках нет ответа на этот вопрос.",
    "fa": "در منابع پاسخی برای این پرسش نیست.",
    "en": "The sources do not answer this question.",
}
_MEANT: Final = {
    "ru": "Что вы имеете в виду?",
    "fa": "منظورتان کدام است؟",
    "en": "Which one do you mean?",
}
_NEAREST: Final = {
    "ru": "Ближайшее из найденного:",
    "fa": "نزدیک‌ترین یافته‌ها:",
    "en": "The nearest that was found:",
}
_SMALL_TALK: Final = "(small talk: the bot answers with the text {key!r} of its catalogue)"


def answer_as_json(question_id: str, answer: Answer) -> AskedQuestion:
    """List everything about an answer; an abstention says so in ``answer``, too."""
    return AskedQuestion(
        id=question_id,
        question=answer.question,
        query=answer.query.text,
        decision=answer.decision.value,
        candidates=[_listed(ranked) for ranked in answer.candidates],
        evidence=[_listed(ranked) for ranked in answer.evidence],
        answer=_said(answer),
        citations=[_cited(citation) for citation in answer.citations],
        abstained=answer.abstained,
        choices=list(answer.choices),
        timings_ms=dict(answer.timings_ms),
    )


def answer_for_people(answer: Answer) -> str:
    """Write an answer with its sources below, or what an abstention can offer."""
    if answer.decision is Decision.SMALL_TALK:
        return _SMALL_TALK.format(key=answer.text)
    if answer.choices or answer.abstained:
        return _said(answer)
    sources = [f"[{c.n}] {c.title or c.source}{_place(c.url, c.source)}" for c in answer.citations]
    return "\n".join([answer.text, "", *sources]) if sources else answer.text


def _said(answer: Answer) -> str:
    if answer.choices:
        asked = _MEANT.get(answer.language, _MEANT["en"])
        return "\n".join([asked, *(f"- {choice}" for choice in answer.choices)])
    return _abstention(answer) if answer.abstained else answer.text


def _abstention(answer: Answer) -> str:
    said = _ABSTAINED.get(answer.language, _ABSTAINED["en"])
    if not answer.offered:
        return said
    nearest = _NEAREST.get(answer.language, _NEAREST["en"])
    return "\n".join([f"{said} {nearest}", *_offers(answer.offered)])


def _offers(offered: Sequence[RankedPassage]) -> list[str]:
    lines = []
    for ranked in offered:
        source = ranked.passage.sources[0]
        name = ranked.passage.title or source.source
        lines.append(f"- {name}{_place(source.url, source.source)}")
    return list(dict.fromkeys(lines))


def _place(url: str | None, source: str) -> str:
    return f" ({url or source})"


def _listed(ranked: RankedPassage) -> ListedPassage:
    source = ranked.passage.sources[0]
    return ListedPassage(
        id=int(ranked.passage.passage_id),
        source=source.source,
        url=source.url,
        title=ranked.passage.title or source.title,
        score=round(ranked.score, 4),
    )


def _cited(citation: Citation) -> ListedCitation:
    return ListedCitation(citation.n, citation.source, citation.url, citation.quote)
