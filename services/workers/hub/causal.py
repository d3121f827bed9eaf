"""GENERATE and REWRITE by causal language models in this process."""

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog

from services.errors import ModelError
from services.inference.kinds import (
    GeneratePayload,
    GenerateResult,
    RewritePayload,
    RewriteResult,
)
from services.inference.models import PromptMessage
from services.workers.backends import Opening, RunningJob
from services.workers.hub.continuous import ContinuousWriter
from services.workers.hub.files import ModelFiles, describe
from services.workers.hub.halting import Halt, in_thread
from services.workers.hub.loading import (
    LoadedModel,
    Wanted,
    config_of,
    dtype_of,
    import_quietly,
    recipe,
    refuse_unfit,
)
from services.workers.hub.one_by_one import OneByOneWriter
from services.workers.hub.prompting import Prompter
from services.workers.hub.steps import greedy
from services.workers.hub.streaming import WrittenText
from services.workers.hub.tokens import TokenWriter, WriterFailedError, cache_size
from services.workers.shelf import Recipe, Shelf

log = structlog.get_logger(__name__)

_ENDINGS: Final = ("ForCausalLM", "LMHeadModel")
# Some that see write without a picture as well, such as Gemma 3; which do, transformers knows.
_SEEING: Final = "ForConditionalGeneration"


def _is_causal(files: ModelFiles) -> bool:
    endings = (*_ENDINGS, _SEEING) if files.sees else _ENDINGS
    writes = any(name.endswith(endings) for name in files.architectures)
    return writes and not files.is_encoder_decoder


CAUSAL: Final = Wanted(
    what="a causal language model, such as Qwen2ForCausalLM",
    fits=_is_causal,
    auto_class="AutoModelForCausalLM",
)


class CausalModel:
    """A loaded model that continues prompts: many at once where it can, else one by one."""

    def __init__(self, loaded: LoadedModel) -> None:
        """Take a model and run it once; blocks."""
        self._loaded = loaded
        self._config = greedy(loaded.model, loaded.reader)
        loaded.model.generation_config = self._config
        width = loaded.model.dtype.itemsize
        self._size = cache_size(loaded.model.config, device=loaded.device, width=width)
        self._prompter = Prompter(loaded.reader, context=self._size.context)
        self._writer = self._open_writer()
        self._changing = asyncio.Lock()

    @property
    def writes_many(self) -> bool:
        """Whether texts share the steps of the model."""
        return isinstance(self._writer, ContinuousWriter)

    async def write(
        self,
        messages: Sequence[PromptMessage],
        job: RunningJob,
        *,
        max_tokens: int,
        one_line: bool = False,
    ) -> str:
        """Write the answer to messages, and show it as it grows.

        Raises:
            ModelError: The prompt is too long.
            UnavailableError: The device's memory is too small.
        """
        prompt = await asyncio.to_thread(self._prompter.prompt, messages, max_tokens)
        while True:
            text = WrittenText(self._prompter.decode, stops=self._prompter.stops, one_line=one_line)

            def heard(tokens: Sequence[int], text: WrittenText = text) -> bool:
                enough = text.add(tokens)
                job.show_text(text.so_far)
                return enough

            writer = self._writer
            try:
                await writer.write(prompt, priority=job.priority, heard=heard)
            except WriterFailedError as error:
                await self._write_one_by_one(writer, error)
            else:
                return text.whole()

    def close(self) -> None:
        """End what it began; blocks."""
        self._writer.close()

    def _open_writer(self) -> TokenWriter:
        name = self._loaded.files.name
        try:
            writer = ContinuousWriter(self._loaded, self._config, self._size)
        except WriterFailedError as error:
            log.info("continuous_batching_off", model=name, reason=str(error))
            return OneByOneWriter(self._loaded, self._config)
        log.info("continuous_batching_on", model=name, cache_tokens=self._size.tokens)
        return writer

    async def _write_one_by_one(self, failed: TokenWriter, error: WriterFailedError) -> None:
        """Leave a writer that broke down; all whose text it was come here."""

        def change(_halt: Halt) -> None:
            failed.close()
            self._writer = OneByOneWriter(self._loaded, self._config)

        async with self._changing:
            if self._writer is not failed:
                return
            name = self._loaded.files.name
            log.warning("continuous_batching_failed", model=name, reason=str(error))
            # Who is cancelled meanwhile waits for it, or two threads would run the model.
            await in_thread(change)


class CausalGenerator:
    """GENERATE by a causal model."""

    def __init__(self, model: Recipe[CausalModel], shelf: Shelf) -> None:
        self._model = model
        self._shelf = shelf

    async def run(self, payload: GeneratePayload, job: RunningJob) -> GenerateResult:
        """See ``Backend.run``."""
        async with self._shelf.use(self._model) as model:
            text = await model.write(payload.messages, job, max_tokens=payload.max_tokens)
        if not text.strip():
            # It would be taken for an answer that the sources do not hold.
            raise ModelError("the model wrote nothing")
        return GenerateResult(text=text)

    async def close(self) -> None:
        """The shelf has the model."""


class CausalRewriter:
    """REWRITE by a causal model."""

    def __init__(self, model: Recipe[CausalModel], shelf: Shelf) -> None:
        self._model = model
        self._shelf = shelf

    async def run(self, payload: RewritePayload, job: RunningJob) -> RewriteResult:
        """See ``Backend.run``."""
        async with self._shelf.use(self._model) as model:
            text = await model.write(
                payload.messages, job, max_tokens=payload.max_tokens, one_line=True
            )
        if not text:
            raise ModelError("the model wrote an empty line")
        return RewriteResult(text=text)

    async def close(self) -> None:
        """The shelf has the model."""


async def open_causal_generator(name: str, opening: Opening) -> CausalGenerator:
    """Open ``transformers:<folder or hub id>`` for GENERATE.

    Raises:
        InvalidInputError: It is no causal language model.
        UnavailableError: It is missing, or memory is too small.
    """
    return CausalGenerator(await _open(name, opening), opening.shelf)


async def open_causal_rewriter(name: str, opening: Opening) -> CausalRewriter:
    """Open ``transformers:<folder or hub id>`` for REWRITE; shares the model with GENERATE.

    Raises:
        InvalidInputError: It is no causal language model.
        UnavailableError: It is missing, or memory is too small.
    """
    return CausalRewriter(await _open(name, opening), opening.shelf)


async def _open(name: str, opening: Opening) -> Recipe[CausalModel]:
    files = await asyncio.to_thread(describe, name)
    model = await asyncio.to_thread(causal_recipe, files, opening)
    async with opening.shelf.use(model):
        return model


def causal_recipe(files: ModelFiles, opening: Opening) -> Recipe[CausalModel]:
    """Tell how such a model is loaded, its cache included; blocks.

    Raises:
        InvalidInputError: It is no causal language model.
        UnavailableError: A package is missing.
    """
    refuse_unfit(files, CAUSAL)
    width = getattr(import_quietly("torch"), dtype_of(files, opening)).itemsize
    size = cache_size(config_of(files), device=opening.device, width=width)
    return recipe(
        files, CAUSAL, opening,
        ready=CausalModel, put_away=CausalModel.close, working_memory=size.bytes,
    )  # fmt: skip
