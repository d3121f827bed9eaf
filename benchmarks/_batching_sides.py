"""The texts, and the three ways through which the batching benchmark sends them."""

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.building.inference import Inference, open_inference
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.adapters.redis.server import local_server
from services.errors import UnavailableError
from services.inference.bus import Presence
from services.inference.kinds import JobKind
from services.inference.models import EmbedRole
from services.knowledge.demo_library import read_articles
from services.workers.packaged.encoder import Engine

QUESTION_CHARACTERS: Final = 55
CALL_TIMEOUT_S: Final = 120.0
_SENTENCE_CHARACTERS: Final = 160
# As Samovar cuts them: about 350 tokens.
_PASSAGE_CHARACTERS: Final = 1400
_START_TIMEOUT_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text and how it is to be read."""

    text: str
    role: EmbedRole


def texts_of_all_lengths(count: int) -> list[Text]:
    """Give questions, sentences and passages of the demo library, as many of each, shuffled."""
    each = count // 3
    mixed = [
        *_cut(each, QUESTION_CHARACTERS, EmbedRole.QUERY),
        *_cut(each, _SENTENCE_CHARACTERS, EmbedRole.PASSAGE),
        *_cut(each, _PASSAGE_CHARACTERS, EmbedRole.PASSAGE),
    ]
    random.Random(0).shuffle(mixed)
    return mixed


def questions(count: int) -> list[Text]:
    """Give texts as short as people's questions."""
    return _cut(count, QUESTION_CHARACTERS, EmbedRole.QUERY)


def _cut(count: int, characters: int, role: EmbedRole) -> list[Text]:
    whole = " ".join(
        block.text for article in read_articles().documents for block in article.blocks
    )
    step = (len(whole) - characters) // count
    return [Text(text=whole[at * step :][:characters], role=role) for at in range(count)]


def offline(engine: Engine, texts: Sequence[Text]) -> float:
    """Encode texts that are all there from the start; seconds that it takes."""
    begun = time.perf_counter()
    for role in EmbedRole:
        of_role = [text.text for text in texts if text.role is role]
        if of_role:
            engine.encode(of_role, is_query=role is EmbedRole.QUERY)
    return time.perf_counter() - begun


async def by_callers(inference: Inference, texts: Sequence[Text], callers: int) -> float:
    """Encode texts, each a job, by callers that send one after the other; seconds."""
    left = iter(texts)
    begun = time.perf_counter()
    await asyncio.gather(*(_caller(inference, left) for _ in range(callers)))
    return time.perf_counter() - begun


async def one_by_one(inference: Inference, texts: Sequence[Text]) -> list[float]:
    """Encode texts by one caller; seconds of each call."""
    times = []
    for text in texts:
        begun = time.perf_counter()
        await _encode(inference, text)
        times.append(time.perf_counter() - begun)
    return times


async def _caller(inference: Inference, left: Iterator[Text]) -> None:
    for text in left:
        await _encode(inference, text)


async def _encode(inference: Inference, text: Text) -> None:
    await inference.embedder.embed([text.text], role=text.role, deadline_s=CALL_TIMEOUT_S)


@asynccontextmanager
async def batched_pool(home: Path, nursery: AsyncioNursery) -> AsyncIterator[Inference]:
    """Start a queue and the worker that Samovar itself would start."""
    async with local_server(home / "batched") as redis_url:
        settings = _settings(home, redis_url, "packaged:e5")
        async with open_inference(
            settings, redis_url, replica_id="bench", nursery=nursery, spawn_worker=True,
            kinds=[JobKind.EMBED],
        ) as inference:  # fmt: skip
            yield inference


@asynccontextmanager
async def direct_pool(home: Path, nursery: AsyncioNursery) -> AsyncIterator[Inference]:
    """Start another queue, and a worker that knows no batches."""
    async with local_server(home / "direct") as redis_url:
        settings = _settings(home, redis_url, "direct:e5")
        async with (
            _direct_worker(settings),
            open_inference(settings, redis_url, replica_id="bench", nursery=nursery) as inference,
        ):
            await _wait_for_worker(inference)
            yield inference


def _settings(home: Path, redis_url: str, backend: str) -> Settings:
    return Settings.model_validate(
        {"data": home, "redis_url": redis_url, "embed_backend": backend, "log_level": "WARNING"}
    )


async def _wait_for_worker(inference: Inference) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while await inference.bus.presence(JobKind.EMBED) is not Presence.ALIVE:
        if time.monotonic() > deadline:
            raise UnavailableError("the worker does not start", dependency="workers")
        await asyncio.sleep(0.05)


@asynccontextmanager
async def _direct_worker(settings: Settings) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks._batching_direct",
        env=settings.environment(OMP_NUM_THREADS="1"),
    )  # fmt: skip
    try:
        yield
    finally:
        if process.returncode is not None:
            raise UnavailableError("the worker without batches died", dependency="workers")
        process.terminate()
        await process.wait()
