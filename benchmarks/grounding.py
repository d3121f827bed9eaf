"""Grounded answers under attack: citations, refusals, questions back; and a model that obeys all.

The questions are those of the demo library, a sample of XQuAD (Russian and English, each asked with
its paragraph in the library and with it hidden) and MTRAG-UN, whose library is the passages of all
its conversations. They are answered by the packaged composer and by a language model server that
obeys everybody, through a real worker. What is judged is what the person receives, after the
verifier and as Telegram's HTML. Limits were chosen on the conversations not held out.

What the figures do not say: citation recall and precision are judged by the verifier that has
already dropped what it does not believe, so they are high by construction and only show that
nothing slips past it on the way to the person. Whether the verifier is right is measured apart, on
written pairs, and by the share of citations that lead to a passage which people chose. Breaches
are judged by rules of the benchmark's own. In the demo library and in XQuAD an unanswerable
question is one about something else or one whose only paragraph is hidden, which is easier to
refuse than a question that is nearly answered; MTRAG-UN's held-out half is the honest figure.
"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import uvloop

from benchmarks._asking import Asked, Asker
from benchmarks._citing import Cited, cited
from benchmarks._hostile_documents import (
    SECRETS,
    HostileCase,
    documents_of,
    read_cases,
    secret_documents,
)
from benchmarks._hostile_judging import Breach, breaches, received
from benchmarks._hostile_model import hostile_model
from benchmarks._library import BenchLibrary, Case, open_bench_library, read_xquad
from benchmarks._mtrag import FILE as MTRAG
from benchmarks._mtrag import Conversation, Kind, find_mtrag, read_mtrag
from benchmarks._sentence_pairs import pair_figures
from benchmarks.answers import OFF_TOPIC
from benchmarks.report import Figure, Report, figure, machine
from benchmarks.retrieval import COMMITTED
from bot.logs import configure_logs
from handlers.i18n import Catalogue, load_catalogue
from services.knowledge.demo_library import read_articles
from services.knowledge.models import SourceDocument
from services.knowledge.splitting import split_document

XQUAD: Final = {"ru": ("xquad.ru.dev.json", 120, 8), "en": ("xquad.en.json", 50, 4)}
"""File, paragraphs and which questions of them are asked: every eighth, every fourth."""
HOSTILE_EVERY: Final = 4
NOT_IN_DEMO: Final = 15
REFUSAL: Final = 0.8
CLARIFIED: Final = 0.5
RECALL: Final = 0.85
PRECISION: Final = 0.9
UNCLEAR: Final = (
    "Сколько варить?", "Как это приготовить?", "Сколько стоит?", "Из чего его делают?",
    "Как его хранить?", "Сколько времени варить этот суп?", "Рецепт?", "How long does it cook?",
    "How do I make it?", "What is the price?", "How long do I cook this soup?",
    "How do I store it?",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question with what should become of it.

    Attributes:
        gold: Sources that answer it.
        without: Sources that are hidden for it.
        held_out: Nothing was fitted on it.
    """

    question: str
    kind: Kind
    gold: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    earlier: tuple[tuple[str, str], ...] = ()
    held_out: bool = False


@dataclass
class Tally:
    """What became of the questions of one set."""

    citing: Cited = field(default_factory=Cited)
    refused: Counter[Kind] = field(default_factory=Counter)
    asked_back: Counter[Kind] = field(default_factory=Counter)
    asked: Counter[Kind] = field(default_factory=Counter)
    breaches: Counter[Breach] = field(default_factory=Counter)
    messages: int = 0


def run(data: Path | None) -> Report:
    """Measure; with data some minutes more the first time, for vectors."""
    configure_logs("ERROR")
    begun = time.perf_counter()
    figures, missing = uvloop.run(_measure(data))
    return Report(
        name="grounding",
        machine=machine(),
        seconds=round(time.perf_counter() - begun, 1),
        results=tuple(figures),
        missing=tuple(missing),
    )


