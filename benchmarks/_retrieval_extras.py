"""Garbled questions, and weights fitted without labels, on questions of people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from benchmarks._garbled import all_read, in_latin, in_wrong_layout, with_slips
from benchmarks._library import BenchLibrary, Case
from benchmarks._ranks import WHOLE, found_by, measured
from benchmarks.report import Figure, figure
from services.adapters.sql.knowledge_feed import SqlChangeFeed
from services.answering.calibrating import CalibrateLibrary
from services.answering.recovering import QueryRecovery
from services.answering.retrieval import HybridRetriever
from services.answering.weighing import PLAIN, RankWeights
from services.knowledge.models import LibraryId, PassageId

EVERY: Final = 3
"""Every third question is garbled: each costs an embedding."""
GOAL: Final = 0.9


async def recovery_figures(bench: BenchLibrary, cases: Sequence[Case]) -> list[Figure]:
    """Compare garbled questions, as they are read, with the clear ones."""
    some = cases[::EVERY]
    lemmatizer = bench.knowledge.lemmatizer
    recovery = QueryRecovery(vocabulary=bench.knowledge.index, lemmatizer=lemmatizer)
    clear = [case.question for case in some]
    ways = {
        "in the wrong layout": [in_wrong_layout(question) for question in clear],
        "in Latin letters": [in_latin(question) for question in clear],
        "with a slip in each key word": [
            with_slips(question, lemmatizer, seed) for seed, question in enumerate(clear)
        ],
    }
    plain = await _recall_5(bench, some, clear)
    figures = [
        figure(
            f"recall@5, {name}, XQuAD-ru; baseline: the clear questions",
            await _recall_5(bench, some, await all_read(recovery, questions, bench.library)),
            baseline=plain, unit="share", n=len(some), ratio_at_least=GOAL,
        )
        for name, questions in ways.items()
    ]  # fmt: skip
    every = [case.question for case in cases]
    same = [
        a == b for a, b in zip(await all_read(recovery, every, bench.library), every, strict=True)
    ]
    left = figure(
        "clear questions left as they are, XQuAD-ru", sum(same) / len(same),
        unit="share", n=len(same), at_least=0.98,
    )  # fmt: skip
    return [*figures, left]


async def _recall_5(bench: BenchLibrary, cases: Sequence[Case], texts: Sequence[str]) -> float:
    asked = [replace(case, question=text) for case, text in zip(cases, texts, strict=True)]
    found = await found_by(bench, asked, legs={WHOLE: PLAIN})
    return measured(found, asked).recall_5


@dataclass
class _Memory:
    """Fitted weights for as long as the run lasts."""

    kept: RankWeights | None = None

    async def weights(self, library_id: LibraryId) -> RankWeights | None:
        """See ``RankWeightsStore``."""
        del library_id
        return self.kept

    async def keep(self, library_id: LibraryId, weights: RankWeights | None) -> None:
        """See ``RankWeightsStore``."""
        del library_id
        self.kept = weights


async def calibration_figures(bench: BenchLibrary, cases: Sequence[Case]) -> list[Figure]:
    """Fit the weights on cloze questions, then ask the questions of people."""
    store = _Memory()
    knowledge = bench.knowledge
    calibrating = CalibrateLibrary(
        retriever=HybridRetriever(index=knowledge.index, store=knowledge.passages),
        passages=knowledge.passages, embedder=bench.embedder, lemmatizer=knowledge.lemmatizer,
        store=store,
    )  # fmt: skip
    ids = await SqlChangeFeed(knowledge.libraries.sessions).indexed_ids(bench.library)
    result = await calibrating(bench.library, [PassageId(int(id_)) for id_ in ids])
    found = await found_by(bench, cases, legs={WHOLE: PLAIN, "fitted": result.weights})
    return [
        figure(
            "nDCG@10, fitted weights on held-out cloze questions; baseline: the plain sum",
            result.fitted, baseline=result.plain, unit="share", n=result.held_out,
        ),
        figure(
            f"nDCG@10, the same weights ({'kept' if result.kept else 'not kept'}) on the questions"
            " of people, XQuAD-ru; baseline: the plain sum",
            measured(found, cases, "fitted").ndcg_10,
            baseline=measured(found, cases).ndcg_10, unit="share", n=len(cases),
        ),
    ]  # fmt: skip
