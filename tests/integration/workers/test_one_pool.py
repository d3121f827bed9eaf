"""Texts, polite texts and pictures through one pool, whose workers die in the middle of each."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from bot.building.inference import Inference
from services.inference.kinds import (
    DetoxPayload,
    DetoxResult,
    DrawPayload,
    DrawResult,
    GeneratePayload,
    GenerateResult,
    JobKind,
    Payload,
    RudeText,
    kind_of,
)
from services.inference.models import CallOptions, PromptMessage
from services.inference.protocol import Chunk, Done, Progress, Reply
from tests.support.tiny_pool import (
    TinyModels,
    TinyPool,
    last_records,
    pool_client,
    pool_settings,
    save_tiny_models,
)

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
image = pytest.importorskip("PIL.Image")

pytestmark = [pytest.mark.services, pytest.mark.timeout(900)]

CHAT = CallOptions(deadline_s=300.0, fair_share="chat:7")
SIDE = 64
RUDE_TEXTS = 40
RUDE = "ты дурак и не лечишься, иди прочь, дурак. " * 5
SPANS = tuple((start, start + 5) for start in range(len(RUDE)) if RUDE.startswith("дурак", start))
# Each takes seconds, so that a worker can be killed in its middle.
WORK: dict[JobKind, Payload] = {
    JobKind.GENERATE: GeneratePayload(
        messages=(PromptMessage(role="user", content="Самовар?"),), evidence=(), language="ru",
        max_sentences=100, max_tokens=900,
    ),
    JobKind.DETOX: DetoxPayload(
        texts=tuple(RudeText(text=RUDE, spans=SPANS) for _ in range(RUDE_TEXTS)), language="ru"
    ),
    JobKind.DRAW: DrawPayload(prompt="самовар", width=SIDE, height=SIDE, seed=7, steps=600),
}  # fmt: skip


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> TinyModels:
    return save_tiny_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(params=["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request: pytest.FixtureRequest) -> str:
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("there is no GPU here")
    return str(request.param)


@pytest.fixture
def pool(
    request: pytest.FixtureRequest, device: str, models: TinyModels, redis_url: str, data_dir: Path
) -> Iterator[TinyPool]:
    """A pool whose detox model is the one that the test names."""
    detox = getattr(models, request.param)
    pool = TinyPool(pool_settings(redis_url, data_dir, models, detox=detox), data_dir, device)
    yield pool
    pool.end()


@pytest.fixture
async def inference(pool: TinyPool) -> AsyncIterator[Inference]:
    async with pool_client(pool) as inference:
        yield inference


class Request:
    """What a chat asked for and hears of it."""

    def __init__(self, name: str, payload: Payload, inference: Inference) -> None:
        self.job_id = f"{name}-{kind_of(payload)}"
        self.replies: list[Reply] = []
        self.moved = asyncio.Event()
        self._job = inference.calls.job(payload, CHAT, job_id=self.job_id)
        self._calls = inference.calls

    async def ask(self) -> Done:
        async with aclosing(self._calls.replies(self._job)) as replies:
            async for reply in replies:
                self.replies.append(reply)
                if isinstance(reply, Chunk | Progress):
                    self.moved.set()
        last = self.replies[-1]
        assert isinstance(last, Done)
        return last


@pytest.mark.parametrize(
    ("pool", "killed_kinds"),
    [("seq2seq", tuple(WORK)), ("masked", (JobKind.DETOX,))],
    indirect=["pool"],
    ids=["seq2seq", "masked"],
)
async def test_each_result_of_a_chat_arrives_once_whoever_is_killed(
    pool: TinyPool, inference: Inference, killed_kinds: tuple[JobKind, ...]
) -> None:
    pool.start_worker()
    pool.start_worker()
    pictures = set()
    for killed in killed_kinds:
        await pool.ready(inference)
        requests = {
            kind: Request(f"{killed}-killed", payload, inference) for kind, payload in WORK.items()
        }
        async with asyncio.TaskGroup() as group:
            asked = {kind: group.create_task(each.ask()) for kind, each in requests.items()}
            await _kill_in_the_middle(pool, requests[killed])
            pool.start_worker()
        done = {kind: task.result() for kind, task in asked.items()}
        await _assert_shown_once(pool, inference, requests)
        assert done[killed].attempt >= 2
        assert len(pool.starts(requests[killed].job_id)) == 2
        pictures.add(await _check_results(inference, done))
    # The same seed gives the same picture, however often it was begun.
    assert len(pictures) == 1


async def _kill_in_the_middle(pool: TinyPool, request: Request) -> None:
    start = await pool.started(request.job_id)
    if JobKind.DETOX not in request.job_id:
        # The others tell how far they are.
        await asyncio.wait_for(request.moved.wait(), timeout=60)
    assert not isinstance(request.replies[-1] if request.replies else None, Done)
    pool.kill(start.pid)


async def _assert_shown_once(
    pool: TinyPool, inference: Inference, requests: dict[JobKind, Request]
) -> None:
    redis_url = pool.settings.redis_url
    assert redis_url is not None
    ends = await last_records(redis_url, [request.job_id for request in requests.values()])
    for request in requests.values():
        assert [type(end) for end in ends[request.job_id]] == [Done]
        assert sum(isinstance(reply, Done) for reply in request.replies) == 1


async def _check_results(inference: Inference, done: dict[JobKind, Done]) -> bytes:
    text, polite, drawn = (done[kind].result for kind in WORK)
    assert isinstance(text, GenerateResult)
    assert text.text
    assert isinstance(polite, DetoxResult)
    assert len(polite.texts) == RUDE_TEXTS
    assert all("дурак" not in each for each in polite.texts)
    assert isinstance(drawn, DrawResult)
    (picture,) = drawn.pictures
    data = await inference.blobs.get(picture)
    with image.open(io.BytesIO(data)) as opened:
        assert (opened.format, opened.size) == ("PNG", (SIDE, SIDE))
    return data
