from collections.abc import AsyncGenerator, Sequence

import pytest

from services.answering.citations import VerifiedText
from services.answering.generation import GroundedGenerator
from services.answering.models import Writer
from services.errors import UnavailableError
from services.inference.models import (
    EvidencePassage,
    EvidenceSentence,
    GenerationChunk,
    GenerationRequest,
)
from services.inference.waits import QueueObserver
from tests.fakes.answering import RecordingProgress

REQUEST = GenerationRequest(
    job_id="abc:generate",
    messages=(),
    evidence=(
        EvidencePassage(
            n=1,
            title="",
            sentences=(EvidenceSentence(text="Щи варят из капусты два часа.", score=9.0),),
        ),
    ),
    language="ru",
)


class Texts:
    """``TextGenerator`` that shows texts, then finishes or fails."""

    def __init__(self, texts: Sequence[str], end: GenerationChunk | UnavailableError) -> None:
        self._texts = texts
        self._end = end

    async def generate(
        self, request: GenerationRequest, observer: QueueObserver | None = None
    ) -> AsyncGenerator[GenerationChunk, None]:
        for text in self._texts:
            yield GenerationChunk(text=text, attempt=1, final=False)
        if isinstance(self._end, UnavailableError):
            raise self._end
        yield self._end


async def as_it_is(text: str) -> VerifiedText:
    return VerifiedText(text=text.strip(), citations=(), dropped=0)


@pytest.mark.parametrize(
    ("backend", "writer"),
    [
        ("packaged:extractive", Writer.SOURCES_ALONE),
        ("transformers:small", Writer.SPARE_MODEL),
    ],
)
async def test_the_text_of_a_stand_in_takes_the_place_of_what_was_shown(
    backend: str, writer: Writer
) -> None:
    end = GenerationChunk(
        text="Другое. Конец.", attempt=1, final=True, backend=backend, instead_of=("openai:big",)
    )
    texts = Texts(["Первое. Второе. Тре", "", "Другое. Ко"], end)
    progress = RecordingProgress()
    written = await GroundedGenerator(generator=texts, by_model=True).write(
        REQUEST, as_it_is, progress
    )
    assert progress.texts == ["Первое. Второе.", "Другое.", "Другое. Конец."]
    assert (written.verified.text, written.writer) == ("Другое. Конец.", writer)


async def test_what_the_bot_composes_takes_the_place_of_what_was_shown() -> None:
    texts = Texts(["Первое. Второе. Тре"], UnavailableError("broke off", dependency="llm"))
    progress = RecordingProgress()
    written = await GroundedGenerator(generator=texts, by_model=True).write(
        REQUEST, as_it_is, progress
    )
    assert progress.texts == ["Первое. Второе.", "Щи варят из капусты два часа [1]."]
    assert written.writer is Writer.SOURCES_ALONE
