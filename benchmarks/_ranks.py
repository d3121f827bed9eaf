"""What a search brought for questions whose passage is known, leg by leg, and how good that is."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks._library import BenchLibrary, Case
from benchmarks.report import Figure, figure
from services.answering.fusion import best_first
from services.answering.reranking import EVIDENCE, ranker_scores
from services.answering.retrieval import Candidate, HybridRetriever
from services.answering.weighing import PLAIN, RankWeights, weighed
from services.knowledge.models import BlockKind, SourceDocument
from services.knowledge.sentences import sentence_spans

DEPTH: Final = 10
WHOLE: Final = "whole"
LEGS: Final = {
    "lemmas alone": RankWeights(passage=0, sentence=0, lexical=1, letters=0),
    "passage vectors alone": RankWeights(passage=1, sentence=0, lexical=0, letters=0),
    "sentence vectors alone": RankWeights(passage=0, sentence=1, lexical=0, letters=0),
    "without letters": RankWeights(letters=0),
    WHOLE: PLAIN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Sources by leg, best first, and those of the candidates."""

    legs: Mapping[str, Sequence[str]]
    candidates: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Means over the questions."""

    recall_20: float
    recall_5: float
    recall_1: float
    ndcg_10: float


async def found_by(
    bench: BenchLibrary, cases: Sequence[Case], *, legs: Mapping[str, RankWeights] = LEGS
) -> list[Found]:
    """Search and rerank for every question."""
    vectors = await bench.vectors([case.question for case in cases])
    return [
        await _search(bench, case.question, vector, legs)
        for case, vector in zip(cases, vectors, strict=True)
    ]


async def _search(
    bench: BenchLibrary,
    question: str,
    vector: NDArray[np.float32],
    legs: Mapping[str, RankWeights],
) -> Found:
    retriever = HybridRetriever(index=bench.knowledge.index, store=bench.knowledge.passages)
    lemmas = bench.knowledge.lemmatizer.content_lemmas(question)
    candidates = await retriever.search([bench.library], lemmas=lemmas, vector=vector)
    scores = ranker_scores(lemmas, candidates, vector)
    return Found(
        legs={
            name: _sources([candidates[i] for i in best_first(weighed(scores, weights))])
            for name, weights in legs.items()
        },
        candidates=frozenset(_sources(candidates)),
    )


def _sources(candidates: Sequence[Candidate]) -> list[str]:
    return list(dict.fromkeys(one.passage.sources[0].source for one in candidates))


def measured(found: Sequence[Found], cases: Sequence[Case], leg: str = WHOLE) -> Measured:
    """Average over the questions."""
    ranks = [_rank(one.legs[leg], case.source) for one, case in zip(found, cases, strict=True)]
    there = [case.source in one.candidates for one, case in zip(found, cases, strict=True)]
    return Measured(
        recall_20=_mean([float(one) for one in there]),
        recall_5=_mean([float(rank < EVIDENCE) for rank in ranks]),
        recall_1=_mean([float(rank < 1) for rank in ranks]),
        ndcg_10=_mean([1 / math.log2(rank + 2) if rank < DEPTH else 0.0 for rank in ranks]),
    )


def leg_figures(found: Sequence[Found], cases: Sequence[Case], label: str) -> list[Figure]:
    """Tell how each ranker alone orders the same candidates, beside the whole."""
    whole = measured(found, cases).ndcg_10
    return [
        figure(
            f"nDCG@10, {leg}, {label}; baseline: the whole",
            measured(found, cases, leg).ndcg_10,
            baseline=whole,
            unit="share",
            n=len(cases),
        )
        for leg in LEGS
        if leg != WHOLE
    ]


def split_sentences(
    documents: Sequence[SourceDocument], cases: Sequence[Case]
) -> tuple[list[SourceDocument], list[Case]]:
    """Make each sentence a document, as RusBEIR does; the right one holds the answer's words.

    The sentences are those of our own splitter. A question whose answer spans two is left out.
    """
    sentences: list[SourceDocument] = []
    by_source: dict[str, list[tuple[str, str]]] = {}
    for document in documents:
        text = document.blocks[0].text
        for number, (start, end) in enumerate(sentence_spans(text)):
            source = f"{document.source}.{number}"
            block = replace(document.blocks[0], kind=BlockKind.PARAGRAPH, text=text[start:end])
            sentences.append(replace(document, source=source, blocks=(block,)))
            by_source.setdefault(document.source, []).append((source, text[start:end]))
    asked = [
        replace(case, source=source)
        for case in cases
        if (source := _holding(by_source[case.source], case.answers[0]))
    ]
    return sentences, asked


def _holding(sentences: Sequence[tuple[str, str]], answer: str) -> str:
    return next((source for source, text in sentences if answer in text), "")


def _rank(ranked: Sequence[str], source: str) -> int:
    return ranked.index(source) if source in ranked else len(ranked) + DEPTH


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
