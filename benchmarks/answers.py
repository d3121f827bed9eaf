"""Composed answers and abstentions: said when it is there, refused when it is not.

Every second question of XQuAD-ru is asked twice through the whole answering pipeline: once with
its paragraph in the library and once with that paragraph hidden, while the other paragraphs of
the same article stay. Then questions about nothing in the library are asked. The weights and
thresholds of ``services/answering/abstaining.py`` were fitted on the same signals.
"""

import re
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import uvloop

from benchmarks._library import (
    FILE,
    BenchLibrary,
    Case,
    find_xquad,
    open_bench_library,
    read_xquad,
)
from benchmarks.report import Figure, Report, figure, machine
from bot.building.answering import build_answering
from bot.clock import SystemClock
from bot.logs import configure_logs
from services.answering.extractive import compose
from services.answering.models import Answer, Question, Stage
from services.dialogue.memory_store import InMemoryDialogueStore
from services.dialogue.models import DialogueKey
from services.inference.models import GenerationChunk, GenerationRequest
from services.inference.waits import QueueObserver, WaitEstimate
from services.knowledge.models import PassageId, StoredPassage
from services.knowledge.ports import PassageStore

EVERY: Final = 2
ANSWERED: Final = 0.85
REFUSED: Final = 0.70
OFF_TOPIC_REFUSED: Final = 0.95
HELD: Final = 0.85

OFF_TOPIC: Final = (
    "Какая погода завтра в Париже?", "Как починить протекающий кран?",
    "Сколько стоит билет на поезд до Казани?", "Как оформить загранпаспорт?",
    "Где купить зимние шины?", "Как завязать галстук?", "Какой курс доллара сегодня?",
    "Как подключить телевизор к интернету?", "Как посадить помидоры в теплице?",
    "Как получить ипотеку молодой семье?", "Как настроить карбюратор на мотоцикле?",
    "Сколько костей у кошки?", "Как выбрать велосипед ребёнку?", "Как снять квартиру в Минске?",
    "Как играть в преферанс?", "Во сколько открывается метро?", "Как приготовить щи?",
    "Что такое бэггинг?", "Сколько источников выбирает Нейро?", "Как заварить чай в самоваре?",
)  # fmt: skip


@dataclass(frozen=True)
class _Hiding:
    """A ``PassageStore`` that has lost one document."""

    inner: PassageStore
    hidden: list[str]

    async def passages(
        self, passage_ids: Sequence[PassageId], *, with_vectors: bool = False
    ) -> list[StoredPassage]:
        """Read passages, but none of the hidden document."""
        found = await self.inner.passages(passage_ids, with_vectors=with_vectors)
        return [p for p in found if p.sources[0].source not in self.hidden]


class _Composer:
    """The packaged generator without the way through the queue."""

    async def generate(
        self, request: GenerationRequest, observer: QueueObserver | None = None
    ) -> AsyncGenerator[GenerationChunk, None]:
        """Compose at once."""
        del observer
        yield GenerationChunk(text="".join(compose(request)), attempt=1, final=True)


class _Quiet:
    """Nobody watches."""

    async def stage(self, stage: Stage) -> None:
        """Drop it."""

    async def waiting(self, estimate: WaitEstimate | None) -> None:
        """Drop it."""

    async def text(self, partial: str) -> None:
        """Drop it."""


def run(data: Path | None) -> Report:
    """Measure for some minutes; the data is needed."""
    configure_logs("WARNING")
    begun = time.perf_counter()
    file = find_xquad(data)
    figures = [] if file is None else uvloop.run(_measure(file))
    missing = [] if figures else [f"all figures: they need {FILE}, give its directory with --data"]
    return Report(
        name="answers",
        machine=machine(),
        seconds=round(time.perf_counter() - begun, 1),
        results=tuple(figures),
        missing=tuple(missing),
    )


async def _measure(file: Path) -> list[Figure]:
    documents, cases = read_xquad(file)
    asked = cases[::EVERY]
    async with open_bench_library() as bench:
        await bench.ingest(documents)
        await bench.vectors([*(case.question for case in asked), *OFF_TOPIC])
        asker = _Asker(bench)
        there = [await asker.ask(case.question) for case in asked]
        hidden = [await asker.ask(case.question, without=case.source) for case in asked]
        elsewhere = [await asker.ask(question) for question in OFF_TOPIC]
    return _figures(asked, there, hidden, elsewhere)


class _Asker:
    """Asks each question in a dialogue of its own."""

    def __init__(self, bench: BenchLibrary) -> None:
        self._hidden: list[str] = []
        self._bench = bench
        self._asked = 0
        self._answering = build_answering(
            dialogue=InMemoryDialogueStore(),
            embedder=bench.embedder,
            generator=_Composer(),
            index=bench.knowledge.index,
            passages=_Hiding(bench.knowledge.passages, self._hidden),
            lemmatizer=bench.knowledge.lemmatizer,
            clock=SystemClock(),
            generate_deadline_s=60.0,
        )

    async def ask(self, question: str, *, without: str = "") -> Answer:
        """Ask, with one document hidden."""
        self._hidden[:] = [without]
        self._asked += 1
        key = DialogueKey(bot_id=0, chat_id=self._asked, thread_id=0, user_id=self._asked)
        return await self._answering(
            Question(
                request_id=str(self._asked),
                dialogue=key,
                text=question,
                scope=(self._bench.library,),
                language="ru",
                asked_at=datetime.now(UTC),
            ),
            _Quiet(),
        )


def _figures(
    cases: Sequence[Case],
    there: Sequence[Answer],
    hidden: Sequence[Answer],
    elsewhere: Sequence[Answer],
) -> list[Figure]:
    said = [
        _holds(answer.text, case.answers)
        for case, answer in zip(cases, there, strict=True)
        if not answer.abstained
    ]
    first = [
        _holds(answer.evidence[0].passage.text[:300], case.answers)
        for case, answer in zip(cases, there, strict=True)
        if not answer.abstained
    ]
    return [
        figure("answered, paragraph in the library", 1 - _share(there), unit="share",
               n=len(there), at_least=ANSWERED),
        figure("refused, paragraph hidden", _share(hidden), unit="share", n=len(hidden),
               at_least=REFUSED),
        figure("refused, nothing in the library", _share(elsewhere), unit="share",
               n=len(elsewhere), at_least=OFF_TOPIC_REFUSED),
        figure("answer holds the expected words; baseline: first 300 characters of the best "
               "passage", sum(said) / max(1, len(said)), unit="share", n=len(said),
               baseline=sum(first) / max(1, len(first)), at_least=HELD),
    ]  # fmt: skip


def _share(answers: Sequence[Answer]) -> float:
    return sum(answer.abstained for answer in answers) / len(answers)


def _holds(text: str, expected: Sequence[str]) -> bool:
    plain = _plain(re.sub(r"\[\d\]", "", text))
    return any(_plain(words) in plain for words in expected)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower().replace("ё", "е")))
