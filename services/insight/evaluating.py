"""How good are the answers on a set of questions whose sources are known?"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from services.answering.models import Answer, RankedPassage

_WORD: Final = re.compile(r"\w+")
RECALL_AT: Final = 20
NDCG_AT: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalQuestion:
    """A question with what is known of its answer.

    Attributes:
        sources: Documents that answer it, by their source, file name, address or title; none when
            no document does.
        history: Earlier questions of the same person, oldest first.
        answer: Words that a right answer has; empty when they are not known.
    """

    question_id: str
    question: str
    sources: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    answer: str = ""

    @property
    def answerable(self) -> bool:
        """Some document answers it."""
        return bool(self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of one question.

    Attributes:
        found: A right document is among the candidates.
        ndcg: Of the first five candidates, by document.
        cited: Citations of the answer.
        cited_right: Of these, those of right documents.
        refused: No answer was given.
        said: The answer has the words that are known of it.
    """

    question: EvalQuestion
    found: bool
    ndcg: float
    cited: int
    cited_right: int
    refused: bool
    seconds: float
    said: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalFigures:
    """Shares from 0 to 1, None where no question tells; times in milliseconds.

    Attributes:
        recall_at_20: Answerable questions with a right document among 20 candidates.
        ndcg_at_5: Mean over the answerable ones.
        citation_precision: Citations that are of a right document.
        citation_recall: Answerable questions whose answer cites a right document.
        refusal_precision: Refusals that were right.
        refusal_recall: Unanswerable questions that were refused.
        answer_recall: Questions whose answer is known and was said.
    """

    questions: int
    recall_at_20: float | None
    ndcg_at_5: float | None
    citation_precision: float | None
    citation_recall: float | None
    refusal_precision: float | None
    refusal_recall: float | None
    p50_ms: float | None
    p95_ms: float | None
    answer_recall: float | None = None


def judge(question: EvalQuestion, answer: Answer, seconds: float) -> Judged:
    """Compare an answer with what is known."""
    ranks = [_is_of(ranked, question.sources) for ranked in _by_document(answer.candidates)]
    right = [any(_names(g, c.source, c.url, c.title) for g in question.sources)
             for c in answer.citations]  # fmt: skip
    return Judged(
        question=question,
        found=any(_is_of(ranked, question.sources) for ranked in answer.candidates[:RECALL_AT]),
        ndcg=_ndcg(ranks[:NDCG_AT], len(question.sources)),
        cited=len(right),
        cited_right=sum(right),
        refused=answer.abstained or bool(answer.choices),
        seconds=seconds,
        said=not answer.abstained and _says(answer.text, question.answer),
    )


def figures(judged: Sequence[Judged]) -> EvalFigures:
    """Sum up."""
    answerable = [one for one in judged if one.question.answerable]
    others = [one for one in judged if not one.question.answerable]
    refused = [one for one in judged if one.refused]
    times = sorted(one.seconds * 1000 for one in judged)
    return EvalFigures(
        questions=len(judged),
        recall_at_20=_share(one.found for one in answerable),
        ndcg_at_5=_mean([one.ndcg for one in answerable]),
        citation_precision=_ratio(
            sum(one.cited_right for one in answerable), sum(one.cited for one in judged)
        ),
        citation_recall=_share(one.cited_right > 0 for one in answerable),
        refusal_precision=_share(not one.question.answerable for one in refused),
        refusal_recall=_share(one.refused for one in others),
        p50_ms=_percentile(times, 0.5),
        p95_ms=_percentile(times, 0.95),
        answer_recall=_share(one.said for one in judged if one.question.answer),
    )


def _by_document(candidates: Iterable[RankedPassage]) -> list[RankedPassage]:
    """Keep the best passage of each document."""
    first: dict[str, RankedPassage] = {}
    for ranked in candidates:
        first.setdefault(ranked.passage.sources[0].source, ranked)
    return list(first.values())


def _is_of(ranked: RankedPassage, gold: Sequence[str]) -> bool:
    return any(
        _names(name, source.source, source.url, source.title)
        for source in ranked.passage.sources
        for name in gold
    )


def _names(name: str, source: str, url: str | None, title: str) -> bool:
    wanted = name.strip()
    address = (url or "").partition("#")[0]
    return bool(wanted) and wanted in {source, PurePosixPath(source).name, url, address, title}


def _says(text: str, words: str) -> bool:
    wanted = _plain(words)
    return bool(wanted) and f" {wanted} " in f" {_plain(text)} "


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold().replace("ё", "е")))


def _ndcg(right: Sequence[bool], documents: int) -> float:
    gain = sum(1 / math.log2(rank + 2) for rank, is_right in enumerate(right) if is_right)
    best = sum(1 / math.log2(rank + 2) for rank in range(min(documents, NDCG_AT)))
    return min(1.0, gain / best) if best else 0.0


def _share(values: Iterable[bool]) -> float | None:
    return _mean([float(value) for value in values])


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)], 1)
