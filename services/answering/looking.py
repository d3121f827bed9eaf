"""Twenty candidates to what an answer is written from: five passages, sentence by sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.answering.abstaining import answerable, signals
from services.answering.asking import echoes, told
from services.answering.comparing import on_both, sentences_on_both, sides
from services.answering.evidence import SentenceView, sentence_scores, views
from services.answering.focusing import drop_filling, keep_only, keep_steps
from services.answering.generation import MOST_STEPS, SENTENCES
from services.answering.models import AnswerLength, RankedPassage, SearchQuery
from services.answering.preferring import excluding, preferences, uses, wants_one_fact, wants_steps
from services.answering.reranking import EVIDENCE
from services.answering.searching import Searched
from services.answering.steps import find_steps
from services.knowledge.ports import Lemmatizer


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the search brought, before anything is written.

    Attributes:
        candidates: All, best first.
        evidence: The first five of them, or those that both sides of a comparison need.
        sentences: Of the evidence.
        scores: How much each sentence belongs into an answer.
        steps: Length of the list of steps that answers the question, or 0.
        answerable: The evidence supports an answer.
    """

    query: SearchQuery
    candidates: tuple[RankedPassage, ...]
    evidence: tuple[RankedPassage, ...]
    sentences: tuple[SentenceView, ...]
    scores: tuple[float, ...]
    steps: int
    answerable: bool

    @property
    def nearest(self) -> float | None:
        """Cosine of the question and the nearest sentence; None without vectors."""
        return max((s.cosine for s in self.sentences if s.cosine is not None), default=None)


def look_closely(
    searched: Searched,
    reranked: Sequence[RankedPassage],
    length: AnswerLength,
    lemmatizer: Lemmatizer,
) -> Found:
    """Look at the sentences of the best; CPU work, run in a thread."""
    query, lemmas, vector = searched.query, searched.lemmas, searched.vector
    ranked = excluding(query, reranked, lemmatizer)
    compared = sides(query.text, lemmatizer)
    evidence = on_both(compared, ranked, lemmatizer, EVIDENCE) if compared else ranked[:EVIDENCE]
    sentences = views(evidence, vector, lemmatizer)
    added = preferences(query, sentences, lemmatizer)
    scores = sentence_scores(lemmas, sentences, added)
    supported = answerable(signals(query.text, lemmas, ranked, sentences, vector))
    if sentences and echoes(lemmas, sentences[max(range(len(scores)), key=scores.__getitem__)]):
        supported = False
    steps: list[int] = []
    if compared:
        both = sentences_on_both(
            compared, evidence, sentences, scores, lemmatizer,
            a_side=SENTENCES[length] // 2,
        )  # fmt: skip
        scores = keep_only([*both.one, *both.other], scores)
        supported = bool(both.one and both.other) and (supported or both.introduced)
    elif wants_steps(query.text):
        steps = _fitting_steps(
            query, find_steps(evidence, sentences, scores), sentences, MOST_STEPS[length],
            lemmatizer,
        )  # fmt: skip
        scores = keep_steps(steps, evidence, sentences, scores)
    elif wants_one_fact(query.text):
        scores = drop_filling(query.text, sentences, scores)
    return Found(
        query=query,
        candidates=tuple(ranked),
        evidence=tuple(evidence),
        sentences=tuple(sentences),
        scores=tuple(scores),
        steps=len(steps),
        answerable=(query.whole_days and bool(evidence))
        or (supported and told(query.text, lemmas, sentences)),
    )


def _fitting_steps(
    query: SearchQuery, steps: list[int], sentences: Sequence[SentenceView], most: int,
    lemmatizer: Lemmatizer,
) -> list[int]:  # fmt: skip
    """Leave a longer list to the source, and what is not wanted out of a shorter one."""
    if len(steps) > most:
        return []
    return [i for i in steps if not uses(sentences[i].text, query.excluded, lemmatizer)]
