"""Russian questions to their paragraphs, through the whole packaged pipeline.

Paragraphs of XQuAD are ingested, embedded, indexed, searched and reranked by the code that
answers people, in a data directory of the run's own. Beside it, in the same run, stands BM25 over
words as they are written. Then the same among thousands of paragraphs of Debian's documentation.
Vectors are kept in the data directory, so that a second run takes a minute.
"""

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import uvloop
from numpy.typing import NDArray

from benchmarks._debian_texts import debian_paragraphs
from benchmarks._library import (
    FILE,
    BenchLibrary,
    Case,
    document,
    find_xquad,
    open_bench_library,
    read_xquad,
)
from benchmarks._words import WordIndex
from benchmarks.report import Figure, Report, figure, machine
from bot.logs import configure_logs
from services.answering.reranking import EVIDENCE, rerank
from services.answering.retrieval import CANDIDATES, HybridRetriever
from services.knowledge.demo_library import read_articles
from services.knowledge.models import SourceDocument

DISTRACTORS: Final = 2000
DEPTH: Final = 10
# Goals of the issue, for the questions' own paragraphs.
RECALL_20: Final = 0.995
RECALL_5: Final = 0.99
NDCG_10: Final = 0.97

COMMITTED: Final = (
    ("Как приготовить щи?", "01-shchi-classic.ru.md"),
    ("Как сварить щи без капусты?", "02-shchi-without-cabbage.ru.md"),
    ("Из чего варят постные щи?", "03-shchi-lenten.ru.md"),
    ("Как приготовить борщ?", "05-borscht.ru.md"),
    ("Как лепить пельмени?", "09-pelmeni.ru.md"),
    ("Как печь блины?", "10-bliny.ru.md"),
    ("Как сделать сырники?", "11-syrniki.ru.md"),
    ("Как варить гречку?", "12-buckwheat.ru.md"),
    ("Как поставить квас?", "15-kvass.ru.md"),
    ("Как сварить кисель?", "17-kissel.ru.md"),
    ("Как испечь шарлотку?", "20-sharlotka.ru.md"),
    ("Как заварить чай в самоваре?", "21-samovar-tea.ru.md"),
    ("How do I cook shchi?", "24-shchi.en.md"),
    ("How is shchi made without cabbage?", "25-green-shchi.en.md"),
    ("How do I fry syrniki?", "28-syrniki.en.md"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Means over the questions."""

    recall_20: float
    recall_5: float
    recall_1: float
    ndcg_10: float


def run(data: Path | None) -> Report:
    """Measure; with data about ten minutes the first time, mostly for vectors."""
    configure_logs("WARNING")
    begun = time.perf_counter()
    file = find_xquad(data)
    figures, missing = uvloop.run(_measure(file))
    return Report(
        name="retrieval",
        machine=machine(),
        seconds=round(time.perf_counter() - begun, 1),
        results=tuple(figures),
        missing=tuple(missing),
    )


async def _measure(file: Path | None) -> tuple[list[Figure], list[str]]:
    async with open_bench_library() as bench:
        if file is None:
            missing = f"all figures on {FILE}: give its directory with --data"
            return await _committed(bench), [missing]
        return await _xquad(bench, file)


async def _committed(bench: BenchLibrary) -> list[Figure]:
    documents = read_articles().documents
    cases = [Case(question, source) for question, source in COMMITTED]
    named = [_renamed(document) for document in documents]
    await bench.ingest(named)
    ours = await _found_by(bench, cases)
    return _figures(ours, _words(named, cases), len(cases), "demo library", goals=False)


def _renamed(document: SourceDocument) -> SourceDocument:
    return SourceDocument(
        source=document.source.rsplit("/", 1)[-1].rsplit(":", 1)[-1],
        title=document.title,
        url=None,
        blocks=document.blocks,
    )


async def _xquad(bench: BenchLibrary, file: Path) -> tuple[list[Figure], list[str]]:
    documents, cases = read_xquad(file)
    await bench.ingest(documents)
    ours = await _found_by(bench, cases)
    alone = f"XQuAD-ru, {len(documents)} paragraphs"
    figures = _figures(ours, _words(documents, cases), len(cases), alone, goals=True)
    try:
        texts = await asyncio.to_thread(debian_paragraphs, bench.cache / "debian")
    except OSError as error:
        return figures, [f"figures among distractors: {error}"]
    among = _shortest(texts)
    missing = [] if len(among) >= DISTRACTORS else [f"only {len(among)} distractors were found"]
    await bench.ingest(among)
    ours = await _found_by(bench, cases)
    label = f"XQuAD-ru among {len(among)} Debian paragraphs"
    figures += _figures(ours, _words([*documents, *among], cases), len(cases), label, goals=True)
    return figures, missing


def _shortest(texts: Sequence[str]) -> list[SourceDocument]:
    """Take the shorter ones: what counts is their number, and vectors cost by length."""
    chosen = sorted(texts, key=len)[: DISTRACTORS + DISTRACTORS // 20]
    return [document(f"debian#{number}", text) for number, text in enumerate(chosen)]


async def _found_by(bench: BenchLibrary, cases: Sequence[Case]) -> Measured:
    """Search and rerank for every question."""
    vectors = await bench.vectors([case.question for case in cases])
    found = [
        await _search(bench, case.question, vector)
        for case, vector in zip(cases, vectors, strict=True)
    ]
    return _measured(found, cases)


async def _search(
    bench: BenchLibrary, question: str, vector: NDArray[np.float32]
) -> tuple[list[str], list[str]]:
    """Give the sources of the candidates as found, and as reranked."""
    retriever = HybridRetriever(index=bench.knowledge.index, store=bench.knowledge.passages)
    lemmas = bench.knowledge.lemmatizer.content_lemmas(question)
    candidates = await retriever.search([bench.library], lemmas=lemmas, vector=vector)
    return (
        _sources([candidate.passage.sources[0].source for candidate in candidates]),
        _sources([one.passage.sources[0].source for one in rerank(candidates, vector)]),
    )


def _sources(found: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(found))


def _words(documents: Sequence[SourceDocument], cases: Sequence[Case]) -> Measured:
    index = WordIndex([" ".join(block.text for block in d.blocks) for d in documents])
    found = []
    for case in cases:
        sources = [documents[i].source for i in index.best(case.question, CANDIDATES)]
        found.append((sources, sources))
    return _measured(found, cases)


def _measured(found: Sequence[tuple[list[str], list[str]]], cases: Sequence[Case]) -> Measured:
    ranks = [_rank(ranked, case.source) for (_, ranked), case in zip(found, cases, strict=True)]
    candidates = [case.source in all_ for (all_, _), case in zip(found, cases, strict=True)]
    return Measured(
        recall_20=_mean([float(there) for there in candidates]),
        recall_5=_mean([float(rank < EVIDENCE) for rank in ranks]),
        recall_1=_mean([float(rank < 1) for rank in ranks]),
        ndcg_10=_mean([1 / math.log2(rank + 2) if rank < DEPTH else 0.0 for rank in ranks]),
    )


def _rank(ranked: Sequence[str], source: str) -> int:
    return ranked.index(source) if source in ranked else len(ranked) + DEPTH


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _figures(ours: Measured, words: Measured, n: int, label: str, *, goals: bool) -> list[Figure]:
    rows = (
        ("recall@20", ours.recall_20, words.recall_20, RECALL_20),
        ("recall@5", ours.recall_5, words.recall_5, RECALL_5),
        ("recall@1", ours.recall_1, words.recall_1, None),
        ("nDCG@10", ours.ndcg_10, words.ndcg_10, NDCG_10),
    )
    return [
        figure(
            f"{name}, {label}; baseline: BM25 without lemmas",
            mine,
            baseline=theirs,
            unit="share",
            n=n,
            at_least=goal if goals else None,
        )
        for name, mine, theirs, goal in rows
    ]
