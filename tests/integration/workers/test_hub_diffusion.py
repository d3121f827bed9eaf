"""Pictures by a real pipeline of diffusers that the tests save."""

import asyncio
import io
import json
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.errors import InvalidInputError, ModelError, UnavailableError
from services.inference.kinds import DrawPayload, DrawResult
from services.inference.models import Priority
from services.workers.backends import Opening
from services.workers.hub.diffusion import (
    DiffusionIllustrator,
    open_illustrator,
    painter_recipe,
)
from services.workers.hub.halting import Halt, HaltedError
from services.workers.hub.pipeline_files import describe_pipeline
from services.workers.selftest.tiny.diffusion import SIDE, build_pipeline
from services.workers.selftest.tiny.seq2seq import build_seq2seq
from services.workers.shelf import Shelf
from tests.fakes.running import FakeJob
from tests.support.opening import opening
from tests.support.pool import until

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
transformers = pytest.importorskip("transformers")
image = pytest.importorskip("PIL.Image")


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return build_pipeline(tmp_path_factory.mktemp("models") / "pipeline")


@pytest.fixture
async def place() -> AsyncIterator[Opening]:
    """Where models are opened, and put away after the test."""
    place = opening()
    yield place
    await place.shelf.close()


@pytest.fixture
async def backend(pipeline: Path, place: Opening) -> DiffusionIllustrator:
    return await open_illustrator(str(pipeline), place)


def wish(
    *, width: int = SIDE, height: int = SIDE, seed: int = 7, steps: int | None = 4, count: int = 1
) -> DrawPayload:
    return DrawPayload(
        prompt="самовар", negative="чай", width=width, height=height, seed=seed, steps=steps,
        count=count,
    )  # fmt: skip


async def draw(backend: DiffusionIllustrator, wanted: DrawPayload, job: FakeJob) -> list[bytes]:
    result: DrawResult = await backend.run(wanted, job)
    assert {picture.media_type for picture in result.pictures} <= {"image/png"}
    return [await job.fetch(picture) for picture in result.pictures]


def size_of(data: bytes) -> tuple[int, int]:
    with image.open(io.BytesIO(data)) as opened:
        assert opened.format == "PNG"
        size: tuple[int, int] = opened.size
        return size


async def test_the_seed_decides_and_each_of_several_has_its_own(
    backend: DiffusionIllustrator,
) -> None:
    job = FakeJob()
    first, second = await draw(backend, wish(seed=7, count=2), job)
    assert first != second
    assert await draw(backend, wish(seed=7), job) == [first]
    assert await draw(backend, wish(seed=8), job) == [second]


async def test_each_step_is_shown(backend: DiffusionIllustrator) -> None:
    job = FakeJob()
    await draw(backend, wish(steps=4, count=2), job)
    assert job.progress == [pytest.approx((step + 1) / 8) for step in range(8)]


async def test_the_models_own_steps_are_taken_when_none_are_named(
    backend: DiffusionIllustrator,
) -> None:
    job = FakeJob()
    await draw(backend, wish(steps=None), job)
    assert len(job.progress) == 50


async def test_sides_are_rounded_to_what_the_model_draws(backend: DiffusionIllustrator) -> None:
    (data,) = await draw(backend, wish(width=101, height=67), FakeJob())
    assert size_of(data) == (104, 64)


async def test_a_cancelled_picture_frees_the_model_within_a_step(
    backend: DiffusionIllustrator,
) -> None:
    job = FakeJob()
    begun = time.monotonic()
    await draw(backend, wish(steps=400), job)
    whole_s = time.monotonic() - begun
    cut = FakeJob()
    running = asyncio.ensure_future(draw(backend, wish(steps=400), cut))
    await until(lambda: cut.progress, timeout_s=60)
    running.cancel()
    begun = time.monotonic()
    await asyncio.wait([running])
    await draw(backend, wish(steps=1), job)
    assert time.monotonic() - begun < whole_s / 2
    assert max(cut.progress) < 1


async def test_urgent_pictures_are_drawn_first(backend: DiffusionIllustrator) -> None:
    ended: list[str] = []

    async def drawn(name: str, priority: Priority) -> None:
        await draw(backend, wish(steps=30), FakeJob(priority=priority))
        ended.append(name)

    async with asyncio.TaskGroup() as group:
        group.create_task(drawn("running", Priority.LOW))
        await asyncio.sleep(0)
        group.create_task(drawn("waiting", Priority.LOW))
        group.create_task(drawn("urgent", Priority.HIGH))
    assert ended == ["running", "urgent", "waiting"]


