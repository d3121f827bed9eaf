"""The pool behind the ports that the rest of Samovar knows."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.errors import InvalidInputError, ModelError
from services.inference.calls import PoolCalls
from services.inference.kinds import EmbedPayload, EmbedResult, GenerateResult
from services.inference.models import (
    CallOptions,
    EmbedRole,
    GenerationChunk,
    GenerationRequest,
    Priority,
)
from services.inference.protocol import Chunk, Done, Job, generate_payload, unpack_vectors
from services.inference.waits import QueueObserver

LARGEST_EMBED: Final = 256
# A question must not wait for a long run of passages, so those travel in small jobs.
_TEXTS_PER_JOB: Final = {Priority.HIGH: 32, Priority.NORMAL: 8, Priority.LOW: 4}
_JOBS_AT_ONCE: Final = 2


class PoolEmbedder:
    """``TextEmbedder`` by the workers."""

    def __init__(self, calls: PoolCalls) -> None:
        self._calls = calls

    async def embed(
        self,
        texts: Sequence[str],
        *,
        role: EmbedRole,
        priority: Priority = Priority.HIGH,
        deadline_s: float = 30.0,
    ) -> NDArray[np.float32]:
        """See ``TextEmbedder.embed``."""
        if len(texts) > LARGEST_EMBED:
            raise InvalidInputError(f"{len(texts)} texts at once; at most {LARGEST_EMBED}")
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        size = _TEXTS_PER_JOB[priority]
        parts = [tuple(texts[start : start + size]) for start in range(0, len(texts), size)]
        options = CallOptions(priority=priority, deadline_s=deadline_s)
        jobs = [self._calls.job(EmbedPayload(texts=part, role=role), options) for part in parts]
        return np.concatenate(await self._vectors_of_all(jobs))

    async def _vectors_of_all(self, jobs: Sequence[Job]) -> list[NDArray[np.float32]]:
        if len(jobs) == 1:
            return [await self._vectors(jobs[0])]
        rooms = asyncio.Semaphore(_JOBS_AT_ONCE)

        async def in_turn(job: Job) -> NDArray[np.float32]:
            async with rooms:
                return await self._vectors(job)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(in_turn(job)) for job in jobs]
        except ExceptionGroup as errors:
            raise _first(errors) from None
        return [task.result() for task in tasks]

    async def _vectors(self, job: Job) -> NDArray[np.float32]:
        async with aclosing(self._calls.replies(job)) as replies:
            async for reply in replies:
                if isinstance(reply, Done) and isinstance(reply.result, EmbedResult):
                    return unpack_vectors(reply.result)
        raise ModelError("embed: the worker sent another kind of result")


class PoolGenerator:
    """``TextGenerator`` by the workers."""

    def __init__(self, calls: PoolCalls) -> None:
        self._calls = calls

    async def generate(
        self, request: GenerationRequest, observer: QueueObserver | None = None
    ) -> AsyncGenerator[GenerationChunk, None]:
        """See ``TextGenerator.generate``; close the iterator, with ``aclosing``, to abort."""
        options = CallOptions(
            priority=request.priority,
            deadline_s=request.deadline_s,
            fair_share=request.fair_share,
            cost=request.cost,
            patient=request.patient,
        )
        job = self._calls.job(generate_payload(request), options, job_id=request.job_id)
        async with aclosing(self._calls.replies(job, observer)) as replies:
            async for reply in replies:
                match reply:
                    case Chunk():
                        yield GenerationChunk(text=reply.text, attempt=reply.attempt, final=False)
                    case Done(result=GenerateResult(text=text)):
                        yield GenerationChunk(
                            text=text, attempt=reply.attempt, final=True,
                            backend=reply.backend, instead_of=reply.instead_of,
                        )  # fmt: skip
                        return
        raise ModelError("generate: the worker sent another kind of result")


def _first(errors: ExceptionGroup[Exception]) -> Exception:
    """Find the error that ended a group of calls; the others only followed from it."""
    inner: Exception = errors
    while isinstance(inner, ExceptionGroup):
        inner = inner.exceptions[0]
    return inner
