"""A tiny model in a real worker judges citations; killed, the rules do alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.building.answering import answering_kinds
from bot.building.inference import Inference, open_inference
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.answering.citations import Verifier
from services.answering.entailing import JudgedVerifier, ModelEntailmentJudge
from services.inference.abilities import PoolEntailer
from services.inference.kinds import JobKind, TextPair
from services.inference.models import CallOptions
from tests.support.pool import until
from tests.support.processes import START_S, Process
from tests.unit.answering.evidence_builder import LEMMATIZER, passage, sentences

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
tiny = pytest.importorskip("services.workers.selftest.tiny.encoders")

pytestmark = pytest.mark.services

QUOTE = "Хозяйка Тамара Зимина не использует дрожжи [1]."
EVIDENCE = (
    passage(
        1,
        "Пекарня «Колос» открылась в марте 2012 года. Хозяйка Тамара Зимина не использует дрожжи. "
        "Буханка весит 750 граммов и стоит 95 рублей.",
    ),
)
BY_RULES = "Цена буханки весом 0,75 кг — 95 рублей [1]."
BY_MODEL = "Заведение торгует выпечкой собственного изготовления [1]."
TEXT = f"{QUOTE} {BY_RULES} {BY_MODEL}"
LABELS = ("neutral", "contradiction", "entailment")
PATIENT_S = 60.0


def of_one_opinion(folder: Path, label: str) -> Path:
    """Save a model that says the same of every pair."""
    tiny.build_entailer(folder, labels=LABELS)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder)
    with torch.no_grad():
        model.classifier.weight.zero_()
        model.classifier.bias.zero_()
        model.classifier.bias[LABELS.index(label)] = 10.0
    model.save_pretrained(folder)
    return folder


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Inference]:
    nursery = AsyncioNursery()
    assert settings.redis_url is not None
    try:
        async with open_inference(
            settings, settings.redis_url, replica_id="me", nursery=nursery, kinds=[JobKind.ENTAIL]
        ) as inference:
            yield inference
    finally:
        await nursery.close()


def verified(inference: Inference, *, deadline_s: float) -> JudgedVerifier:
    judge = ModelEntailmentJudge(entailer=PoolEntailer(inference.calls), deadline_s=deadline_s)
    return JudgedVerifier(Verifier(EVIDENCE, sentences(EVIDENCE), LEMMATIZER), judge)


@pytest.mark.parametrize(
    ("label", "kept"),
    [
        ("entailment", TEXT),
        ("contradiction", QUOTE),
    ],
)
async def test_a_model_counts_while_its_worker_lives(
    redis_url: str, data_dir: Path, tmp_path: Path, label: str, kept: str
) -> None:
    model = of_one_opinion(tmp_path / "judge", label)
    settings = Settings.model_validate(
        {"data": data_dir, "redis_url": redis_url, "entail_backend": f"transformers:{model}"}
    )
    assert JobKind.ENTAIL in answering_kinds(settings)
    worker = Process(
        ["worker", "--serves", "entail", "--device", "cpu"], variables=settings.environment(),
        log=tmp_path / "worker.log",
    )  # fmt: skip
    worker.start()
    try:
        async with opened(settings) as inference:

            async def registered() -> bool:
                assert worker.running, worker.said()[-3000:]
                return bool(await inference.presence.workers())

            await until(registered, timeout_s=START_S)
            pair = TextPair(premise="Хлеб пекут дважды.", hypothesis="Хлеб пекут.")
            entailer = PoolEntailer(inference.calls)
            (one,) = await entailer.entail([pair], CallOptions(deadline_s=PATIENT_S))
            assert (one.entail if label == "entailment" else one.contradict) > 0.99

            check = verified(inference, deadline_s=PATIENT_S)
            assert (await check(TEXT)).text == kept

            worker.kill()
            hasty = verified(inference, deadline_s=1.0)
            assert (await hasty(TEXT)).text == f"{QUOTE} {BY_RULES}"
    finally:
        if worker.running:
            worker.kill()