async def test_of_a_book_only_the_beginning_is_read(
    backend: DiffusionIllustrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    words_of = transformers.CLIPTokenizer.__call__

    def counted(tokenizer: Any, text: Any, **given: Any) -> Any:  # noqa: ANN401
        read.append(max(map(len, [text] if isinstance(text, str) else text)))
        return words_of(tokenizer, text, **given)

    monkeypatch.setattr(transformers.CLIPTokenizer, "__call__", counted)
    book = DrawPayload(
        prompt="самовар " * 100_000, negative="чай " * 100_000, width=SIDE, height=SIDE, steps=1
    )
    assert await draw(backend, book, FakeJob())
    assert 0 < max(read) <= 10_000


async def test_a_step_of_a_picture_is_left_in_its_middle(pipeline: Path) -> None:
    # One step of a large model takes a processor a minute.
    shelf = Shelf(memory=None, idle_s=600.0)
    files = describe_pipeline(str(pipeline))
    looks = 0

    class Impatient(Halt):
        def check(self) -> None:
            nonlocal looks
            looks += 1
            if looks == 30:
                self.wish()
            super().check()

    async with shelf.use(painter_recipe(files, opening())) as painter:
        shown: list[float] = []
        with pytest.raises(HaltedError):
            painter.draw(wish(steps=1), shown.append, Impatient())
        assert (looks, shown) == (30, [])
        assert painter.draw(wish(steps=1), shown.append, Halt())
    await shelf.close()


@pytest.mark.parametrize(
    "impossible",
    [{"steps": 0}, {"steps": -1}, {"steps": 100_000}, {"count": 0}, {"count": 17}, {"seed": 2**70}],
)
async def test_numbers_that_no_model_takes_are_refused_and_break_nothing(
    backend: DiffusionIllustrator, impossible: dict[str, int]
) -> None:
    with pytest.raises(ModelError, match="cannot be; it is"):
        await draw(backend, wish(**impossible), FakeJob())


async def test_a_picture_that_memory_cannot_hold_is_said_so(backend: DiffusionIllustrator) -> None:
    with pytest.raises(UnavailableError, match="too little memory for a picture of 8000000 by"):
        await draw(backend, wish(width=8_000_000, height=8_000_000), FakeJob())
    assert await draw(backend, wish(), FakeJob())


async def test_a_pipeline_that_is_put_away_gives_its_memory_back(pipeline: Path) -> None:
    place = opening()
    backend = await open_illustrator(str(pipeline), place)
    async with place.shelf.use(backend._model) as painter:
        parts = [painter._pipeline.unet, painter._pipeline.vae, painter._pipeline.text_encoder]
    await place.shelf.close()
    places = {weights.device.type for part in parts for weights in part.parameters()}
    assert places == {"meta"}


async def test_other_folders_are_refused_in_a_sentence(tmp_path: Path, place: Opening) -> None:
    build_seq2seq(tmp_path / "seq2seq")
    with pytest.raises(InvalidInputError, match="no pipeline of diffusers"):
        await open_illustrator(str(tmp_path / "seq2seq"), place)
    with pytest.raises(InvalidInputError, match="there is no folder"):
        await open_illustrator(str(tmp_path / "missing" / "one"), place)


async def test_pickled_weights_of_a_part_are_refused(
    pipeline: Path, tmp_path: Path, place: Opening
) -> None:
    copy = shutil.copytree(pipeline, tmp_path / "copy")
    weights = copy / "unet" / "diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(InvalidInputError, match=r"copy/unet has only pickled weights"):
        await open_illustrator(str(copy), place)


@pytest.mark.parametrize(
    ("class_name", "sentence"),
    [
        ("StableDiffusionImg2ImgPipeline", "needed is a pipeline that makes pictures from words"),
        (["pipeline", "MyPipeline"], "needs Python code of its own"),
        ("NoSuchPipeline", "cannot be loaded"),
    ],
)
async def test_pipelines_for_something_else_are_refused(
    pipeline: Path, tmp_path: Path, place: Opening, class_name: object, sentence: str
) -> None:
    copy = shutil.copytree(pipeline, tmp_path / "copy")
    index = copy / "model_index.json"
    index.write_text(json.dumps(json.loads(index.read_text()) | {"_class_name": class_name}))
    with pytest.raises(InvalidInputError, match=sentence):
        await open_illustrator(str(copy), place)


async def test_a_part_that_is_cut_off_is_refused(
    pipeline: Path, tmp_path: Path, place: Opening
) -> None:
    copy = shutil.copytree(pipeline, tmp_path / "copy")
    weights = copy / "vae" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(InvalidInputError, match="cannot be loaded"):
        await open_illustrator(str(copy), place)
