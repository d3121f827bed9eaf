"""Questions to their paragraphs and sentences, through the whole packaged pipeline.

Paragraphs of XQuAD are ingested, embedded, indexed, searched and reranked by the code that
answers people, in a data directory of the run's own: Russian, English and Turkish, then each
sentence as a passage of its own. Beside it, in the same run, stands BM25 over words as they are
written, and each ranker alone. Then garbled questions, weights fitted without labels, and the
Russian paragraphs among thousands of Debian's documentation. Vectors are kept in the data
directory, so that a second run takes minutes.

What the figures do not say: the weight of the letters (one number, ``weighing.PLAIN``) was chosen
on these XQuAD questions, so the sum is in-sample by that much; the single rankers are not. People
wrote the questions with the paragraph before their eyes, with its words, which favours every
ranker of words, and makes "clear questions left as they are" easier than where the library lacks
a question's words. Slips, layouts and Latin letters are made by rules of ours, more regular than
hands. The baseline is what its name says, and weak in Russian and Turkish: it has no stemmer.
"""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import uvloop

from benchmarks._debian_texts import debian_paragraphs
from benchmarks._library import (
    FILE,
    BenchLibrary,
    Case,
    document,
    find_questions,
    find_xquad,
    open_bench_library,
    read_xquad,
)
from benchmarks._ranks import (
    WHOLE,
    Found,
    Measured,
    found_by,
    leg_figures,
    measured,
    split_sentences,
)
from benchmarks._retrieval_extras import calibration_figures, recovery_figures
from benchmarks._words import WordIndex
from benchmarks.report import Figure, Report, figure, machine
from bot.logs import configure_logs
from services.answering.retrieval import CANDIDATES
from services.knowledge.demo_library import read_articles
from services.knowledge.models import SourceDocument

DISTRACTORS: Final = 2000
OTHERS: Final = (("en", "xquad.en.json"), ("tr", "xquad.tr.json"))
Measurement = tuple[list[Figure], list[str]]
# Goals of the issue, for the questions' own paragraphs.
RECALL_20: Final = 0.995
RECALL_5: Final = 0.99
NDCG_10: Final = 0.975

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


def run(data: Path | None) -> Report:
    """Measure; with data about ten minutes the first time, mostly for vectors."""
    configure_logs("WARNING")
    begun = time.perf_counter()
    file = find_xquad(data)
    figures, missing = uvloop.run(_measure(data, file))
    return Report(
        name="retrieval",
        machine=machine(),
        seconds=round(time.perf_counter() - begun, 1),
        results=tuple(figures),
        missing=tuple(missing),
    )


async def _measure(data: Path | None, file: Path | None) -> Measurement:
    async with open_bench_library() as bench:
        if file is None:
            missing = f"all figures on {FILE}: give its directory with --data"
            return await _committed(bench), [missing]
        return await _all(bench, data, file)


async def _committed(bench: BenchLibrary) -> list[Figure]:
    documents = read_articles().documents
    cases = [Case(question, source) for question, source in COMMITTED]
    named = [_renamed(document) for document in documents]
    await bench.ingest(named)
    ours = measured(await found_by(bench, cases), cases)
    return _figures(ours, _words(named, cases), len(cases), "demo library", goals=False)


def _renamed(document: SourceDocument) -> SourceDocument:
    return SourceDocument(
        source=document.source.rsplit("/", 1)[-1].rsplit(":", 1)[-1],
        title=document.title,
        url=None,
        blocks=document.blocks,
    )


async def _all(bench: BenchLibrary, data: Path | None, file: Path) -> Measurement:
    """Measure everything that needs data: three languages, sentences, garbled questions."""
    documents, cases = read_xquad(file)
    russian = await bench.beside("bench-ru")
    figures, missing = await _language(russian, "ru dev half", documents, cases, goals=True), []
    figures += await recovery_figures(russian, cases)
    figures += await calibration_figures(russian, cases)
    for language, name in OTHERS:
        other = find_questions(data, name)
        if other is None:
            missing.append(f"figures on {name}")
            continue
        figures += await _language(
            await bench.beside(f"bench-{language}"), language, *read_xquad(other), goals=False
        )
    among, without = await _among_others(russian, documents, cases)
    return figures + among, missing + without


async def _language(
    bench: BenchLibrary,
    language: str,
    documents: Sequence[SourceDocument],
    cases: Sequence[Case],
    *,
    goals: bool,
) -> list[Figure]:
    """Measure paragraphs, then each of their sentences as a passage of its own."""
    await bench.ingest(documents)
    found = await found_by(bench, cases)
    label = f"XQuAD-{language}, {len(documents)} paragraphs"
    baseline = _words(documents, cases)
    figures = _figures(measured(found, cases), baseline, len(cases), label, goals=goals)
    figures += leg_figures(found, cases, label)
    sentences, asked = split_sentences(documents, cases)
    apart = await bench.beside(f"{bench.library}-sentences")
    await apart.ingest(sentences)
    found = await found_by(apart, asked)
    label = f"XQuAD-{language}, {len(sentences)} sentences"
    baseline = _words(sentences, asked)
    figures += _figures(measured(found, asked), baseline, len(asked), label, goals=False)
    return figures + leg_figures(found, asked, label)


async def _among_others(
    bench: BenchLibrary, documents: Sequence[SourceDocument], cases: Sequence[Case]
) -> Measurement:
    try:
        texts = await asyncio.to_thread(debian_paragraphs, bench.cache / "debian")
    except OSError as error:
        return [], [f"figures among distractors: {error}"]
    among = _shortest(texts)
    missing = [] if len(among) >= DISTRACTORS else [f"only {len(among)} distractors were found"]
    await bench.ingest(among)
    ours = measured(await found_by(bench, cases), cases)
    label = f"XQuAD-ru among {len(among)} Debian paragraphs"
    words = _words([*documents, *among], cases)
    return _figures(ours, words, len(cases), label, goals=True), missing


def _shortest(texts: Sequence[str]) -> list[SourceDocument]:
    """Take the shorter ones: what counts is their number, and vectors cost by length."""
    chosen = sorted(texts, key=len)[: DISTRACTORS + DISTRACTORS // 20]
    return [document(f"debian#{number}", text) for number, text in enumerate(chosen)]


def _words(documents: Sequence[SourceDocument], cases: Sequence[Case]) -> Measured:
    index = WordIndex([" ".join(block.text for block in d.blocks) for d in documents])
    found = []
    for case in cases:
        sources = [documents[i].source for i in index.best(case.question, CANDIDATES)]
        found.append(Found(legs={WHOLE: sources}, candidates=frozenset(sources)))
    return measured(found, cases)


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
