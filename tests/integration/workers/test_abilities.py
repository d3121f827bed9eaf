"""Every ability as the rest of Samovar calls it, through the real queue to a real worker."""

import io
import math
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from bot.building.inference import Inference, open_inference
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.inference.abilities import (
    PoolDetoxifier,
    PoolEntailer,
    PoolIllustrator,
    PoolJudge,
    PoolRewriter,
    PoolScorer,
    PoolSeer,
    PoolSpeaker,
    PoolTranscriber,
    PoolTranslator,
)
from services.inference.kinds import Blob, DrawPayload, JobKind, RudeText, TextPair
from services.inference.models import CallOptions, PromptMessage
from services.workers.selftest.tiny.causal import save_tiny_causal
from services.workers.selftest.tiny.diffusion import build_pipeline
from services.workers.selftest.tiny.encoders import (
    build_classifier,
    build_cross_encoder,
    build_entailer,
)
from services.workers.selftest.tiny.seq2seq import build_seq2seq
from services.workers.selftest.tiny.speech import build_recognizer, build_voice
from services.workers.selftest.tiny.vision import save_tiny_vision
from tests.support.pool import until
from tests.support.processes import START_S, Process

pytestmark = [pytest.mark.services, pytest.mark.asyncio(loop_scope="module")]

OPTIONS = CallOptions(deadline_s=120.0)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(
    redis_server_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Inference]:
    """One worker that can do everything with tiny models."""
    home = tmp_path_factory.mktemp("abilities")
    seq2seq = build_seq2seq(home / "seq2seq")
    folders = {
        JobKind.REWRITE: save_tiny_causal(home / "causal"),
        JobKind.SCORE: build_cross_encoder(home / "cross"),
        JobKind.ENTAIL: build_entailer(home / "entailer"),
        JobKind.TOXICITY: build_classifier(home / "classifier"),
        JobKind.DETOX: seq2seq,
        JobKind.TRANSLATE: seq2seq,
        JobKind.DRAW: build_pipeline(home / "pipeline"),
        JobKind.DESCRIBE: save_tiny_vision(home / "vision"),
        JobKind.TRANSCRIBE: build_recognizer(home / "ears"),
        JobKind.SPEAK: build_voice(home / "voice"),
    }
    url = f"{redis_server_url}?db=11"
    backends = {f"{kind}_backend": _setting(kind, folder) for kind, folder in folders.items()}
    settings = Settings.model_validate({"data": home, "redis_url": url, **backends})
    worker = Process(
        ["worker", "--serves", ",".join(folders)],
        variables=settings.environment(),
        log=home / "worker.log",
    )
    nursery = AsyncioNursery()
    worker.start()
    try:
        async with open_inference(settings, url, replica_id="me", nursery=nursery) as inference:

            async def registered() -> bool:
                assert worker.running, worker.said()[-3000:]
                return bool(await inference.presence.workers())

            await until(registered, timeout_s=START_S)
            yield inference
    finally:
        await nursery.close()
        worker.end()


def _setting(kind: JobKind, folder: Path) -> str:
    return f"{'diffusers' if kind is JobKind.DRAW else 'transformers'}:{folder}"


async def _tone(pool: Inference) -> Blob:
    samples = (int(9000 * math.sin(number / 6)) for number in range(16_000))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(np.fromiter(samples, dtype="<i2").tobytes())
    return await pool.blobs.put("asked", file.getvalue(), "audio/wav")


class _Shown:
    def __init__(self) -> None:
        self.done: list[float] = []

    async def drawn(self, done: float, preview: Blob | None) -> None:
        self.done.append(done)


async def test_a_question_is_rewritten(pool: Inference) -> None:
    messages = [PromptMessage(role="user", content="а без капусты?")]
    line = await PoolRewriter(pool.calls).rewrite(messages, OPTIONS)
    assert isinstance(line, str)
    assert "\n" not in line


async def test_pairs_are_scored_in_order(pool: Inference) -> None:
    scorer = PoolScorer(pool.calls)
    texts = ["чай", "самовар кипит на столе", "the tea is hot"]
    scores = await scorer.score("Где самовар?", texts, OPTIONS)
    turned = await scorer.score("Где самовар?", texts[::-1], OPTIONS)
    assert scores == pytest.approx(turned[::-1], abs=1e-5)


async def test_pairs_are_judged_in_order(pool: Inference) -> None:
    entailer = PoolEntailer(pool.calls)
    pairs = [TextPair(premise=one, hypothesis="чай горячий") for one in ("чай", "the tea is hot")]
    judged = await entailer.entail(pairs, OPTIONS)
    turned = await entailer.entail(pairs[::-1], OPTIONS)
    assert [one.entail for one in judged] == pytest.approx(
        [one.entail for one in turned[::-1]], abs=1e-5
    )
    assert all(
        one.entail + one.neutral + one.contradict == pytest.approx(1, abs=1e-5) for one in judged
    )


async def test_texts_are_judged(pool: Inference) -> None:
    judged = await PoolJudge(pool.calls).judge(["добрый день", "the tea"], OPTIONS)
    assert len(judged.scores) == len(judged.labels) == 2
    assert all(0 <= score <= 1 for score in judged.scores)


async def test_rude_texts_come_back_in_order(pool: Inference) -> None:
    rude = [RudeText(text="Ты дурак!"), RudeText(text="Добрый день, как дела у вас?")]
    detoxifier = PoolDetoxifier(pool.calls)
    both = await detoxifier.detoxify(rude, "ru", OPTIONS)
    (second,) = await detoxifier.detoxify(rude[1:], "ru", OPTIONS)
    assert both[1] == second


async def test_texts_are_translated(pool: Inference) -> None:
    translator = PoolTranslator(pool.calls)
    assert len(await translator.translate(["чай"], OPTIONS, source="ru", target="en")) == 1


async def test_a_picture_is_drawn_once_for_one_name_and_described(pool: Inference) -> None:
    shown, illustrator = _Shown(), PoolIllustrator(pool.calls)
    picture = DrawPayload(prompt="осьминог", width=64, height=64, steps=4, seed=7)
    drawn = await illustrator.draw(picture, OPTIONS, job_id="octopus", progress=shown)
    (blob,) = drawn.pictures
    assert (await pool.blobs.get(blob)).startswith(b"\x89PNG")
    assert shown.done == sorted(shown.done)
    again = await illustrator.draw(picture, OPTIONS, job_id="octopus")
    assert again.pictures == drawn.pictures, "a repeated call finds the result"
    assert isinstance(await PoolSeer(pool.calls).describe(blob, "", "ru", OPTIONS), str)


async def test_speech_is_made_and_written_down(pool: Inference) -> None:
    said = await PoolSpeaker(pool.calls).speak("Привет, мир!", "ru", OPTIONS)
    assert (await pool.blobs.get(said.audio)).startswith(b"OggS")
    transcriber = PoolTranscriber(pool.calls)
    heard = await transcriber.transcribe(said.audio, "ru", OPTIONS)
    assert heard.language == "ru"
    tone = await transcriber.transcribe(await _tone(pool), "en", OPTIONS)
    assert [segment.start_s for segment in tone.segments] == [0.0]
