"""Polite forms by real models of transformers that the tests save: the guard has the last word."""

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from services.inference.kinds import DetoxPayload, RudeText
from services.inference.models import CallOptions
from services.inference.waits import QueueObserver
from services.moderation.detox.pooled import PooledDetoxifier
from services.workers.backends import Opening
from services.workers.hub.detox import open_detoxifier
from services.workers.selftest.tiny.masked import build_masked
from services.workers.selftest.tiny.seq2seq import build_seq2seq
from tests.fakes.running import FakeJob
from tests.support.opening import opening
from tests.unit.moderation.detox.judging import RUDE, WordJudge, taught

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

TEXT = "Опять дураки не пишут 3 дня, фигня!"


class BackendPool:
    """``services.inference.ports.Detoxifier`` straight by a backend; remembers what it said."""

    def __init__(self, model: Path, place: Opening) -> None:
        self.model = model
        self.place = place
        self.said: list[str] = []

    async def detoxify(
        self, texts: Sequence[RudeText], language: str, options: CallOptions,
        observer: QueueObserver | None = None,
    ) -> tuple[str, ...]:  # fmt: skip
        backend = await open_detoxifier(str(self.model), self.place)
        payload = DetoxPayload(texts=tuple(texts), language=language)
        polite = (await backend.run(payload, FakeJob())).texts
        self.said += polite
        return polite


@pytest.fixture
async def place() -> AsyncIterator[Opening]:
    place = opening()
    yield place
    await place.shelf.close()


@pytest.mark.parametrize("build", [build_seq2seq, build_masked])
async def test_what_a_model_writes_is_offered_only_when_it_is_calm_and_means_the_same(
    build: Callable[[Path], object], place: Opening, tmp_path: Path
) -> None:
    torch.set_num_threads(1)
    build(tmp_path / "model")
    judge = WordJudge()
    pool = BackendPool(tmp_path / "model", place)
    local = taught(judge)
    result = await PooledDetoxifier(pool, local, judge).detoxify(TEXT)
    (said,) = pool.said
    assert result is not None
    assert not RUDE & set(result.text.lower().split())
    assert " 3 " in result.text
    assert result.text in {said, getattr(local.rewrite(TEXT), "text", None)}
