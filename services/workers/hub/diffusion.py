"""DRAW by pipelines of diffusers."""

import asyncio
import warnings
from importlib.util import find_spec
from typing import Final

import structlog

from services.errors import InvalidInputError, ServiceError, UnavailableError
from services.inference.kinds import DrawPayload, DrawResult
from services.workers.backends import Opening, RunningJob
from services.workers.hub.files import ModelFiles
from services.workers.hub.halting import in_thread
from services.workers.hub.loading import (
    UNREADABLE,
    dtype_of,
    first_line,
    import_quietly,
    too_little_memory,
)
from services.workers.hub.painter import Painter, is_want_of_memory
from services.workers.hub.pipeline_files import describe_pipeline
from services.workers.shelf import Recipe, Shelf

log = structlog.get_logger(__name__)

_PNG: Final = "image/png"


def painter_recipe(files: ModelFiles, opening: Opening) -> Recipe[Painter]:
    """Tell how a pipeline is loaded.

    Raises:
        InvalidInputError: It needs Python code of its own.
    """
    if files.own_code:
        raise InvalidInputError(
            f"the model {files.name} needs Python code of its own, which is never run; choose one"
            " that diffusers knows"
        )
    dtype = dtype_of(files, opening)
    return Recipe(
        key=f"diffusers:{files.folder}:{dtype}:{opening.device}",
        memory=files.bytes_in(dtype),
        load=lambda: _load(files, dtype, opening.device),
        unload=Painter.put_away,
        name=files.name,
    )


def _load(files: ModelFiles, dtype: str, device: str) -> Painter:
    torch = import_quietly("torch")
    import_quietly("transformers")
    diffusers = import_quietly("diffusers")
    log.info("model_loading", model=files.name, dtype=dtype, device=device)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pipeline = diffusers.DiffusionPipeline.from_pretrained(
                files.folder, dtype=getattr(torch, dtype), use_safetensors=True,
                trust_remote_code=False, local_files_only=True,
                low_cpu_mem_usage=find_spec("accelerate") is not None,
            ).to(device)  # fmt: skip
        pipeline.set_progress_bar_config(disable=True)
        return Painter(pipeline, files, device)
    except ServiceError:
        raise
    except ImportError as error:
        raise UnavailableError(
            f"the model {files.name} needs another package: {first_line(error)}",
            dependency="workers",
        ) from error
    except (MemoryError, *UNREADABLE) as error:
        if is_want_of_memory(error):
            raise too_little_memory(files.name) from error
        raise InvalidInputError(
            f"the model {files.name} cannot be loaded: {first_line(error)}"
        ) from error


class DiffusionIllustrator:
    """Draws pictures from words, one job at a time, in a thread."""

    def __init__(self, model: Recipe[Painter], shelf: Shelf) -> None:
        self._model = model
        self._shelf = shelf

    async def run(self, payload: DrawPayload, job: RunningJob) -> DrawResult:
        """See ``Backend.run``."""
        loop = asyncio.get_running_loop()

        def show(done: float) -> None:
            loop.call_soon_threadsafe(job.show_progress, done)

        async with self._shelf.use(self._model) as painter, painter.turns.take(job.priority):
            files = await in_thread(lambda halt: painter.draw(payload, show, halt))
        pictures = [await job.keep(data, _PNG) for data in files]
        return DrawResult(pictures=tuple(pictures), seed=payload.seed)

    async def close(self) -> None:
        """See ``Backend.close``; the shelf puts the model away."""


async def open_illustrator(name: str, opening: Opening) -> DiffusionIllustrator:
    """Open ``diffusers:<name>`` for DRAW.

    Raises:
        InvalidInputError: It is no pipeline that makes pictures from words.
        UnavailableError: It is missing, or the memory is too small for it.
    """
    files = await asyncio.to_thread(describe_pipeline, name)
    model = painter_recipe(files, opening)
    async with opening.shelf.use(model):
        return DiffusionIllustrator(model, opening.shelf)
