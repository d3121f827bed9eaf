"""A tiny cross-encoder in a real worker orders candidates; killed, it is done without."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.building.inference import Inference, open_inference
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.answering.fusion import best_first, z_sum
from services.answering.models import SearchQuery
from services.answering.reranking import CrossEncoderReranker, ScoreSumReranker
from services.answering.retrieval import Candidate
from services.inference.abilities import PoolScorer
from services.inference.kinds import JobKind
from services.inference.models import CallOptions
from tests.support.pool import until
from tests.support.processes import START_S, Process
from tests.unit.answering.evidence_builder import LEMMATIZER, passage

pytest.importorskip("torch")
pytest.importorskip("transformers")
tiny = pytest.importorskip("services.workers.selftest.tiny.encoders")

pytestmark = pytest.mark.services

QUERY = SearchQuery(text="сколько варят щи?")
TEXTS = (
    "Зелёные щи варят из щавеля.", "Чай горячий.", "Самовар стоит на столе.", "Щи варят час.",
    "Капусту солят на зиму.",
)  # fmt: skip
PATIENT_S = 60.0


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Inference]:
    nursery = AsyncioNursery()
    assert settings.redis_url is not None
    try:
        async with open_inference(
            settings, settings.redis_url, replica_id="me", nursery=nursery, kinds=[JobKind.SCORE]
        ) as inference:
            yield inference
    finally:
        await nursery.close()


async def test_a_cross_encoder_counts_while_its_worker_lives(
    redis_url: str, data_dir: Path, tmp_path: Path
) -> None:
    model = tiny.build_cross_encoder(tmp_path / "scorer")
    settings = Settings.model_validate(
        {"data": data_dir, "redis_url": redis_url, "score_backend": f"transformers:{model}"}
    )
    worker = Process(
        ["worker", "--serves", "score", "--device", "cpu"], variables=settings.environment(),
        log=tmp_path / "worker.log",
    )  # fmt: skip
    candidates = [
        Candidate(passage=passage(n, text).passage, lexical=float(n), dense=0.5 - n / 10)
        for n, text in enumerate(TEXTS)
    ]
    plain = ScoreSumReranker(lemmatizer=LEMMATIZER)
    alone = await plain.rerank(QUERY, candidates, None)
    worker.start()
    try:
        async with opened(settings) as inference:
            await until(lambda: _registered(inference), timeout_s=START_S)
            scorer = PoolScorer(inference.calls)
            reranker = CrossEncoderReranker(scorer=scorer, others=plain, deadline_s=PATIENT_S)
            texts = [one.passage.text for one in alone]
            scores = await scorer.score(QUERY.text, texts, CallOptions(deadline_s=PATIENT_S))
            sums = z_sum([(1.0, scores), (1.0, [one.score for one in alone])])
            ranked = await reranker.rerank(QUERY, candidates, None)
            assert len(set(scores)) > 1
            assert [one.passage for one in ranked] == [alone[i].passage for i in best_first(sums)]
            assert np.allclose([one.score for one in ranked], sorted(sums, reverse=True), atol=1e-4)

            worker.kill()
            hasty = replace(reranker, deadline_s=1.0)
            assert await hasty.rerank(QUERY, candidates, None) == alone
    finally:
        if worker.running:
            worker.kill()


async def _registered(inference: Inference) -> bool:
    return bool(await inference.presence.workers())