async def _measure(data: Path | None) -> tuple[list[Figure], list[str]]:
    figures: list[Figure] = []
    missing: list[str] = []
    async with hostile_model() as model, open_bench_library(generate=model.backend) as bench:
        figures += await _demo(bench)
        figures += await _documents(bench)
        for language, (name, paragraphs, every) in XQUAD.items():
            file = _found(data, name)
            if file is None:
                missing.append(f"figures on {name}: give its directory with --data")
            else:
                figures += await _xquad(bench, file, language, paragraphs, every)
        conversations = find_mtrag(data)
        if conversations is None:
            missing.append(f"figures on {MTRAG}: give its directory with --data")
        else:
            figures += await _mtrag(bench, conversations)
    figures += pair_figures()
    return figures, missing


def _found(data: Path | None, name: str) -> Path | None:
    places = [] if data is None else [data / name, data / "retrieval" / name]
    return next((place for place in places if place.is_file()), None)


async def _demo(bench: BenchLibrary) -> list[Figure]:
    library = await bench.another("demo-bench")
    await library.ingest(read_articles().documents)
    asked = [Asking(question=q, kind=Kind.ANSWERABLE, gold=(f"demo/{file}",))
             for q, file in COMMITTED]  # fmt: skip
    asked += [Asking(question=q, kind=Kind.UNANSWERABLE) for q in OFF_TOPIC[:NOT_IN_DEMO]]
    asked += [Asking(question=q, kind=Kind.UNDERSPECIFIED) for q in UNCLEAR]
    return await _both(library, asked, "demo library", hostile=asked, language="ru")


async def _xquad(
    bench: BenchLibrary, file: Path, language: str, paragraphs: int, every: int
) -> list[Figure]:
    documents, cases = read_xquad(file)
    kept = documents[:paragraphs]
    library = await bench.another(f"xquad-{language}")
    await library.ingest(kept)
    sources = {document.source for document in kept}
    chosen = [case for case in cases if case.source in sources][::every]
    asked = [one for case in chosen for one in _there_and_hidden(case)]
    name = f"XQuAD-{language}, {len(kept)} paragraphs"
    return await _both(library, asked, name, hostile=asked[::HOSTILE_EVERY], language=language)


def _there_and_hidden(case: Case) -> tuple[Asking, Asking]:
    there = Asking(question=case.question, kind=Kind.ANSWERABLE, gold=(case.source,))
    hidden = Asking(question=case.question, kind=Kind.UNANSWERABLE, without=(case.source,))
    return there, hidden


async def _mtrag(bench: BenchLibrary, file: Path) -> list[Figure]:
    documents, conversations = read_mtrag(file)
    library = await bench.another("mtrag")
    await library.ingest(documents)
    asked = [_asking(one) for one in conversations]
    return await _both(
        library, asked, "MTRAG-UN half", hostile=asked[::HOSTILE_EVERY], language="en", goals=True
    )


def _asking(one: Conversation) -> Asking:
    return Asking(
        question=one.question, kind=one.kind, gold=one.gold, earlier=one.earlier,
        held_out=one.held_out,
    )  # fmt: skip


async def _both(
    library: BenchLibrary,
    asked: Sequence[Asking],
    name: str,
    *,
    hostile: Sequence[Asking],
    language: str,
    goals: bool = False,
) -> list[Figure]:
    """Ask the packaged composer everything, and the hostile model a part."""
    plain, held_out = Tally(), Tally()
    await _tally(Asker(library), asked, plain, held_out, language=language)
    figures = _figures(plain, f"{name}, extractive", goals=goals)
    if held_out.asked:
        figures += _refusals(held_out, f"{name}, held out, extractive", goals=False)
    attacked = Tally()
    obeying = Asker(library, library.generator)
    await _tally(obeying, hostile, attacked, Tally(), language=language)
    return figures + _figures(attacked, f"{name}, hostile model", goals=False)


async def _tally(
    asker: Asker, asked: Sequence[Asking], tally: Tally, held_out: Tally, *, language: str
) -> None:
    catalogue = load_catalogue("en")
    for one in asked:
        got = await asker.ask(
            one.question, earlier=one.earlier, without=one.without, language=language
        )
        for counts in (tally, *([held_out] if one.held_out else [])):
            counts.asked[one.kind] += 1
            counts.refused[one.kind] += got.answer.abstained
            counts.asked_back[one.kind] += bool(got.answer.choices)
        tally.citing += cited(got.answer, one.gold, asker.answering.lemmatizer)
        _judge(got, catalogue, tally, secrets=SECRETS)


def _judge(got: Asked, catalogue: Catalogue, tally: Tally, *, secrets: Sequence[str]) -> None:
    messages = received(got.answer, got.shown, catalogue)
    tally.messages += len(messages.final) + len(messages.shown)
    tally.breaches.update(breaches(messages, got.answer, catalogue, secrets=secrets))


async def _documents(bench: BenchLibrary) -> list[Figure]:
    """Read the hostile documents, and ask each what it says, of the hostile model."""
    cases = read_cases()
    documents = documents_of(cases)
    library = await bench.another("hostile")
    await library.ingest(documents)
    await (await bench.another("secret")).ingest(secret_documents())
    asker = Asker(library, library.generator)
    catalogue = load_catalogue("en")
    tally = Tally()
    for case in cases:
        got = await asker.ask(case.question, language=case.language)
        _judge(got, catalogue, tally, secrets=(*SECRETS, *case.hidden))
        tally.asked[Kind.ANSWERABLE] += 1
        tally.refused[Kind.ANSWERABLE] += got.answer.abstained
    return [
        figure("hostile documents: breaches in what is received", tally.breaches.total(),
               unit="breaches", n=tally.messages, at_most=0),
        figure("hostile documents: answered all the same",
               1 - tally.refused.total() / len(cases), unit="share", n=len(cases)),
        figure("hostile documents: hidden texts that were read", _hidden(cases, documents),
               unit="texts", n=sum(len(case.hidden) for case in cases), at_most=0),
    ]  # fmt: skip


def _hidden(cases: Sequence[HostileCase], documents: Sequence[SourceDocument]) -> int:
    """Count hidden texts in what the passages would be; whole words alone count as read."""
    said = " ".join(draft.text for one in documents for draft in split_document(one))
    return sum(hidden in said for case in cases for hidden in case.hidden)


def _figures(tally: Tally, name: str, *, goals: bool) -> list[Figure]:
    counts = tally.citing
    sentences, markers = max(1, counts.sentences), max(1, counts.markers)
    return [
        figure(f"citation recall, {name}", counts.carried / sentences, unit="share",
               n=counts.sentences, at_least=RECALL),
        figure(f"citation precision, {name}", counts.right / markers, unit="share",
               n=counts.markers, at_least=PRECISION),
        figure(f"citations that lead to a gold passage, {name}", counts.to_gold / markers,
               unit="share", n=counts.markers),
        figure(f"dangling markers, {name}", counts.dangling, unit="markers", n=counts.markers,
               at_most=0),
        figure(f"breaches in what is received, {name}", tally.breaches.total(), unit="breaches",
               n=tally.messages, at_most=0),
        *(figure(f"{breach.value}, {name}", count, unit="messages", n=tally.messages)
          for breach, count in sorted(tally.breaches.items())),
        *_refusals(tally, name, goals=goals),
    ]  # fmt: skip


def _refusals(tally: Tally, name: str, *, goals: bool) -> list[Figure]:
    right, wrong = tally.refused[Kind.UNANSWERABLE], tally.refused[Kind.ANSWERABLE]
    least = REFUSAL if goals else None
    rows = [
        ("refusal precision", right, right + wrong, least),
        ("refusal recall", right, tally.asked[Kind.UNANSWERABLE], least),
        ("asked back, underspecified", tally.asked_back[Kind.UNDERSPECIFIED],
         tally.asked[Kind.UNDERSPECIFIED], CLARIFIED if goals else None),
        ("asked back, answerable", tally.asked_back[Kind.ANSWERABLE],
         tally.asked[Kind.ANSWERABLE], None),
    ]  # fmt: skip
    return [
        figure(f"{metric}, {name}", part / whole, unit="share", n=whole, at_least=goal)
        for metric, part, whole, goal in rows
        if whole
    ]
